//! Finance has seen the money of a provisional payment: from then on it counts.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, OrganizationId, PaymentId};

/// A row of `confirmation`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "confirmation")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The payment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: PaymentId,
    /// Who confirmed it; never who entered it.
    pub confirmed_by: MembershipId,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
