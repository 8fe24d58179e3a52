//! What people do with follow-ups by hand, in the API.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::commands::{
    self, Cancel, Complete, Handled, Plan, PlanFollowUp, Reassign, Seen, Snooze,
};
use crate::{
    api::{
        acts::{Outcome, Problem, act},
        context::Ask,
        scalars::{Date, Gid, LocalTime},
    },
    cases::{self, follow_up::Purpose, graphql::FollowUp},
    kernel::{
        Failure,
        ids::{AccountId, FollowUpId, MembershipId},
    },
    owners::{self, graphql::Account},
    worklist,
};

/// What `planFollowUp` takes.
#[derive(InputObject)]
pub struct PlanFollowUpInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Id of the follow-up, if the client makes it: `followup_` and a UUIDv7 without dashes.
    id: Option<Gid<FollowUpId>>,
    /// Which account.
    account_id: Gid<AccountId>,
    /// What to do, when, why.
    step: StepInput,
}

/// A step that somebody plans.
#[derive(InputObject)]
pub struct StepInput {
    /// What to do.
    #[graphql(default_with = "Purpose::Call")]
    purpose: Purpose,
    /// The day: today at the earliest. During a hold only what is no dunning, or was agreed; else the problem ON_HOLD.
    on: Date,
    /// The hour, if there is one; a reminder comes then.
    at: Option<LocalTime>,
    /// Whether the hour was agreed with the owner: then neither holds nor rest days move it.
    #[graphql(default)]
    agreed: bool,
    /// What about, at most 2000 characters. Needed when the account has another step on the same day: why another round.
    note: Option<String>,
}

impl From<StepInput> for Plan {
    fn from(input: StepInput) -> Self {
        Self {
            purpose: input.purpose,
            on: input.on.0,
            at: input.at.map(|at| at.0),
            agreed: input.agreed,
            note: input.note,
        }
    }
}

/// What `snoozeFollowUp` takes.
#[derive(InputObject)]
pub struct SnoozeFollowUpInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which follow-up.
    follow_up_id: Gid<FollowUpId>,
    /// The revision that was shown; another one is the problem CONFLICT.
    expected_revision: i64,
    /// The new day.
    on: Date,
    /// The new hour; its own, if left out.
    at: Option<LocalTime>,
    /// Why, at most 2000 characters.
    reason: String,
}

/// What `completeFollowUp` takes.
#[derive(InputObject)]
pub struct CompleteFollowUpInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which follow-up.
    follow_up_id: Gid<FollowUpId>,
    /// The revision that was shown; another one is the problem CONFLICT.
    expected_revision: i64,
    /// What was done, at most 2000 characters.
    note: String,
    /// The next step. Without one an open case that would have none gets a look on the next workday.
    next: Option<StepInput>,
}

/// What `cancelFollowUp` takes.
#[derive(InputObject)]
pub struct CancelFollowUpInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which follow-up.
    follow_up_id: Gid<FollowUpId>,
    /// The revision that was shown; another one is the problem CONFLICT.
    expected_revision: i64,
    /// Why, at most 2000 characters.
    reason: String,
}

/// What `reassignFollowUp` takes.
#[derive(InputObject)]
pub struct ReassignFollowUpInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which follow-up.
    follow_up_id: Gid<FollowUpId>,
    /// The revision that was shown; another one is the problem CONFLICT.
    expected_revision: i64,
    /// A steward, manager or director of the community; null gives it back to whoever looks after the account.
    to: Option<Gid<MembershipId>>,
    /// Why, at most 2000 characters.
    reason: String,
}

/// What the mutations about follow-ups answer.
#[derive(SimpleObject, Default)]
pub struct FollowUpPayload {
    /// The follow-up as it stands now.
    follow_up: Option<FollowUp>,
    /// The step that was planned after it.
    next: Option<FollowUp>,
    /// The account as it stands now; null when it is no longer yours.
    account: Option<Account>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct StepsMutation;

#[Object]
impl StepsMutation {
    /// Plans a step by hand; several on one day are rounds, each with its reason.
    async fn plan_follow_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, what, when, why.")] input: PlanFollowUpInput,
    ) -> Result<FollowUpPayload> {
        let (key, id) = (input.idempotency_key, input.id.map(|id| id.0));
        let input = PlanFollowUp { id, account: input.account_id.0, plan: input.step.into() };
        let done = act(ctx, (&key, "planFollowUp"), input, |work, input| {
            Box::pin(commands::plan_follow_up(work, input))
        });
        payload(ctx, done.await?).await
    }

