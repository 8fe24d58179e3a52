//! What changes a debt without money. Insert only; a reversal is a row of its own on the same day.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, AdjustmentId, ChargeId, ImportId, MembershipId, OrganizationId};

/// A row of `adjustment`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "adjustment")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AdjustmentId,
    /// The account.
    pub account_id: AccountId,
    /// WAIVER, WRITE_OFF, CORRECTION, PENALTY or PENALTY_WAIVER.
    pub kind: String,
    /// The charge that it is about.
    pub charge_id: ChargeId,
    /// The charge that a billed penalty became.
    pub billed_charge_id: Option<ChargeId>,
    /// Fen; positive is owed more, negative is owed less; the opposite in a reversal.
    pub amount_fen: i64,
    /// True from this day on.
    pub effective_on: Date,
    /// Why, in words.
    pub reason: Option<String>,
    /// Who entered it; none when it came with the books.
    pub recorded_by: Option<MembershipId>,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
    /// What this entry takes back; a reversal carries the opposite sign.
    pub reverses_id: Option<AdjustmentId>,
    /// The import that brought it.
    pub import_id: Option<ImportId>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
