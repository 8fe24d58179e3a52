//! That an owner agreed to be looked out for in a community.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, MembershipId, OrganizationId, PartyId, SightingConsentId};

/// A row of `sighting_consent`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sighting_consent")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SightingConsentId,
    /// Who agreed.
    pub party_id: PartyId,
    /// Where they may be looked out for.
    pub community_id: CommunityId,
    /// Who asked them.
    pub asked_by: MembershipId,
    /// WRITTEN, MESSAGE or ORAL.
    pub way: String,
    /// The local day on which they agreed.
    pub given_on: Date,
    /// Free text.
    pub note: Option<String>,
    /// Who recorded it.
    pub recorded_by: MembershipId,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
    /// Who recorded the withdrawal; none while it stands, and when the system did.
    pub withdrawn_by: Option<MembershipId>,
    /// When it was withdrawn, UTC; none while it stands.
    pub withdrawn_at: Option<DateTimeUtc>,
    /// What was said then.
    pub withdrawn_note: Option<String>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
