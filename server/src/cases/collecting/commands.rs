//! Setting the collection policy of a community.

use guanjia_entity::collection_policy;
use sea_orm::EntityTrait;
use serde::Serialize;
use serde_json::json;

use crate::{
    cases::{policy, policy_setting::commands::out_of_bounds},
    kernel::{Failure, Problem, Work, audit, ids::CommunityId},
    people,
};

/// What `setCollectionPolicy` takes; what is none stays as it is.
#[derive(Clone, Debug, Serialize)]
pub struct SetPolicy {
    /// Which community.
    pub community: CommunityId,
    /// A promise may be at most this many days ahead (rule 3).
    pub promise_horizon_days: Option<i64>,
    /// Days after the promised day in which money still counts.
    pub promise_grace_days: Option<i64>,
    /// From this share of the amount on a promise is partly kept.
    pub partly_kept_percent: Option<i64>,
    /// So many promises may follow one that was not kept.
    pub most_repromises: Option<i64>,
    /// So many breaks in a row hand the case up.
    pub breaks_to_escalate: Option<i64>,
    /// Minutes after which account details that were sent are confirmed.
    pub confirm_minutes: Option<i64>,
    /// Minute of the local day at which a follow-up without an hour is due.
    pub reminder_minute: Option<i64>,
    /// Whether a visit needs a signature or photo.
    pub visit_proof: Option<bool>,
}

/// Sets the collection policy of a community that the actor was given. It holds for what is planned and judged from now on.
pub async fn set(work: &mut Work, input: SetPolicy) -> Result<CommunityId, Failure> {
    let (actor, organization) = (work.actor()?.clone(), work.organization());
    let community = input.community;
    people::queries::my_community(work.conn(), &actor, community).await?;
    let problems = problems(&input);
    if !problems.is_empty() {
        return Err(Failure::Problems(problems));
    }
    people::queries::lock_community(work.conn(), organization, community).await?;
    let before = policy::of(work.conn(), organization, community).await?;
    let mut after = changed(before.clone(), &input);
    if after == before {
        return Ok(community);
    }
    after.version += 1;
    after.recorded_at = work.now;
    let facts = json!({ "version": after.version });
    let row = collection_policy::ActiveModel::from(after);
    collection_policy::Entity::insert(row).exec_without_returning(work.conn()).await?;
    audit::record(work, "COLLECTION_POLICY_SET", Some(community.into()), facts).await?;
    Ok(community)
}

fn problems(input: &SetPolicy) -> Vec<Problem> {
    let bounds = [
        ("promiseHorizonDays", input.promise_horizon_days, 1, 366),
        ("promiseGraceDays", input.promise_grace_days, 0, 15),
        ("partlyKeptPercent", input.partly_kept_percent, 1, 100),
        ("mostRepromises", input.most_repromises, 0, 20),
        ("breaksToEscalate", input.breaks_to_escalate, 1, 20),
        ("confirmMinutes", input.confirm_minutes, 5, 24 * 60),
        ("reminderAt", input.reminder_minute, 0, 24 * 60 - 1),
    ];
    let found = |(field, value, least, most): (&str, Option<i64>, i64, i64)| {
        out_of_bounds(field, value?, (least, most))
    };
    bounds.into_iter().filter_map(found).collect()
}

fn changed(mut policy: collection_policy::Model, input: &SetPolicy) -> collection_policy::Model {
    for (slot, value) in [
        (&mut policy.promise_horizon_days, input.promise_horizon_days),
        (&mut policy.promise_grace_days, input.promise_grace_days),
        (&mut policy.partly_kept_percent, input.partly_kept_percent),
        (&mut policy.most_repromises, input.most_repromises),
        (&mut policy.breaks_to_escalate, input.breaks_to_escalate),
        (&mut policy.confirm_minutes, input.confirm_minutes),
        (&mut policy.reminder_minute, input.reminder_minute),
    ] {
        *slot = value.unwrap_or(*slot);
    }
    policy.visit_proof = input.visit_proof.unwrap_or(policy.visit_proof);
    policy
}
