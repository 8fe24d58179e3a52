//! Setting the terms of a community.

use chrono::{Days, NaiveDate};
use guanjia_entity::case_policy;
use sea_orm::EntityTrait;
use serde::Serialize;
use serde_json::json;

use crate::{
    cases::{
        days::RestDayRule,
        events::SightingsSwitchedOff,
        holds::Reason,
        terms::{self, Assessment, Limit, Terms},
        workdays::commands::replan,
    },
    kernel::{Failure, Problem, ProblemCode, Text, Work, audit, calendar, ids::CommunityId},
    people,
};

/// Further ahead nothing is planned.
const FAR: Days = Days::new(3660);
/// The longest reference of an assessment, in characters.
const LONGEST_REFERENCE: usize = 200;

/// What `setCasePolicy` takes; what is none stays as it is.
#[derive(Clone, Debug, Serialize)]
pub struct SetTerms {
    /// Which community.
    pub community: CommunityId,
    /// Where a step goes that the system planned for a rest day.
    pub rest_day_rule: Option<RestDayRule>,
    /// A follow-up may be planned at most this many days ahead.
    pub horizon_days: Option<i64>,
    /// How often one follow-up may be put off.
    pub snoozes: Option<i64>,
    /// How many follow-ups an account may have on one day.
    pub rounds_a_day: Option<i64>,
    /// Workdays within which an escalation is answered.
    pub escalation_workdays: Option<i64>,
    /// The longest holds: reason, days, whether workdays.
    pub hold_limits: Vec<(Reason, i64, bool)>,
    /// Whether sightings are switched on.
    pub sightings: Option<bool>,
    /// For how many days sightings are kept.
    pub sighting_days: Option<i64>,
    /// The assessment behind sightings: needed to switch them on.
    pub assessment: Option<Assessment>,
}

/// Sets the terms of a community that the actor was given.
pub async fn set(work: &mut Work, input: SetTerms) -> Result<CommunityId, Failure> {
    let (actor, organization) = (work.actor()?.clone(), work.organization());
    let community = input.community;
    let place = people::queries::my_community(work.conn(), &actor, community).await?;
    let problems = problems(&input);
    if !problems.is_empty() {
        return Err(Failure::Problems(problems));
    }
    people::queries::lock_community(work.conn(), organization, community).await?;
    let before = terms::of(work.conn(), organization, community).await?;
    let today = work.today(calendar::zone(&place.time_zone));
    if let Some(problem) = assessment_problem(&before, &input, today) {
        return Err(Failure::problem(problem));
    }
    let after = changed(before.clone(), input);
    if after == before {
        return Ok(community);
    }
    insert(work, community, &after).await?;
    if after.rest_day_rule != before.rest_day_rule {
        let first = work.now.date_naive();
        replan(work, Some(community), (first, first + FAR)).await?;
    }
    if before.sightings && !after.sightings {
        work.emit(SightingsSwitchedOff(community));
    }
    let facts = json!({ "version": after.version, "sightings": after.sightings });
    audit::record(work, "CASE_POLICY_SET", Some(community.into()), facts).await?;
    Ok(community)
}

fn problems(input: &SetTerms) -> Vec<Problem> {
    let bounds = [
        ("followUpHorizonDays", input.horizon_days, 1, 730),
        ("snoozes", input.snoozes, 0, 20),
        ("roundsADay", input.rounds_a_day, 1, 20),
        ("escalationWorkdays", input.escalation_workdays, 1, 20),
        // Days, not years (rule 32).
        ("sightingDays", input.sighting_days, 1, 30),
    ];
    let own = bounds
        .into_iter()
        .filter_map(|(field, value, least, most)| out_of_bounds(field, value?, (least, most)));
    let limits = input.hold_limits.iter().enumerate().filter_map(|(index, (_, days, _))| {
        out_of_bounds(&format!("holdLimits.{index}.days"), *days, (1, 366))
    });
    own.chain(limits).collect()
}

/// Whoever switches sightings on states the assessment that was made before (rule 32); it stands as long as they are on.
fn assessment_problem(before: &Terms, input: &SetTerms, today: NaiveDate) -> Option<Problem> {
    let on = input.sightings.unwrap_or(before.sightings);
    let problem = |field: &str, code, text| Some(Problem::at(field, code, text));
    let Some(assessment) = &input.assessment else {
        let text = Text::new(
            "开启目击提醒前须进行个人信息保护影响评估,请填写评估编号和日期",
            "an impact assessment comes before sightings are switched on: state its reference and day",
        );
        return if on && !before.sightings {
            problem("sightingAssessment", ProblemCode::Required, text)
        } else {
            None
        };
    };
    let length = assessment.reference.trim().chars().count();
    if !on {
        let text = Text::new("未开启目击提醒", "sightings are not switched on");
        problem("sightingAssessment", ProblemCode::Inconsistent, text)
    } else if length == 0 {
        let text = Text::new("请填写评估编号或名称", "say where the assessment is found");
        problem("sightingAssessment.reference", ProblemCode::Required, text)
    } else if length > LONGEST_REFERENCE {
        let zh = format!("不得超过 {LONGEST_REFERENCE} 字");
        let text = Text::new(zh, format!("at most {LONGEST_REFERENCE} characters"));
        problem("sightingAssessment.reference", ProblemCode::TooLong, text)
    } else if assessment.on > today {
        let text = Text::new("评估日期不能晚于今天", "the assessment cannot be of a day to come");
        problem("sightingAssessment.on", ProblemCode::TooLate, text)
    } else {
        None
    }
}

