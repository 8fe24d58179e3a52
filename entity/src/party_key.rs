//! Same name and same number is one party; a name alone never is, and has no row here.

use sea_orm::entity::prelude::*;

use crate::ids::{OrganizationId, PartyId};

/// A row of `party_key`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "party_key")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The name, as it is compared.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The telephone number, digits only.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: String,
    /// The party.
    pub party_id: PartyId,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
