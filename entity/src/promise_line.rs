//! One line per account, judged by itself. At most one line of an account is pending.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, MembershipId, OrganizationId, PromiseId, PromiseLineId};

/// A row of `promise_line`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "promise_line")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PromiseLineId,
    /// The promise.
    pub promise_id: PromiseId,
    /// The account.
    pub account_id: AccountId,
    /// Fen promised.
    pub amount_fen: i64,
    /// Due until the end of this local day.
    pub due_on: Date,
    /// Money that came by the end of this local day counts.
    pub grace_until: Date,
    /// Where it stands.
    pub state: String,
    /// Fen received in time, at the last verdict.
    pub received_fen: Option<i64>,
    /// When the verdict fell, UTC.
    pub judged_at: Option<DateTimeUtc>,
    /// When it happened, as the phone said it, never after `recorded_at`; UTC.
    pub occurred_at: DateTimeUtc,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
    /// Why it was cancelled.
    pub ended_why: Option<String>,
    /// When it was cancelled, UTC.
    pub ended_at: Option<DateTimeUtc>,
    /// Who cancelled it: a membership.
    pub ended_by: Option<MembershipId>,
    /// Free text of whoever cancelled it.
    pub ended_note: Option<String>,
    /// The line that took its place.
    pub superseded_by_id: Option<PromiseLineId>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
