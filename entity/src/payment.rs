//! The table `payment`.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, ImportId, MembershipId, OrganizationId, PaymentId};

/// A row of `payment`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payment")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PaymentId,
    /// The account.
    pub account_id: AccountId,
    /// Fen; negative in a refund; the opposite in a reversal.
    pub amount_fen: i64,
    /// How it was paid, as the books say.
    pub method: Option<String>,
    /// Receipt number.
    pub receipt: Option<String>,
    /// The month the payer named, `2026-09`.
    pub designated_period: Option<String>,
    /// The fee item the payer named.
    pub designated_item: Option<String>,
    /// Taken on site and not yet confirmed by finance.
    pub provisional: bool,
    /// Paid on an unknown day: effective on the date of the book.
    pub day_unknown: bool,
    /// True from this day on.
    pub effective_on: Date,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
    /// What this entry takes back; a reversal carries the opposite sign.
    pub reverses_id: Option<PaymentId>,
    /// The entry whose place this corrected one takes.
    pub replaces_id: Option<PaymentId>,
    /// The import that brought it.
    pub import_id: Option<ImportId>,
    /// Who entered it; none when it came with the books.
    pub recorded_by: Option<MembershipId>,
    /// Why a reversal takes it back: MISTAKE, BOUNCE or MOVE.
    pub cause: Option<String>,
    /// The same in words.
    pub reason: Option<String>,
    /// The payment of another account that it was before it was moved here.
    pub moved_from_id: Option<PaymentId>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
