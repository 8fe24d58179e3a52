//! A case handed up to somebody with the authority.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, CaseId, EscalationId, FollowUpId, MembershipId, OrganizationId};

/// A row of `escalation`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "escalation")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EscalationId,
    /// The account.
    pub account_id: AccountId,
    /// The case.
    pub case_id: CaseId,
    /// Who handed it up; none for the system.
    pub from_id: Option<MembershipId>,
    /// With whom it is.
    pub to_id: MembershipId,
    /// Why.
    pub reason: String,
    /// The promise line or contact it comes from.
    pub source_id: Option<Uuid>,
    /// To be answered by the end of this local day.
    pub deadline_on: Date,
    /// How many deadlines passed.
    pub missed: i64,
    /// Where it stands.
    pub state: String,
    /// The follow-up that it is for whoever has it.
    pub follow_up_id: FollowUpId,
    /// When it was handed up, UTC.
    pub opened_at: DateTimeUtc,
    /// Who accepted, declined or took it back.
    pub decided_by: Option<MembershipId>,
    /// When, UTC.
    pub decided_at: Option<DateTimeUtc>,
    /// What they said.
    pub decided_note: Option<String>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
