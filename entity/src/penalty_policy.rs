//! What a contract says of paying late. Append-only; without a row there is no penalty.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, MembershipId, OrganizationId};

/// A row of `penalty_policy`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "penalty_policy")]
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
    /// Holds for charges that fall due from this day on.
    pub from_on: Date,
    /// The fee item; none is every item without a row of its own.
    pub fee_item: Option<String>,
    /// Millionths of the open amount for each day.
    pub daily_ppm: i64,
    /// At most this percentage of the charge; none is without a cap.
    pub cap_percent: Option<i64>,
    /// Days after the due day that are free.
    pub free_days: i64,
    /// Whether days of a hold are left out.
    pub frozen_in_hold: bool,
    /// The clause of the contract.
    pub basis: String,
    /// Who set it; none on the command line.
    pub set_by: Option<MembershipId>,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
