//! Who did or saw what, for control. Insert only.

use sea_orm::entity::prelude::*;

use crate::ids::{AuditEntryId, MembershipId, OrganizationId};

/// A row of `audit_entry`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEntryId,
    /// Who did it: a membership; none for the system itself.
    pub actor_id: Option<MembershipId>,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject_id: Option<Uuid>,
    /// Plain facts for showing it later; no personal data beyond ids.
    #[sea_orm(column_type = "JsonBinary")]
    pub facts: Json,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
    /// Its place in the chain, from 1; none until it is sealed.
    pub seal_position: Option<i64>,
    /// The hash over it and the hash before it, hex.
    pub seal_hash: Option<String>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
