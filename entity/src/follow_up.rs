//! The next date on which we act. revision rises with each new date; a reminder is unique by (id, revision, recipient).

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, CaseId, ContactId, FollowUpId, MembershipId, OrganizationId};

/// A row of `follow_up`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "follow_up")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FollowUpId,
    /// The account.
    pub account_id: Option<AccountId>,
    /// The case, if one was open.
    pub case_id: Option<CaseId>,
    /// What to do.
    pub purpose: String,
    /// Where it comes from.
    pub source: String,
    /// The promise line or contact it comes from.
    pub source_id: Option<Uuid>,
    /// Free text of the person who logged it.
    pub note: Option<String>,
    /// Due until the end of this local day.
    pub due_on: Date,
    /// The moment at which it is due, UTC.
    pub due_at: DateTimeUtc,
    /// Whether the steward is reminded when it is due.
    pub reminds: bool,
    /// Rises with each new date.
    pub revision: i64,
    /// The last revision that was reminded of, 0 for none.
    pub reminded_revision: i64,
    /// Where it stands.
    pub state: String,
    /// When it ended, UTC.
    pub closed_at: Option<DateTimeUtc>,
    /// The contact that answered it.
    pub closed_by_id: Option<ContactId>,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
    /// Whose it is; none for whoever looks after the account.
    pub assignee_id: Option<MembershipId>,
    /// The day that was wanted, before holds and rest days moved it; none where that is `due_on`.
    pub wanted_on: Option<Date>,
    /// The first date it had; none where that is `due_on`.
    pub first_on: Option<Date>,
    /// How often people put it off.
    pub snoozes: i64,
    /// Who completed or cancelled it by hand.
    pub ended_by: Option<MembershipId>,
    /// What they said of it.
    pub ended_note: Option<String>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
