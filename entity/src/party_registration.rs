//! The table `party_registration`: who registered a party, and by which name.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, OrganizationId, PartyId};

/// A row of `party_registration`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "party_registration")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The id under which they know it: the party's or one that stands for it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartyId,
    /// The name they gave.
    pub name: String,
    /// Who.
    pub registered_by: MembershipId,
    /// When, UTC.
    pub registered_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
