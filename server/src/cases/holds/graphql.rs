//! Holds in the API.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use guanjia_entity::hold;

use super::{
    Reason, State,
    commands::{self, LiftHold, PlaceHold},
    queries,
};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        scalars::{Date, Gid, Instant, Written},
    },
    kernel::ids::{AccountId, HoldId},
    owners::{self, graphql::Account},
    worklist,
};

/// A hold 暂停催缴: the account is left alone, for a reason and until a day. It stops routine dunning; it stops neither the
/// owner's own calls, nor recording, nor looking at the books. An open promise is quiet by itself and is no hold here.
#[derive(SimpleObject, Clone)]
pub struct Hold {
    /// Its id.
    id: Gid<HoldId>,
    /// Why.
    reason: Reason,
    /// First local day.
    from: Date,
    /// Last local day. The account wakes up on the next one, unless another hold goes on.
    until: Date,
    /// Free text of whoever placed it.
    note: Option<Written>,
    /// Where it stands.
    state: State,
    /// When it was placed.
    placed_at: Instant,
    /// When it was lifted, or its days were over.
    ended_at: Option<Instant>,
    /// Why it was lifted.
    lifted_because: Option<String>,
}

impl From<hold::Model> for Hold {
    fn from(row: hold::Model) -> Self {
        Self {
            id: Gid(row.id),
            reason: Reason::of_name(&row.reason).unwrap_or(Reason::Dispute),
            from: Date(row.from_on),
            until: Date(row.until_on),
            note: row.note.map(Written),
            state: State::of_name(&row.state).unwrap_or(State::Over),
            placed_at: Instant(row.placed_at),
            ended_at: row.ended_at.map(Instant),
            lifted_because: row.ended_note,
        }
    }
}

/// What `placeHold` takes.
#[derive(InputObject)]
pub struct PlaceHoldInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Id of the hold, if the client makes it: `hold_` and a UUIDv7 without dashes.
    id: Option<Gid<HoldId>>,
    /// Which account.
    account_id: Gid<AccountId>,
    /// Why.
    reason: Reason,
    /// The last day: today at the earliest, and not later than the community allows for the reason (casePolicy).
    until: Date,
    /// Free text, at most 2000 characters.
    note: Option<String>,
}

/// What `liftHold` takes.
#[derive(InputObject)]
pub struct LiftHoldInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which hold.
    hold_id: Gid<HoldId>,
    /// Why it ends before its day, at most 2000 characters.
    reason: String,
}

/// What `placeHold` and `liftHold` answer.
#[derive(SimpleObject, Default)]
pub struct HoldPayload {
    /// The hold.
    hold: Option<Hold>,
    /// The account as it stands now.
    account: Option<Account>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct HoldsMutation;

#[Object]
impl HoldsMutation {
    /// Leaves an account alone until a day, for a reason. Routine steps wait for the day after; a step for waking up is
    /// planned there. To make it longer, place another: the latest end counts.
    async fn place_hold(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account, why, until when.")] input: PlaceHoldInput,
    ) -> Result<HoldPayload> {
        let key = input.idempotency_key;
        let input = PlaceHold {
            id: input.id.map(|id| id.0),
            account: input.account_id.0,
            reason: input.reason,
            until_on: input.until.0,
            note: input.note,
        };
        let done = act(ctx, (&key, "placeHold"), input, |work, input| {
            Box::pin(commands::place_hold(work, input))
        });
        match done.await? {
            Ok(id) => payload(ctx, id).await,
            Err(problems) => Ok(HoldPayload { problems, ..HoldPayload::default() }),
        }
    }

    /// Ends a hold before its day. What waited comes back to its own day, and the account is woken up, unless another hold
    /// goes on. A hold that is over already is the problem CONFLICT.
    async fn lift_hold(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which hold, and why.")] input: LiftHoldInput,
    ) -> Result<HoldPayload> {
        let key = input.idempotency_key;
        let input = LiftHold { hold: input.hold_id.0, note: input.reason };
        let done = act(ctx, (&key, "liftHold"), input, |work, input| {
            Box::pin(commands::lift_hold(work, input))
        });
        match done.await? {
            Ok(id) => payload(ctx, id).await,
            Err(problems) => Ok(HoldPayload { problems, ..HoldPayload::default() }),
        }
    }
}

async fn payload(ctx: &Context<'_>, id: HoldId) -> Result<HoldPayload> {
    let (actor, conn) = (ctx.actor()?, ctx.conn()?);
    let now = ctx.app()?.kernel.clock.domain();
    let hold = queries::by_id(conn, actor.organization, id).await.map_err(|f| ctx.tell(f))?;
    let card = owners::queries::account(conn, actor, now, hold.account_id).await;
    let account = Account::from(card.map_err(|f| ctx.tell(f))?);
    Ok(HoldPayload {
        hold: Some(hold.into()),
        account: Some(account),
        worklist_version: Some(worklist::graphql::my_version(ctx).await?),
        problems: Vec::new(),
    })
}
