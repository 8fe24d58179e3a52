//! The company is the tenant: every table below that belongs to one carries organization_id as the first part of its key.

use sea_orm::entity::prelude::*;

use crate::ids::OrganizationId;

/// A row of `organization`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organization")]
pub struct Model {
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganizationId,
    /// The name of the company.
    pub name: String,
    /// IANA name, such as `Asia/Shanghai`.
    pub time_zone: String,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
