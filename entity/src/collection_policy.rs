//! What a city or a company may set differently. Append-only: the highest version holds.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, OrganizationId};

/// A row of `collection_policy`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "collection_policy")]
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
    /// A promise may be at most this many days ahead.
    pub promise_horizon_days: i64,
    /// Days after the due day in which money still counts.
    pub promise_grace_days: i64,
    /// From this share of the amount on a promise is partly kept.
    pub partly_kept_percent: i64,
    /// Minute of the local day at which a follow-up without an hour is due.
    pub reminder_minute: i64,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
    /// So many promises may follow one that was not kept.
    pub most_repromises: i64,
    /// So many breaks in a row escalate.
    pub breaks_to_escalate: i64,
    /// Minutes after which account details that were sent are confirmed.
    pub confirm_minutes: i64,
    /// Whether a visit needs a signature or photo.
    pub visit_proof: bool,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
