//! Payments and adjustments in the API.

use async_graphql::{ComplexObject, Context, InputObject, Object, Result, SimpleObject};
use guanjia_entity::payment;

use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        scalars::{Date, Gid, Instant, Money},
    },
    kernel::{
        Failure,
        ids::{AccountId, AdjustmentId, ChargeId, PaymentId},
    },
    ledger::{
        adjusting::{self, Adjust},
        adjustment::Kind,
        payments::{self, Cause, Method, Move, Record, Reverse},
        queries,
    },
    owners::{self, graphql::Account},
    worklist,
};

/// A payment 实收.
#[derive(SimpleObject, Clone)]
#[graphql(complex)]
pub struct Payment {
    /// Its id.
    id: Gid<PaymentId>,
    /// How much; negative in a refund and in a reversal.
    amount: Money,
    /// Day of the money.
    paid_on: Date,
    /// The day is that of the book: nobody wrote down when it came.
    day_unknown: bool,
    /// How it came, as the books say.
    method: Option<String>,
    /// Receipt number.
    receipt: Option<String>,
    /// It was entered on site: it counts once finance has confirmed it, see `confirmedAt`.
    provisional: bool,
    /// Known from this moment on.
    recorded_at: Instant,
    /// The payment that this one takes back.
    reverses_id: Option<Gid<PaymentId>>,
    /// Why it takes it back; null in what is no reversal.
    cause: Option<Cause>,
    /// The payment of another account that it was before it was moved here.
    moved_from_id: Option<Gid<PaymentId>>,
}

#[ComplexObject]
impl Payment {
    /// When finance confirmed it; null while it has not, and of what needs no confirmation.
    async fn confirmed_at(&self, ctx: &Context<'_>) -> Result<Option<Instant>> {
        if !self.provisional {
            return Ok(None);
        }
        let place = (ctx.actor()?.organization, self.id.0);
        let found = queries::confirmation(ctx.conn()?, place).await.map_err(|f| ctx.tell(f))?;
        Ok(found.map(|row| Instant(row.recorded_at)))
    }
}

impl From<payment::Model> for Payment {
    fn from(row: payment::Model) -> Self {
        Self {
            id: Gid(row.id),
            amount: Money::fen(row.amount_fen),
            paid_on: Date(row.effective_on),
            day_unknown: row.day_unknown,
            method: row.method,
            receipt: row.receipt,
            provisional: row.provisional,
            recorded_at: Instant(row.recorded_at),
            reverses_id: row.reverses_id.map(Gid),
            cause: row.cause.as_deref().and_then(Cause::of_name),
            moved_from_id: row.moved_from_id.map(Gid),
        }
    }
}

/// What the payer said the money is for. It goes there first, the rest by the policy of the community.
#[derive(InputObject, Default)]
pub struct DesignationInput {
    /// These charges, in this order; at most 50.
    charge_ids: Option<Vec<Gid<ChargeId>>>,
    /// Everything of this fee item; with `period`, only of both.
    fee_item: Option<String>,
    /// Everything of this period: "2026-09", "2026-Q3", "2026" or "2026-01/2026-06". Money for a period to come waits for
    /// it until it is over.
    period: Option<String>,
}

/// What `recordPayment` takes.
#[derive(InputObject)]
pub struct RecordPaymentInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// An id made by the client, if it works without a network.
    id: Option<Gid<PaymentId>>,
    /// For whom.
    account_id: Gid<AccountId>,
    /// How much, more than zero.
    amount: Money,
    /// How it came.
    method: Method,
    /// Receipt number, at most 64 characters; a community has each once.
    receipt: Option<String>,
    /// Day of the money, today at the latest.
    paid_on: Date,
    /// What the payer said it is for.
    designation: Option<DesignationInput>,
}

impl From<RecordPaymentInput> for Record {
    fn from(input: RecordPaymentInput) -> Self {
        let named = input.designation.unwrap_or_default();
        Self {
            id: input.id.map(|id| id.0),
            account: input.account_id.0,
            amount_fen: input.amount.0.0,
            method: input.method,
            receipt: input.receipt,
            paid_on: input.paid_on.0,
            charges: named.charge_ids.unwrap_or_default().into_iter().map(|id| id.0).collect(),
            fee_item: named.fee_item,
            period: named.period,
        }
    }
}

