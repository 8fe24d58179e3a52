//! In which order money settles debts. Append-only.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, MembershipId, OrganizationId};

/// A row of `allocation_policy`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "allocation_policy")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The community.
    #[sea_orm(primary_key, auto_increment = false)]
    pub community_id: CommunityId,
    /// Rises by one with each change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// Holds for what happens from this day on.
    pub from_on: Date,
    /// STATUTORY or OLDEST_FIRST.
    pub method: String,
    /// BEFORE_PRINCIPAL, AFTER_PRINCIPAL or LAST.
    pub penalty_place: String,
    /// Fee items that are secured, a list of names.
    #[sea_orm(column_type = "JsonBinary")]
    pub secured_items: Json,
    /// Why.
    pub reason: String,
    /// Who set it; none on the command line.
    pub set_by: Option<MembershipId>,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
