//! The collection policy of a community in the API.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::{NaiveTime, Timelike as _};
use guanjia_entity::collection_policy;

use super::commands::{self, SetPolicy};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        scalars::{Gid, LocalTime},
    },
    cases::policy,
    kernel::ids::CommunityId,
};

/// What a community wants of promises, contacts and reminders 催收规则.
#[derive(SimpleObject)]
pub struct CollectionPolicy {
    /// Rises with each change.
    version: i64,
    /// A promise may be at most this many days ahead.
    promise_horizon_days: i64,
    /// Days after the promised day in which money still counts.
    promise_grace_days: i64,
    /// From this share of the amount on a promise is partly kept; in full it is kept.
    partly_kept_percent: i64,
    /// So many promises may follow one that was not kept, for the same debt; the next one is a manager's.
    most_repromises: i64,
    /// So many breaks in a row hand the case up.
    breaks_to_escalate: i64,
    /// Minutes after which account details that were sent are confirmed.
    confirm_minutes: i64,
    /// When a follow-up without an hour is due on its day.
    reminder_at: LocalTime,
    /// Whether a visit needs a signature or photo.
    visit_proof: bool,
}

impl From<collection_policy::Model> for CollectionPolicy {
    fn from(row: collection_policy::Model) -> Self {
        let seconds = u32::try_from(row.reminder_minute * 60).unwrap_or_default();
        let at = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or_default();
        Self {
            version: row.version,
            promise_horizon_days: row.promise_horizon_days,
            promise_grace_days: row.promise_grace_days,
            partly_kept_percent: row.partly_kept_percent,
            most_repromises: row.most_repromises,
            breaks_to_escalate: row.breaks_to_escalate,
            confirm_minutes: row.confirm_minutes,
            reminder_at: LocalTime(at),
            visit_proof: row.visit_proof,
        }
    }
}

/// The policy of a community that was found through the actor before.
pub async fn of(ctx: &Context<'_>, community: CommunityId) -> Result<CollectionPolicy> {
    let found = policy::of(ctx.conn()?, ctx.actor()?.organization, community).await;
    found.map(CollectionPolicy::from).map_err(|f| ctx.tell(f))
}

/// What `setCollectionPolicy` takes. What is left out stays as it is.
#[derive(InputObject)]
pub struct SetCollectionPolicyInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which community.
    community_id: Gid<CommunityId>,
    /// 1 to 366.
    promise_horizon_days: Option<i64>,
    /// 0 to 15.
    promise_grace_days: Option<i64>,
    /// 1 to 100.
    partly_kept_percent: Option<i64>,
    /// 0 to 20.
    most_repromises: Option<i64>,
    /// 1 to 20.
    breaks_to_escalate: Option<i64>,
    /// 5 to 1440.
    confirm_minutes: Option<i64>,
    /// When a follow-up without an hour is due on its day; for steps that are planned from now on.
    reminder_at: Option<LocalTime>,
    /// Whether a visit needs a signature or photo.
    visit_proof: Option<bool>,
}

/// What `setCollectionPolicy` answers.
#[derive(SimpleObject, Default)]
pub struct SetCollectionPolicyPayload {
    /// The policy as it is now.
    collection_policy: Option<CollectionPolicy>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct CollectingMutation;

#[Object]
impl CollectingMutation {
    /// Sets what a community wants of promises, contacts and reminders. Older versions are kept; promises that were given
    /// keep the days of grace that they were given with.
    async fn set_collection_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which community, and what changes.")] input: SetCollectionPolicyInput,
    ) -> Result<SetCollectionPolicyPayload> {
        let minute = |at: LocalTime| i64::from(at.0.num_seconds_from_midnight() / 60);
        let order = SetPolicy {
            community: input.community_id.0,
            promise_horizon_days: input.promise_horizon_days,
            promise_grace_days: input.promise_grace_days,
            partly_kept_percent: input.partly_kept_percent,
            most_repromises: input.most_repromises,
            breaks_to_escalate: input.breaks_to_escalate,
            confirm_minutes: input.confirm_minutes,
            reminder_minute: input.reminder_at.map(minute),
            visit_proof: input.visit_proof,
        };
        let key = (input.idempotency_key.as_str(), "setCollectionPolicy");
        let done = act(ctx, key, order, |work, order| Box::pin(commands::set(work, order)));
        match done.await? {
            Ok(community) => Ok(SetCollectionPolicyPayload {
                collection_policy: Some(of(ctx, community).await?),
                problems: Vec::new(),
            }),
            Err(problems) => {
                Ok(SetCollectionPolicyPayload { problems, ..SetCollectionPolicyPayload::default() })
            }
        }
    }
}
