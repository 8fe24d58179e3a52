//! The table `registry_change`: what changed in the registry.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, MembershipId, OrganizationId, PartyId, RegistryChangeId};

/// A row of `registry_change`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "registry_change")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RegistryChangeId,
    /// What changed.
    pub kind: String,
    /// Whose.
    pub party_id: Option<PartyId>,
    /// Of which account.
    pub account_id: Option<AccountId>,
    /// The name, number or plate before.
    pub before_text: Option<String>,
    /// The name, number or plate after.
    pub after_text: Option<String>,
    /// The day from or up to which it holds.
    pub from_on: Option<Date>,
    /// Who; none for the system.
    pub actor_id: Option<MembershipId>,
    /// When, UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
