//! The terms of a community in the API.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::commands::{self, SetTerms};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        scalars::{Date, Gid},
    },
    cases::{
        days::RestDayRule,
        holds::Reason,
        terms::{self, Assessment, Terms},
    },
    kernel::ids::CommunityId,
};

/// What a community allows of holds, follow-ups, escalations and sightings 跟进规则.
#[derive(SimpleObject)]
pub struct CasePolicy {
    /// Rises with each change; 0 while nobody has set anything and the presets hold.
    version: i64,
    /// Where a step goes that the system planned for a rest day.
    rest_day_rule: RestDayRule,
    /// A follow-up may be planned at most this many days ahead.
    follow_up_horizon_days: i64,
    /// How often one follow-up may be put off before a manager decides.
    snoozes: i64,
    /// How many follow-ups an account may have on one day.
    rounds_a_day: i64,
    /// Workdays within which an escalation is answered.
    escalation_workdays: i64,
    /// The longest hold, for each reason.
    hold_limits: Vec<HoldLimit>,
    /// Whether sightings are switched on.
    sightings: bool,
    /// For how many days sightings are kept.
    sighting_days: i64,
    /// The assessment behind sightings; null while they are off.
    sighting_assessment: Option<SightingAssessment>,
}

/// The assessment of what looking out for owners means for them 个人信息保护影响评估 (个人信息保护法 55), as it was stated when
/// sightings were switched on.
#[derive(SimpleObject)]
pub struct SightingAssessment {
    /// Where it is found: its number or title.
    reference: String,
    /// Its day.
    on: Date,
}

/// The longest a hold for a reason may last.
#[derive(SimpleObject)]
pub struct HoldLimit {
    /// The reason.
    reason: Reason,
    /// So many days, the first one counted; of workdays, so many after the first.
    days: i64,
    /// Whether these are workdays.
    workdays: bool,
}

impl From<Terms> for CasePolicy {
    fn from(terms: Terms) -> Self {
        let limit = |reason| {
            let limit = terms.longest(reason);
            HoldLimit { reason, days: i64::from(limit.days), workdays: limit.workdays }
        };
        Self {
            version: terms.version,
            rest_day_rule: terms.rest_day_rule,
            follow_up_horizon_days: terms.horizon_days,
            snoozes: terms.snoozes,
            rounds_a_day: terms.rounds_a_day,
            escalation_workdays: terms.escalation_workdays,
            hold_limits: Reason::ALL.map(limit).into(),
            sightings: terms.sightings,
            sighting_days: terms.sighting_days,
            sighting_assessment: terms
                .assessment
                .map(|one| SightingAssessment { reference: one.reference, on: Date(one.on) }),
        }
    }
}

/// The terms of a community that was found through the actor before.
pub async fn of(ctx: &Context<'_>, community: CommunityId) -> Result<CasePolicy> {
    let organization = ctx.actor()?.organization;
    let found = terms::of(ctx.conn()?, organization, community).await;
    found.map(CasePolicy::from).map_err(|f| ctx.tell(f))
}

/// What `setCasePolicy` takes. What is left out stays as it is.
#[derive(InputObject)]
pub struct SetCasePolicyInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which community.
    community_id: Gid<CommunityId>,
    /// Where a step goes that the system planned for a rest day; steps to come move at once.
    rest_day_rule: Option<RestDayRule>,
    /// 1 to 730.
    follow_up_horizon_days: Option<i64>,
    /// 0 to 20.
    snoozes: Option<i64>,
    /// 1 to 20.
    rounds_a_day: Option<i64>,
    /// 1 to 20.
    escalation_workdays: Option<i64>,
    /// The reasons whose limit changes.
    hold_limits: Option<Vec<HoldLimitInput>>,
    /// Whether sightings are switched on: only after the assessment that the law asks for (个人信息保护法 55), which is stated
    /// with it. Switched off, all sightings of the community are deleted at once.
    sightings: Option<bool>,
    /// 1 to 30.
    sighting_days: Option<i64>,
    /// The assessment: required to switch sightings on; later a newer one may be stated.
    sighting_assessment: Option<SightingAssessmentInput>,
}

/// The assessment of what looking out for owners means for them.
#[derive(InputObject)]
pub struct SightingAssessmentInput {
    /// Where it is found: its number or title, at most 200 characters.
    reference: String,
    /// Its day, not later than today.
    on: Date,
}

/// The longest a hold for a reason may last.
#[derive(InputObject)]
pub struct HoldLimitInput {
    /// The reason.
    reason: Reason,
    /// 1 to 366.
    days: i64,
    /// Whether these are workdays.
    #[graphql(default)]
    workdays: bool,
}

/// What `setCasePolicy` answers.
#[derive(SimpleObject, Default)]
pub struct SetCasePolicyPayload {
    /// The policy as it is now.
    case_policy: Option<CasePolicy>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct PolicyMutation;

#[Object]
impl PolicyMutation {
    /// Sets what a community allows of holds, follow-ups, escalations and sightings. Older versions are kept.
    async fn set_case_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which community, and what changes.")] input: SetCasePolicyInput,
    ) -> Result<SetCasePolicyPayload> {
        let key = input.idempotency_key;
        let limit = |one: HoldLimitInput| (one.reason, one.days, one.workdays);
        let input = SetTerms {
            community: input.community_id.0,
            rest_day_rule: input.rest_day_rule,
            horizon_days: input.follow_up_horizon_days,
            snoozes: input.snoozes,
            rounds_a_day: input.rounds_a_day,
            escalation_workdays: input.escalation_workdays,
            hold_limits: input.hold_limits.unwrap_or_default().into_iter().map(limit).collect(),
            sightings: input.sightings,
            sighting_days: input.sighting_days,
            assessment: input
                .sighting_assessment
                .map(|one| Assessment { reference: one.reference, on: one.on.0 }),
        };
        let done = act(ctx, (&key, "setCasePolicy"), input, |work, input| {
            Box::pin(commands::set(work, input))
        });
        match done.await? {
            Ok(community) => Ok(SetCasePolicyPayload {
                case_policy: Some(of(ctx, community).await?),
                problems: Vec::new(),
            }),
            Err(problems) => {
                Ok(SetCasePolicyPayload { problems, ..SetCasePolicyPayload::default() })
            }
        }
    }
}
