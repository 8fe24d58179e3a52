//! The charges that a line of a promise names; a line without any is for whatever the account owes.

use sea_orm::entity::prelude::*;

use crate::ids::{ChargeId, OrganizationId, PromiseLineId};

/// A row of `promise_charge`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "promise_charge")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The line.
    #[sea_orm(primary_key, auto_increment = false)]
    pub promise_line_id: PromiseLineId,
    /// The charge.
    #[sea_orm(primary_key, auto_increment = false)]
    pub charge_id: ChargeId,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