/// What `confirmPayment` takes.
#[derive(InputObject)]
pub struct ConfirmPaymentInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The provisional payment.
    payment_id: Gid<PaymentId>,
}

/// What `reversePayment` takes.
#[derive(InputObject)]
pub struct ReversePaymentInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The payment.
    payment_id: Gid<PaymentId>,
    /// A mistake was never there; a bounce was there until its day. To move a payment use `movePayment`.
    cause: Cause,
    /// Why, at most 500 characters.
    reason: String,
    /// The day of a bounce, from the payment's day to today; today, if left out.
    on: Option<Date>,
}

/// What `movePayment` takes.
#[derive(InputObject)]
pub struct MovePaymentInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The payment.
    payment_id: Gid<PaymentId>,
    /// The account to which it belongs, from the payment's own day on.
    to_account_id: Gid<AccountId>,
    /// How much of it; all, if left out.
    amount: Option<Money>,
    /// Why, at most 500 characters.
    reason: String,
}

/// What an act on payments answers.
#[derive(SimpleObject, Default)]
pub struct PaymentPayload {
    /// The payment that was entered or confirmed, the reversal, or the payment where it was moved to.
    payment: Option<Payment>,
    /// The accounts that were touched, as they stand now.
    accounts: Vec<Account>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// A charge and how much of it.
#[derive(InputObject)]
pub struct AdjustLineInput {
    /// The charge.
    charge_id: Gid<ChargeId>,
    /// How much: at most what is open of it, or, for penalties, what could be billed.
    amount: Money,
}

/// What `adjust` takes.
#[derive(InputObject)]
pub struct AdjustInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Whose charges.
    account_id: Gid<AccountId>,
    /// What is done.
    kind: Kind,
    /// 1 to 100 charges, each once.
    lines: Vec<AdjustLineInput>,
    /// Why, at most 500 characters.
    reason: String,
    /// True from this day on, today at the latest; today, if left out.
    on: Option<Date>,
}

impl From<AdjustInput> for Adjust {
    fn from(input: AdjustInput) -> Self {
        let line = |line: AdjustLineInput| (line.charge_id.0, line.amount.0.0);
        Self {
            account: input.account_id.0,
            kind: input.kind,
            lines: input.lines.into_iter().map(line).collect(),
            reason: input.reason,
            on: input.on.map(|day| day.0),
        }
    }
}

/// What `reverseAdjustment` takes.
#[derive(InputObject)]
pub struct ReverseAdjustmentInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The adjustment.
    adjustment_id: Gid<AdjustmentId>,
    /// Why, at most 500 characters.
    reason: String,
}

