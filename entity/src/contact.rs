//! One attempt to move things: a call, a visit, a message, a letter.

use sea_orm::entity::prelude::*;

use crate::ids::{ContactId, ContactPointId, MembershipId, OrganizationId, PartyId};

/// A row of `contact`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    /// The party.
    pub party_id: Option<PartyId>,
    /// The number or address used.
    pub contact_point_id: Option<ContactPointId>,
    /// Call, visit, message …
    pub channel: String,
    /// Who began it.
    pub direction: String,
    /// What came of it.
    pub disposition: String,
    /// Free text of the person who logged it.
    pub note: Option<String>,
    /// Length in seconds.
    pub duration_seconds: Option<i64>,
    /// Who did it: a membership; none for the system itself.
    pub actor_id: MembershipId,
    /// When it happened, as the phone said it, never after `recorded_at`; UTC.
    pub occurred_at: DateTimeUtc,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
    /// Somebody else who was reached, as they named themselves.
    pub third_party_name: Option<String>,
    /// What they are to the owner, as they said.
    pub third_party_relation: Option<String>,
    /// The contact in whose place this one stands.
    pub corrects_id: Option<ContactId>,
    /// Whether a message or letter arrived; none while nobody knows.
    pub delivery: Option<String>,
    /// What was known of the number before, if this contact changed it.
    pub number_before: Option<String>,
    /// Since when that was known, UTC.
    pub number_before_at: Option<DateTimeUtc>,
    /// What this contact made of the number.
    pub number_learned: Option<String>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
