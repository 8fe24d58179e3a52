//! A cache, proven equal to the entries in a test: what of a charge is still open. Settled charges keep their row at 0.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, ChargeId, OrganizationId};

/// A row of `charge_balance`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "charge_balance")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The charge.
    #[sea_orm(primary_key, auto_increment = false)]
    pub charge_id: ChargeId,
    /// The account.
    pub account_id: AccountId,
    /// Due until the end of this local day.
    pub due_on: Date,
    /// Fen still open, never negative.
    pub open_fen: i64,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
