//! The table `party_merge`: two parties that are one.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, MergeId, OrganizationId, PartyId};

/// A row of `party_merge`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "party_merge")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MergeId,
    /// The one whose id became an alias.
    pub loser_id: PartyId,
    /// The one that stays.
    pub winner_id: PartyId,
    /// Who said so.
    pub merged_by: MembershipId,
    /// When, UTC.
    pub merged_at: DateTimeUtc,
    /// Who took it back.
    pub undone_by: Option<MembershipId>,
    /// When, UTC; none while it holds.
    pub undone_at: Option<DateTimeUtc>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
