//! The table `party_alias`: ids that stand for a party.

use sea_orm::entity::prelude::*;

use crate::ids::{OrganizationId, PartyId};

/// A row of `party_alias`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "party_alias")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The id that stands for a party.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartyId,
    /// What it was made to stand for.
    pub direct_id: PartyId,
    /// What it stands for today.
    pub party_id: PartyId,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
