//! How much a red letter or an adjustment took from a charge; what no longer holds is taken back by a row of the opposite sign.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, AdjustmentId, ChargeId, OrganizationId, ReductionId};

/// A row of `charge_reduction`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "charge_reduction")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReductionId,
    /// The account.
    pub account_id: AccountId,
    /// The charge.
    pub charge_id: ChargeId,
    /// The red letter that took it.
    pub red_charge_id: Option<ChargeId>,
    /// The adjustment that took it.
    pub adjustment_id: Option<AdjustmentId>,
    /// Fen; negative where it is taken back.
    pub amount_fen: i64,
    /// True from this day on.
    pub effective_on: Date,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
