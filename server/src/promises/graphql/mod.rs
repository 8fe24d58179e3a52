//! Promises in the API.

pub mod inputs;
pub mod paying;
pub mod promise;

use async_graphql::{Context, MergedObject, Object, Result, SimpleObject};

use self::{
    inputs::{CancelPromiseInput, RecordPromiseInput, SupersedePromiseInput},
    paying::PayingMutation,
};
pub use self::{
    inputs::{ConfirmInput, PromiseLineInput},
    paying::PromisesQuery,
    promise::Promise,
};
use super::{
    commands::{self, CancelPromise, RecordPromise, Recorded, SupersedePromise},
    queries,
};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
    },
    cases::{self, graphql::FollowUp},
    kernel::{Failure, ids::AccountId},
    owners, worklist,
};

/// Mutations.
#[derive(MergedObject, Default)]
pub struct PromisesMutation(GivingMutation, PayingMutation);

/// What `recordPromise` and `supersedePromise` answer.
#[derive(SimpleObject, Default)]
pub struct RecordPromisePayload {
    /// The promise, a line per account.
    promises: Vec<Promise>,
    /// What was planned: the confirming step, then the looks at the money on the promised days.
    follow_ups: Vec<FollowUp>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// What `cancelPromise` answers.
#[derive(SimpleObject, Default)]
pub struct CancelPromisePayload {
    /// The promise as it stands now.
    promise: Option<Promise>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations on promises.
#[derive(Default)]
pub struct GivingMutation;

#[Object]
impl GivingMutation {
    /// Records a promise that was given in no contact: at the desk, in writing, relayed. One that is open gives way to it.
    async fn record_promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The promise.")] input: RecordPromiseInput,
    ) -> Result<RecordPromisePayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "recordPromise"), RecordPromise::from(input), |work, input| {
            Box::pin(commands::record_promise(work, input))
        });
        match done.await? {
            Ok(made) => recorded(ctx, made).await,
            Err(problems) => Ok(RecordPromisePayload { problems, ..Default::default() }),
        }
    }

    /// Puts a later promise in the place of an open one: the old is cancelled, not broken (rule 4).
    async fn supersede_promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what is promised now.")] input: SupersedePromiseInput,
    ) -> Result<RecordPromisePayload> {
        let key = input.idempotency_key.clone();
        let input = SupersedePromise::from(input);
        let done = act(ctx, (&key, "supersedePromise"), input, |work, input| {
            Box::pin(commands::supersede_promise(work, input))
        });
        match done.await? {
            Ok(made) => recorded(ctx, made).await,
            Err(problems) => Ok(RecordPromisePayload { problems, ..Default::default() }),
        }
    }

    /// Cancels an open promise: withdrawn, a mistake, settled otherwise. The steward who recorded it or a manager; from
    /// its day on only a manager, so that nobody dodges a verdict.
    async fn cancel_promise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: CancelPromiseInput,
    ) -> Result<CancelPromisePayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "cancelPromise"), CancelPromise::from(input), |work, input| {
            Box::pin(commands::cancel_promise(work, input))
        });
        let id = match done.await? {
            Ok(id) => id,
            Err(problems) => return Ok(CancelPromisePayload { problems, ..Default::default() }),
        };
        let now = ctx.app()?.kernel.clock.domain();
        let found = queries::promise(ctx.conn()?, ctx.actor()?, now, id).await;
        Ok(CancelPromisePayload {
            promise: Some(found.map_err(|f| ctx.tell(f))?.into()),
            worklist_version: Some(worklist::graphql::my_version(ctx).await?),
            problems: Vec::new(),
        })
    }
}

/// Reads the outcome again under today's rights: an account that is no longer theirs is left out.
async fn recorded(ctx: &Context<'_>, made: Recorded) -> Result<RecordPromisePayload> {
    let (actor, conn) = (ctx.actor()?, ctx.conn()?);
    let today = owners::queries::reach_day(ctx.app()?.kernel.clock.domain());
    let reached = owners::store::reachable(conn, actor, today, &made.accounts).await;
    let reached: Vec<AccountId> = reached
        .map_err(|e| ctx.tell(Failure::from(e)))?
        .into_iter()
        .map(|row| row.account_id)
        .collect();
    if reached.is_empty() {
        return Err(ctx.tell(Failure::NotFound));
    }
    let found = queries::with_headers(conn, actor.organization, made.lines).await;
    let found = found.map_err(|f| ctx.tell(f))?;
    let planned = (made.follow_ups.as_slice(), reached.as_slice());
    let planned = cases::queries::follow_ups(conn, actor.organization, planned).await;
    let planned = planned.map_err(|f| ctx.tell(f))?;
    let mine = found.into_iter().filter(|(line, _)| reached.contains(&line.account_id));
    Ok(RecordPromisePayload {
        promises: mine.map(Promise::from).collect(),
        follow_ups: planned.into_iter().map(FollowUp::from).collect(),
        worklist_version: Some(worklist::graphql::my_version(ctx).await?),
        problems: Vec::new(),
    })
}
