//! Where an owner was seen, kept for days.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, MembershipId, OrganizationId, PartyId, SessionId, SightingId};

/// A row of `sighting`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sighting")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SightingId,
    /// Where it was.
    pub community_id: CommunityId,
    /// Who was seen.
    pub party_id: PartyId,
    /// The first of those that share one follow-up: itself, or an earlier one.
    pub group_id: SightingId,
    /// GATE, CAR_PARK or DESK.
    pub place: String,
    /// The plate that was seen, without spaces and dots.
    pub plate: Option<String>,
    /// When they were seen, by the phone, UTC.
    pub occurred_at: DateTimeUtc,
    /// Who saw them.
    pub recorded_by: MembershipId,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
    /// The sign-in it was recorded with: the shift.
    pub session_id: SessionId,
    /// RECORDED, UNDONE or DENIED.
    pub state: String,
    /// Who undid or denied it.
    pub ended_by: Option<MembershipId>,
    /// When, UTC.
    pub ended_at: Option<DateTimeUtc>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
