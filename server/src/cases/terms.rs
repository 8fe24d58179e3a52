//! What a community allows of holds, follow-ups, escalations and sightings; the presets where it has set nothing.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};
use guanjia_entity::case_policy;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use super::{days::RestDayRule, holds::Reason};
use crate::kernel::{
    Failure,
    calendar::Calendar,
    ids::{CommunityId, OrganizationId},
};

/// The longest a hold may last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// So many days.
    pub days: u32,
    /// Whether these are workdays.
    pub workdays: bool,
}

impl Limit {
    /// The last day of a hold that begins today and lasts as long as it may. The first day counts.
    pub fn last_day(self, today: NaiveDate, calendar: &Calendar) -> NaiveDate {
        if self.workdays {
            return calendar.workdays_after(today, self.days);
        }
        today + Days::new(u64::from(self.days.max(1) - 1))
    }
}

/// The assessment of what looking out for owners means for them (个人信息保护法 55), as it was stated when sightings were
/// switched on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assessment {
    /// Where it lies: its number or title, in the words of whoever stated it.
    pub reference: String,
    /// Its local day.
    pub on: NaiveDate,
}

/// The policy of a community.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// Rises with each change; 0 while nobody has set anything.
    pub version: i64,
    /// Where a step goes that the system planned for a rest day.
    pub rest_day_rule: RestDayRule,
    /// A follow-up may be planned at most this many days ahead.
    pub horizon_days: i64,
    /// How often one follow-up may be put off.
    pub snoozes: i64,
    /// How many follow-ups an account may have on one day.
    pub rounds_a_day: i64,
    /// Workdays within which an escalation is answered.
    pub escalation_workdays: i64,
    /// The longest holds, by name of the reason, where they differ from the presets.
    pub hold_limits: BTreeMap<String, Limit>,
    /// Whether sightings are switched on.
    pub sightings: bool,
    /// For how many days sightings are kept.
    pub sighting_days: i64,
    /// The assessment behind sightings; none while they are off.
    pub assessment: Option<Assessment>,
}

impl Terms {
    /// What holds while a community has set nothing. Sightings are off: they need consent and an assessment first (rule 32).
    pub const PRESET: Self = Self {
        version: 0,
        rest_day_rule: RestDayRule::Next,
        horizon_days: 180,
        snoozes: 3,
        rounds_a_day: 6,
        escalation_workdays: 2,
        hold_limits: BTreeMap::new(),
        sightings: false,
        sighting_days: 7,
        assessment: None,
    };

    /// The longest a hold of a reason may last.
    pub fn longest(&self, reason: Reason) -> Limit {
        self.hold_limits.get(reason.name()).copied().unwrap_or_else(|| reason.preset())
    }

    fn of_row(row: case_policy::Model) -> Result<Self, Failure> {
        let hold_limits = serde_json::from_value(row.hold_limits)
            .map_err(|cause| Failure::broken("limits of holds", cause))?;
        let stated = row.assessment_reference.zip(row.assessed_on);
        let assessment = stated.map(|(reference, on)| Assessment { reference, on });
        Ok(Self {
            version: row.version,
            rest_day_rule: RestDayRule::of_name(&row.rest_day_rule).unwrap_or_default(),
            horizon_days: row.follow_up_horizon_days,
            snoozes: row.snoozes,
            rounds_a_day: row.rounds_a_day,
            escalation_workdays: row.escalation_workdays,
            hold_limits,
            // Without an assessment there are none, whatever an older release let somebody set.
            sightings: row.sightings && assessment.is_some(),
            sighting_days: row.sighting_days,
            assessment: assessment.filter(|_| row.sightings),
        })
    }
}

/// The terms in force of each community that has set some; the others go by [`Terms::PRESET`].
pub async fn in_force(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<HashMap<CommunityId, Terms>, Failure> {
    let rows = case_policy::Entity::find()
        .filter(case_policy::Column::OrganizationId.eq(organization))
        .order_by_asc(case_policy::Column::Version)
        .all(conn)
        .await?;
    // The later version overwrites the earlier.
    rows.into_iter().map(|row| Ok((row.community_id, Terms::of_row(row)?))).collect()
}

/// The terms in force of one community.
pub async fn of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    community: CommunityId,
) -> Result<Terms, Failure> {
    let row = case_policy::Entity::find()
        .filter(case_policy::Column::OrganizationId.eq(organization))
        .filter(case_policy::Column::CommunityId.eq(community))
        .order_by_desc(case_policy::Column::Version)
        .one(conn)
        .await?;
    row.map_or(Ok(Terms::PRESET), Terms::of_row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_day_of_a_hold_counts_and_workdays_pass_over_holidays() {
        let calendar = Calendar::shipped();
        let month = Limit { days: 30, workdays: false };
        assert_eq!(month.last_day(day("2026-11-01"), &calendar), day("2026-11-30"));
        let three = Limit { days: 3, workdays: true };
        assert_eq!(three.last_day(day("2026-09-30"), &calendar), day("2026-10-10"));
    }

    #[test]
    fn what_a_community_has_set_comes_before_the_preset() {
        let mut terms = Terms::PRESET;
        let limit = Limit { days: 5, workdays: false };
        assert_eq!(terms.longest(Reason::Dispute), Reason::Dispute.preset());
        terms.hold_limits.insert(Reason::Dispute.name().to_owned(), limit);
        assert_eq!(terms.longest(Reason::Dispute), limit);
    }
}
