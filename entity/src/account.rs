//! One unit while one liability lasts.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, OrganizationId, UnitId};

/// A row of `account`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    /// The unit.
    pub unit_id: UnitId,
    /// First day, inclusive; none is unknown.
    pub from_on: Option<Date>,
    /// Last day, inclusive; none is open.
    pub to_on: Option<Date>,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