    /// Puts a follow-up off to another day or hour, with the reason. A community sets how often; after that a manager does.
    async fn snooze_follow_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, to when, why.")] input: SnoozeFollowUpInput,
    ) -> Result<FollowUpPayload> {
        let key = input.idempotency_key;
        let seen = Seen { follow_up: input.follow_up_id.0, revision: input.expected_revision };
        let at = input.at.map(|at| at.0);
        let input = Snooze { seen, on: input.on.0, at, reason: input.reason };
        let done = act(ctx, (&key, "snoozeFollowUp"), input, |work, input| {
            Box::pin(commands::snooze(work, input))
        });
        payload(ctx, done.await?).await
    }

    /// Says that a follow-up was done without a contact to log, and plans the next step.
    async fn complete_follow_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, what was done, what comes next.")] input: CompleteFollowUpInput,
    ) -> Result<FollowUpPayload> {
        let key = input.idempotency_key;
        let seen = Seen { follow_up: input.follow_up_id.0, revision: input.expected_revision };
        let input = Complete { seen, note: input.note, next: input.next.map(Plan::from) };
        let done = act(ctx, (&key, "completeFollowUp"), input, |work, input| {
            Box::pin(commands::complete(work, input))
        });
        payload(ctx, done.await?).await
    }

    /// Says that a follow-up is not wanted, with the reason. Waking up from a hold, what goes with a promise, and what
    /// stands for an escalation cannot be cancelled.
    async fn cancel_follow_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: CancelFollowUpInput,
    ) -> Result<FollowUpPayload> {
        let key = input.idempotency_key;
        let seen = Seen { follow_up: input.follow_up_id.0, revision: input.expected_revision };
        let input = Cancel { seen, reason: input.reason };
        let done = act(ctx, (&key, "cancelFollowUp"), input, |work, input| {
            Box::pin(commands::cancel(work, input))
        });
        payload(ctx, done.await?).await
    }

    /// Gives a follow-up to a colleague of the community, who is reminded of it, or back. While it is theirs, they reach
    /// the account.
    async fn reassign_follow_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, to whom, why.")] input: ReassignFollowUpInput,
    ) -> Result<FollowUpPayload> {
        let key = input.idempotency_key;
        let seen = Seen { follow_up: input.follow_up_id.0, revision: input.expected_revision };
        let input = Reassign { seen, to: input.to.map(|to| to.0), reason: input.reason };
        let done = act(ctx, (&key, "reassignFollowUp"), input, |work, input| {
            Box::pin(commands::reassign(work, input))
        });
        payload(ctx, done.await?).await
    }
}

/// Reads the outcome again under today's rights: what somebody gave away they may not see any more.
async fn payload(ctx: &Context<'_>, done: Outcome<Handled>) -> Result<FollowUpPayload> {
    let handled = match done {
        Ok(handled) => handled,
        Err(problems) => return Ok(FollowUpPayload { problems, ..FollowUpPayload::default() }),
    };
    let (actor, conn) = (ctx.actor()?, ctx.conn()?);
    let now = ctx.app()?.kernel.clock.domain();
    let worklist_version = Some(worklist::graphql::my_version(ctx).await?);
    let card = match owners::queries::account(conn, actor, now, handled.account).await {
        Ok(card) => card,
        Err(Failure::NotFound) => {
            return Ok(FollowUpPayload { worklist_version, ..FollowUpPayload::default() });
        }
        Err(failure) => return Err(ctx.tell(failure)),
    };
    let read = async |id| cases::queries::follow_up(conn, actor.organization, id).await;
    let follow_up = read(handled.follow_up).await.map_err(|f| ctx.tell(f))?;
    let next = match handled.next {
        Some(id) => Some(FollowUp::from(read(id).await.map_err(|f| ctx.tell(f))?)),
        None => None,
    };
    Ok(FollowUpPayload {
        follow_up: Some(follow_up.into()),
        next,
        account: Some(card.into()),
        worklist_version,
        problems: Vec::new(),
    })
}
