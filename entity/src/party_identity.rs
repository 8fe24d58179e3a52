//! Identity numbers of parties, encrypted.

use sea_orm::entity::prelude::*;

use crate::ids::{OrganizationId, PartyId};

/// A row of `party_identity`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "party_identity")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Whose it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub party_id: PartyId,
    /// Name of the key in the settings.
    pub key_name: String,
    /// Nonce and ciphertext, hex.
    pub sealed: String,
    /// Keyed hash of the number, hex, for finding it whole.
    pub print: String,
    /// When it was written down, UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
