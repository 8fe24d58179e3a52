//! What a key already did. Only committed outcomes are here; a refusal leaves no row.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, OrganizationId};

/// A row of `idempotency_key`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Who did it: a membership; none for the system itself.
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor_id: MembershipId,
    /// The key the client chose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The mutation.
    pub operation: String,
    /// SHA-256 of the input, hex.
    pub fingerprint: String,
    /// Ids of what it made.
    #[sea_orm(column_type = "JsonBinary")]
    pub outcome: Json,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
