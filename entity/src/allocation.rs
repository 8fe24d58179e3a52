//! How much of a payment went to a charge; what no longer holds is taken back by a row of the opposite sign.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, AllocationId, ChargeId, OrganizationId, PaymentId};

/// A row of `allocation`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "allocation")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AllocationId,
    /// The account.
    pub account_id: AccountId,
    /// The payment.
    pub payment_id: PaymentId,
    /// The charge.
    pub charge_id: ChargeId,
    /// Fen; negative in a reversal.
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
