//! The special days that were published for a year, as a company imported them. Append-only: of a year the highest version
//! holds.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, OrganizationId};

/// A row of `calendar_list`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_list")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Rises by one with each import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// The year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i64,
    /// Its days: `day`, `worked`, `name`.
    #[sea_orm(column_type = "JsonBinary")]
    pub days: Json,
    /// Who imported it; none at the command line.
    pub set_by: Option<MembershipId>,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
