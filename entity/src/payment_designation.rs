//! What the payer named, in their order, where it is more than one thing.

use sea_orm::entity::prelude::*;

use crate::ids::{OrganizationId, PaymentId};

/// A row of `payment_designation`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_designation")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The payment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: PaymentId,
    /// From 0, in the order of the payer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// The fee item, if named.
    pub fee_item: Option<String>,
    /// The period, if named.
    pub period: Option<String>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
