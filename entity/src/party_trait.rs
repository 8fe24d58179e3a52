//! The table `party_trait`: what guides the tone with a party.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, OrganizationId, PartyId};

/// A row of `party_trait`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "party_trait")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The party.
    #[sea_orm(primary_key, auto_increment = false)]
    pub party_id: PartyId,
    /// BUSY, AWAY, ABROAD and so on.
    #[sea_orm(primary_key, auto_increment = false, column_name = "trait")]
    pub trait_: String,
    /// Who noted it.
    pub noted_by: MembershipId,
    /// When, UTC.
    pub noted_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
