//! Payments of a community are known up to known_to, said a person. Append-only: the highest sequence holds.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, MembershipId, OrganizationId};

/// A row of `watermark`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "watermark")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The community.
    #[sea_orm(primary_key, auto_increment = false)]
    pub community_id: CommunityId,
    /// Rises by one per community; the highest holds.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    /// Payments are known up to the end of this local day.
    pub known_to: Date,
    /// Why it was moved, if said.
    pub reason: Option<String>,
    /// Who set it; none when set on the command line.
    pub set_by: Option<MembershipId>,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