/// What is wrong with a number that is to lie between two others.
pub(in crate::cases) fn out_of_bounds(
    field: &str,
    value: i64,
    (least, most): (i64, i64),
) -> Option<Problem> {
    let code = match value {
        value if value < least => ProblemCode::TooSmall,
        value if value > most => ProblemCode::TooLarge,
        _ => return None,
    };
    let text = Text::new(format!("须在 {least} 到 {most} 之间"), format!("{least} to {most}"));
    Some(Problem::at(field, code, text))
}

fn changed(mut terms: Terms, input: SetTerms) -> Terms {
    let before = terms.clone();
    terms.rest_day_rule = input.rest_day_rule.unwrap_or(terms.rest_day_rule);
    terms.horizon_days = input.horizon_days.unwrap_or(terms.horizon_days);
    terms.snoozes = input.snoozes.unwrap_or(terms.snoozes);
    terms.rounds_a_day = input.rounds_a_day.unwrap_or(terms.rounds_a_day);
    terms.escalation_workdays = input.escalation_workdays.unwrap_or(terms.escalation_workdays);
    terms.sightings = input.sightings.unwrap_or(terms.sightings);
    terms.sighting_days = input.sighting_days.unwrap_or(terms.sighting_days);
    terms.assessment =
        input.assessment.or_else(|| terms.assessment.take()).filter(|_| terms.sightings);
    for (reason, days, workdays) in input.hold_limits {
        let limit = Limit { days: u32::try_from(days).unwrap_or(1), workdays };
        terms.hold_limits.insert(reason.name().to_owned(), limit);
    }
    if terms != before {
        terms.version += 1;
    }
    terms
}

async fn insert(work: &Work, community: CommunityId, terms: &Terms) -> Result<(), Failure> {
    let hold_limits = serde_json::to_value(&terms.hold_limits)
        .map_err(|cause| Failure::broken("limits of holds", cause))?;
    let row = case_policy::Model {
        organization_id: work.organization(),
        community_id: community,
        version: terms.version,
        rest_day_rule: terms.rest_day_rule.name().to_owned(),
        follow_up_horizon_days: terms.horizon_days,
        snoozes: terms.snoozes,
        rounds_a_day: terms.rounds_a_day,
        escalation_workdays: terms.escalation_workdays,
        hold_limits,
        sightings: terms.sightings,
        sighting_days: terms.sighting_days,
        assessment_reference: terms.assessment.as_ref().map(|one| one.reference.trim().to_owned()),
        assessed_on: terms.assessment.as_ref().map(|one| one.on),
        set_by: work.by().person(),
        recorded_at: work.now,
    };
    let row = case_policy::ActiveModel::from(row);
    case_policy::Entity::insert(row).exec_without_returning(work.conn()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn input(sightings: Option<bool>, assessed: Option<(&str, &str)>) -> SetTerms {
        let assessment = assessed
            .map(|(reference, on)| Assessment { reference: reference.to_owned(), on: day(on) });
        SetTerms {
            community: guanjia_entity::ids::CommunityId(uuid::Uuid::nil()),
            rest_day_rule: None,
            horizon_days: None,
            snoozes: None,
            rounds_a_day: None,
            escalation_workdays: None,
            hold_limits: Vec::new(),
            sightings,
            sighting_days: None,
            assessment,
        }
    }

    #[test]
    fn sightings_are_switched_on_by_whoever_states_the_assessment() {
        let today = day("2026-11-23");
        let off = Terms::PRESET;
        let good = Some(("PIA-7", "2026-11-20"));
        let on = changed(off.clone(), input(Some(true), good));
        let code = |before: &Terms, sightings, assessed| {
            assessment_problem(before, &input(sightings, assessed), today).map(|one| one.code)
        };
        assert_eq!(code(&off, Some(true), None), Some(ProblemCode::Required));
        assert_eq!(code(&off, Some(true), good), None);
        assert_eq!(code(&off, Some(true), Some((" ", "2026-11-20"))), Some(ProblemCode::Required));
        let ahead = Some(("PIA-7", "2026-11-24"));
        assert_eq!(code(&off, Some(true), ahead), Some(ProblemCode::TooLate));
        assert_eq!(code(&off, None, good), Some(ProblemCode::Inconsistent));
        assert_eq!(code(&on, None, None), None, "it is stated once");
        assert_eq!(code(&on, Some(true), None), None);
        assert_eq!(changed(on.clone(), input(None, None)).assessment, on.assessment);
        assert_eq!(changed(on, input(Some(false), None)).assessment, None, "and stated anew");
    }
}
