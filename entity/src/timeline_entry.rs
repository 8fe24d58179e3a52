//! What happened, for people. Never edited.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, CaseId, MembershipId, OrganizationId, TimelineEntryId};

/// A row of `timeline_entry`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "timeline_entry")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TimelineEntryId,
    /// The account.
    pub account_id: Option<AccountId>,
    /// The case, if one was open.
    pub case_id: Option<CaseId>,
    /// What kind it is.
    pub kind: String,
    /// What it is about: a promise line, contact, payment …
    pub subject_id: Option<Uuid>,
    /// Plain facts for showing it later; no personal data beyond ids.
    #[sea_orm(column_type = "JsonBinary")]
    pub facts: Json,
    /// Who did it: a membership; none for the system itself.
    pub actor_id: Option<MembershipId>,
    /// When it happened, as the phone said it, never after `recorded_at`; UTC.
    pub occurred_at: DateTimeUtc,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