/// What an act on adjustments answers.
#[derive(SimpleObject, Default)]
pub struct AdjustPayload {
    /// The adjustments, in the order of the lines.
    adjustment_ids: Vec<Gid<AdjustmentId>>,
    /// The account as it stands now.
    account: Option<Account>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations on payments and adjustments.
#[derive(Default)]
pub struct PaymentsMutation;

#[Object]
impl PaymentsMutation {
    /// Enters a payment. What finance enters counts at once; what a steward enters on site is provisional until somebody of
    /// finance has confirmed it: it stops dunning, but settles nothing. A receipt that the community has already is a
    /// problem. For stewards and finance.
    async fn record_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The payment.")] input: RecordPaymentInput,
    ) -> Result<PaymentPayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "recordPayment"), Record::from(input), |work, input| {
            Box::pin(payments::record(work, input))
        });
        payload(ctx, done.await?).await
    }

    /// Confirms a provisional payment: it counts from now on, on its own day. Not by whoever entered it. For finance.
    async fn confirm_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ConfirmPaymentInput,
    ) -> Result<PaymentPayload> {
        let key = (input.idempotency_key.as_str(), "confirmPayment");
        let done =
            act(ctx, key, input.payment_id.0, |work, id| Box::pin(payments::confirm(work, id)));
        payload(ctx, done.await?).await
    }

    /// Takes a payment back. What it had settled is open again, and its case with it. A verdict that has fallen stays. For
    /// finance.
    async fn reverse_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReversePaymentInput,
    ) -> Result<PaymentPayload> {
        let said = Reverse {
            payment: input.payment_id.0,
            cause: input.cause,
            reason: input.reason,
            on: input.on.map(|day| day.0),
        };
        let key = (input.idempotency_key.as_str(), "reversePayment");
        let done = act(ctx, key, said, |work, said| Box::pin(payments::reverse(work, said)));
        payload(ctx, done.await?).await
    }

    /// Moves a payment, or a part of it, to the account to which it belonged from its first day on. Both timelines say so.
    /// For finance.
    async fn move_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, where to, and why.")] input: MovePaymentInput,
    ) -> Result<PaymentPayload> {
        let said = Move {
            payment: input.payment_id.0,
            to: input.to_account_id.0,
            amount_fen: input.amount.map(|amount| amount.0.0),
            reason: input.reason,
        };
        let key = (input.idempotency_key.as_str(), "movePayment");
        let done = act(ctx, key, said, |work, said| Box::pin(payments::move_to(work, said)));
        payload(ctx, done.await?).await
    }

    /// Waives, writes off, corrects, or bills a penalty. Waivers are for managers and directors, write-offs for directors,
    /// corrections and penalties for finance.
    async fn adjust(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What, on which charges, and why.")] input: AdjustInput,
    ) -> Result<AdjustPayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "adjust"), Adjust::from(input), |work, input| {
            Box::pin(adjusting::adjust(work, input))
        });
        match done.await? {
            Ok(ids) => adjusted(ctx, ids).await,
            Err(problems) => Ok(AdjustPayload { problems, ..AdjustPayload::default() }),
        }
    }

    /// Takes an adjustment back, as if it had never been; a billed penalty goes with it. For those who may make it.
    async fn reverse_adjustment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReverseAdjustmentInput,
    ) -> Result<AdjustPayload> {
        let key = (input.idempotency_key.as_str(), "reverseAdjustment");
        let said = (input.adjustment_id.0, input.reason);
        let done = act(ctx, key, said, |work, said| Box::pin(adjusting::reverse(work, said)));
        match done.await? {
            Ok(id) => adjusted(ctx, vec![id]).await,
            Err(problems) => Ok(AdjustPayload { problems, ..AdjustPayload::default() }),
        }
    }
}

/// Reads the payment again under today's rights, with its account, and the one it was moved from.
async fn payload(
    ctx: &Context<'_>,
    done: std::result::Result<PaymentId, Vec<Problem>>,
) -> Result<PaymentPayload> {
    let id = match done {
        Ok(id) => id,
        Err(problems) => return Ok(PaymentPayload { problems, ..PaymentPayload::default() }),
    };
    let (conn, organization) = (ctx.conn()?, ctx.actor()?.organization);
    let row = queries::payment(conn, organization, id).await.map_err(|f| ctx.tell(f))?;
    let mut touched = vec![row.account_id];
    if let Some(from) = row.moved_from_id {
        let from = queries::payment(conn, organization, from).await.map_err(|f| ctx.tell(f))?;
        touched.insert(0, from.account_id);
    }
    let accounts = reached(ctx, &touched).await?;
    if accounts.is_empty() {
        return Err(ctx.tell(Failure::NotFound));
    }
    Ok(PaymentPayload {
        payment: Some(row.into()),
        accounts,
        worklist_version: Some(worklist::graphql::my_version(ctx).await?),
        problems: Vec::new(),
    })
}

async fn adjusted(ctx: &Context<'_>, ids: Vec<AdjustmentId>) -> Result<AdjustPayload> {
    let first = ids.first().ok_or_else(|| ctx.tell(Failure::NotFound))?;
    let row = queries::adjustment(ctx.conn()?, ctx.actor()?.organization, *first).await;
    let row = row.map_err(|f| ctx.tell(f))?;
    let account = reached(ctx, &[row.account_id]).await?.pop();
    Ok(AdjustPayload {
        account: Some(account.ok_or_else(|| ctx.tell(Failure::NotFound))?),
        adjustment_ids: ids.into_iter().map(Gid).collect(),
        worklist_version: Some(worklist::graphql::my_version(ctx).await?),
        problems: Vec::new(),
    })
}

/// Those among the accounts that the caller reaches today.
async fn reached(ctx: &Context<'_>, accounts: &[AccountId]) -> Result<Vec<Account>> {
    let now = ctx.app()?.kernel.clock.domain();
    let mut found = Vec::new();
    for id in accounts {
        match owners::queries::account(ctx.conn()?, ctx.actor()?, now, *id).await {
            Ok(card) => found.push(Account::from(card)),
            Err(Failure::NotFound) => {}
            Err(failure) => return Err(ctx.tell(failure)),
        }
    }
    Ok(found)
}
