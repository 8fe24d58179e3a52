//! What a community allows of holds, follow-ups, escalations and sightings. Append-only: the highest version holds.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, MembershipId, OrganizationId};

/// A row of `case_policy`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_policy")]
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
    /// Where a step goes that the system planned for a rest day.
    pub rest_day_rule: String,
    /// A follow-up may be planned at most this many days ahead.
    pub follow_up_horizon_days: i64,
    /// How often one follow-up may be put off.
    pub snoozes: i64,
    /// How many follow-ups an account may have on one day.
    pub rounds_a_day: i64,
    /// Workdays within which an escalation is answered.
    pub escalation_workdays: i64,
    /// The longest holds, by reason, where they differ from the presets.
    #[sea_orm(column_type = "JsonBinary")]
    pub hold_limits: Json,
    /// Whether sightings are switched on.
    pub sightings: bool,
    /// For how many days sightings are kept.
    pub sighting_days: i64,
    /// Where the assessment behind sightings lies; none while they were never switched on.
    pub assessment_reference: Option<String>,
    /// The day of that assessment.
    pub assessed_on: Option<Date>,
    /// Who set it; none at the command line.
    pub set_by: Option<MembershipId>,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
