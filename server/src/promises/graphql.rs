//! Promises in the API.

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use guanjia_entity::{payment_details, promise, promise_line};

use super::{
    commands::{
        self, CancelPromise, Confirm, NewLine, RecordPromise, Recorded, SetPaymentDetails,
        SupersedePromise,
    },
    queries,
    rules::{End, GivenHow, State, Way},
};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        rights,
        scalars::{Date, Gid, Instant, Money},
    },
    attachments::{self, graphql::Attachment},
    cases::{self, graphql::FollowUp},
    contacts::{self, graphql::Contact},
    kernel::{
        Failure, Language,
        ids::{
            AccountId, AttachmentId, ChargeId, CommunityId, MembershipId, PartyId, PromiseLineId,
        },
    },
    owners::{self, graphql::Account},
    people, worklist,
};

/// A promise, read.
#[derive(Clone)]
pub struct Promise {
    line: promise_line::Model,
    header: promise::Model,
}

impl From<queries::Promise> for Promise {
    fn from((line, header): queries::Promise) -> Self {
        Self { line, header }
    }
}

/// A promise to pay 承诺缴费, as far as it is about one account.
#[Object]
impl Promise {
    /// Its id.
    pub async fn id(&self) -> Gid<PromiseLineId> {
        Gid(self.line.id)
    }

    /// Whose; null when you do not reach the account.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        let now = ctx.app()?.kernel.clock.domain();
        let found =
            owners::queries::account(ctx.conn()?, ctx.actor()?, now, self.line.account_id).await;
        match found {
            Ok(card) => Ok(Some(card.into())),
            Err(Failure::NotFound) => Ok(None),
            Err(failure) => Err(ctx.tell(failure)),
        }
    }

    /// What was promised.
    async fn amount(&self) -> Money {
        Money::fen(self.line.amount_fen)
    }

    /// The promised day.
    async fn due_on(&self) -> Date {
        Date(self.line.due_on)
    }

    /// Money that came by the end of this day counts.
    async fn grace_until(&self) -> Date {
        Date(self.line.grace_until)
    }

    /// How it will be paid.
    async fn way(&self) -> Way {
        Way::of_name(&self.header.way).unwrap_or(Way::Transfer)
    }

    /// Where it stands.
    async fn state(&self) -> State {
        State::of_name(&self.line.state).unwrap_or(State::Cancelled)
    }

    /// What was received in time, at the verdict; null before it.
    async fn received(&self) -> Option<Money> {
        self.line.received_fen.map(Money::fen)
    }

    /// What counts for it by the books as they are known now; of one that is judged, what counted.
    async fn received_so_far(&self, ctx: &Context<'_>) -> Result<Money> {
        if let Some(fen) = self.line.received_fen {
            return Ok(Money::fen(fen));
        }
        let found = queries::received_so_far(ctx.conn()?, &self.line).await;
        Ok(Money::fen(found.map_err(|f| ctx.tell(f))?.0))
    }

    /// What would count for it once finance confirms it; while that could still keep it, the verdict waits.
    async fn unconfirmed(&self, ctx: &Context<'_>) -> Result<Money> {
        if self.line.received_fen.is_some() {
            return Ok(Money::fen(0));
        }
        let found = queries::received_so_far(ctx.conn()?, &self.line).await;
        Ok(Money::fen(found.map_err(|f| ctx.tell(f))?.1))
    }

    /// The charges that it names; empty when it is for whatever is owed.
    async fn named_charges(&self, ctx: &Context<'_>) -> Result<Vec<NamedCharge>> {
        let found = queries::named_charges(ctx.conn()?, &self.line).await;
        Ok(found.map_err(|f| ctx.tell(f))?.into_iter().map(NamedCharge::from).collect())
    }

    /// Breaks in a row of the account, up to this promise; one that was kept, even in part, begins anew.
    async fn broken_in_a_row(&self, ctx: &Context<'_>) -> Result<i64> {
        queries::broken_in_a_row(ctx.conn()?, &self.line).await.map_err(|f| ctx.tell(f))
    }

    /// Who gave it, as far as that is known.
    async fn party_id(&self) -> Option<Gid<PartyId>> {
        self.header.party_id.map(Gid)
    }

    /// How it came to us; null when it was in a contact.
    async fn given_how(&self) -> Option<GivenHow> {
        self.header.given_how.as_deref().and_then(GivenHow::of_name)
    }

    /// The contact in which it was given: who said it, how, and what proves it.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Contact>> {
        let Some(id) = self.header.contact_id else { return Ok(None) };
        let now = ctx.app()?.kernel.clock.domain();
        match contacts::queries::reachable(ctx.conn()?, ctx.actor()?, now, id).await {
            Ok(row) => Ok(Some(row.into())),
            Err(Failure::NotFound) => Ok(None),
            Err(failure) => Err(ctx.tell(failure)),
        }
    }

    /// What proves it when it was in no contact, the newest first; otherwise see the contact.
    async fn attachments(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many, 1 to 100.",
            default = 20,
            validator(minimum = 1, maximum = 100)
        )]
        first: i32,
    ) -> Result<Vec<Attachment>> {
        attachments::graphql::of(ctx, &[self.line.id], first).await
    }

    /// Free text of whoever recorded it.
    async fn note(&self) -> Option<&str> {
        self.header.note.as_deref()
    }

    /// Who recorded it.
    async fn recorded_by_id(&self) -> Gid<MembershipId> {
        Gid(self.header.recorded_by)
    }

    /// When it was given.
    async fn occurred_at(&self) -> Instant {
        Instant(self.line.occurred_at)
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> Instant {
        Instant(self.line.recorded_at)
    }

    /// When the verdict fell; null before it.
    async fn judged_at(&self) -> Option<Instant> {
        self.line.judged_at.map(Instant)
    }

    /// Why it was cancelled; null unless it was.
    async fn ended_why(&self) -> Option<End> {
        self.line.ended_why.as_deref().and_then(End::of_name)
    }

    /// When it was cancelled.
    async fn ended_at(&self) -> Option<Instant> {
        self.line.ended_at.map(Instant)
    }

    /// The promise that took its place.
    async fn superseded_by_id(&self) -> Option<Gid<PromiseLineId>> {
        self.line.superseded_by_id.map(Gid)
    }
}

/// A charge that a promise names.
#[derive(SimpleObject)]
pub struct NamedCharge {
    /// Its id.
    id: Gid<ChargeId>,
    /// What it is for.
    fee_item: String,
    /// Its month, such as "2026-10".
    period: String,
}

impl From<queries::NamedCharge> for NamedCharge {
    fn from(row: queries::NamedCharge) -> Self {
        Self { id: Gid(row.id), fee_item: row.fee_item, period: row.period }
    }
}

/// Where owners of a community pay 收款账户.
#[derive(SimpleObject)]
pub struct PaymentDetails {
    /// Name of the payee 户名.
    payee: String,
    /// Bank and branch 开户行.
    bank: Option<String>,
    /// Number of the account 账号.
    account_number: Option<String>,
    /// How to pay by WeChat 微信.
    wechat: Option<String>,
    /// How to pay by Alipay 支付宝.
    alipay: Option<String>,
    /// Where the desk is and when it is open 前台.
    desk: Option<String>,
    /// Rises with each change.
    version: i64,
    /// When it was set.
    recorded_at: Instant,
}

impl From<payment_details::Model> for PaymentDetails {
    fn from(row: payment_details::Model) -> Self {
        Self {
            payee: row.payee,
            bank: row.bank,
            account_number: row.account_number,
            wechat: row.wechat,
            alipay: row.alipay,
            desk: row.desk,
            version: row.version,
            recorded_at: Instant(row.recorded_at),
        }
    }
}

/// The language of a text that is sent to an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TextLanguage {
    /// 中文.
    Zh,
    /// English.
    En,
}

/// How to pay, as a text to be sent to the owner.
#[derive(SimpleObject)]
pub struct PaymentInstructions {
    /// The text; null while nobody has said where owners of the community pay.
    text: Option<String>,
}

/// Queries.
#[derive(Default)]
pub struct PromisesQuery;

#[Object]
impl PromisesQuery {
    /// How to pay 缴费方式, as a text to be sent to the owner, with name, room, amount, day and the community's account: for
    /// the open promise, otherwise for what is owed. Null for an account that is not there or not yours.
    async fn payment_instructions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account.")] account_id: Gid<AccountId>,
        #[graphql(desc = "The language of the text.", default_with = "TextLanguage::Zh")]
        language: TextLanguage,
    ) -> Result<Option<PaymentInstructions>> {
        rights::check(ctx, "Query.paymentInstructions")?;
        let now = ctx.app()?.kernel.clock.domain();
        let language = match language {
            TextLanguage::Zh => Language::Chinese,
            TextLanguage::En => Language::English,
        };
        let asked = (account_id.0, language);
        match queries::instructions(ctx.conn()?, ctx.actor()?, now, asked).await {
            Ok(text) => Ok(Some(PaymentInstructions { text })),
            Err(Failure::NotFound) => Ok(None),
            Err(failure) => Err(ctx.tell(failure)),
        }
    }
}

/// One account's part of a promise.
#[derive(InputObject)]
pub struct PromiseLineInput {
    /// Whose; in a contact, one of the accounts that it is about.
    pub account_id: Gid<AccountId>,
    /// How much, more than zero.
    pub amount: Money,
    /// The day: from the day it was given to the horizon of the community's policy (30 days unless set otherwise).
    pub due_on: Date,
    /// The charges it names; left out, it is for whatever the account owes.
    pub charge_ids: Option<Vec<Gid<ChargeId>>>,
}

impl From<PromiseLineInput> for NewLine {
    fn from(input: PromiseLineInput) -> Self {
        let charges = input.charge_ids.unwrap_or_default();
        Self {
            account: input.account_id.0,
            amount_fen: input.amount.0.0,
            due_on: input.due_on.0,
            charges: charges.into_iter().map(|id| id.0).collect(),
        }
    }
}

/// That account details were sent, and a call to confirm them was agreed.
#[derive(InputObject)]
pub struct ConfirmInput {
    /// After so many minutes, 1 to 1440; left out, the community's policy: 30 unless set otherwise.
    pub in_minutes: Option<i32>,
}

impl From<ConfirmInput> for Confirm {
    fn from(input: ConfirmInput) -> Self {
        Self { in_minutes: input.in_minutes.map(i64::from) }
    }
}

/// What `recordPromise` takes: a promise that was given in no contact of ours.
#[derive(InputObject)]
pub struct RecordPromiseInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Who gave it; a holder of every account.
    party_id: Option<Gid<PartyId>>,
    /// How it came to us.
    given_how: GivenHow,
    /// How it will be paid.
    way: Way,
    /// One line per account, at most 50.
    lines: Vec<PromiseLineInput>,
    /// Free text, at most 2000 characters.
    note: Option<String>,
    /// When it was given; now, if left out. A moment to come is taken as now.
    occurred_at: Option<Instant>,
    /// Account details were sent: a call at that minute confirms them.
    confirm: Option<ConfirmInput>,
    /// What proves it, such as a signed paper, uploaded before.
    attachment_ids: Option<Vec<Gid<AttachmentId>>>,
}

impl From<RecordPromiseInput> for RecordPromise {
    fn from(input: RecordPromiseInput) -> Self {
        Self {
            party: input.party_id.map(|id| id.0),
            how: input.given_how,
            way: input.way,
            note: input.note,
            occurred_at: input.occurred_at.map(|moment| moment.0),
            lines: input.lines.into_iter().map(NewLine::from).collect(),
            confirm: input.confirm.map(Confirm::from),
            attachments: input
                .attachment_ids
                .unwrap_or_default()
                .into_iter()
                .map(|id| id.0)
                .collect(),
        }
    }
}

/// What `supersedePromise` takes: another day or amount for an open promise.
#[derive(InputObject)]
pub struct SupersedePromiseInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The open promise.
    promise_id: Gid<PromiseLineId>,
    /// How the new one came to us.
    given_how: GivenHow,
    /// How much, more than zero.
    amount: Money,
    /// The new day.
    due_on: Date,
    /// How it will be paid; as before, if left out.
    way: Option<Way>,
    /// Free text, at most 2000 characters.
    note: Option<String>,
}

impl From<SupersedePromiseInput> for SupersedePromise {
    fn from(input: SupersedePromiseInput) -> Self {
        Self {
            promise: input.promise_id.0,
            how: input.given_how,
            amount_fen: input.amount.0.0,
            due_on: input.due_on.0,
            way: input.way,
            note: input.note,
        }
    }
}

/// What `cancelPromise` takes.
#[derive(InputObject)]
pub struct CancelPromiseInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The open promise.
    promise_id: Gid<PromiseLineId>,
    /// Why; SUPERSEDED is not for here.
    reason: End,
    /// Free text, at most 2000 characters.
    note: Option<String>,
}

impl From<CancelPromiseInput> for CancelPromise {
    fn from(input: CancelPromiseInput) -> Self {
        Self { promise: input.promise_id.0, why: input.reason, note: input.note }
    }
}

/// What `setPaymentDetails` takes: at least one way of paying.
#[derive(InputObject)]
pub struct SetPaymentDetailsInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The community.
    community_id: Gid<CommunityId>,
    /// Name of the payee.
    payee: String,
    /// Bank and branch; goes with the account number.
    bank: Option<String>,
    /// Number of the account: digits, blanks, dashes.
    account_number: Option<String>,
    /// How to pay by WeChat, in words.
    wechat: Option<String>,
    /// How to pay by Alipay, in words.
    alipay: Option<String>,
    /// Where the desk is and when it is open.
    desk: Option<String>,
}

impl From<SetPaymentDetailsInput> for SetPaymentDetails {
    fn from(input: SetPaymentDetailsInput) -> Self {
        Self {
            community: input.community_id.0,
            payee: input.payee,
            bank: input.bank,
            account_number: input.account_number,
            wechat: input.wechat,
            alipay: input.alipay,
            desk: input.desk,
        }
    }
}

/// What `recordPromise` and `supersedePromise` answer.
#[derive(SimpleObject, Default)]
pub struct RecordPromisePayload {
    /// The promise, a line per account.
    promises: Vec<Promise>,
    /// Follow-ups that were planned beside the look at the money.
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

/// What `setPaymentDetails` answers.
#[derive(SimpleObject, Default)]
pub struct SetPaymentDetailsPayload {
    /// What holds now.
    payment_details: Option<PaymentDetails>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct PromisesMutation;

#[Object]
impl PromisesMutation {
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

    /// Says where owners of a community pay 收款账户. What was said before is kept.
    async fn set_payment_details(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where they pay.")] input: SetPaymentDetailsInput,
    ) -> Result<SetPaymentDetailsPayload> {
        let key = input.idempotency_key.clone();
        let input = SetPaymentDetails::from(input);
        let done = act(ctx, (&key, "setPaymentDetails"), input, |work, input| {
            Box::pin(commands::set_payment_details(work, input))
        });
        let community = match done.await? {
            Ok(community) => community,
            Err(problems) => {
                return Ok(SetPaymentDetailsPayload { problems, ..Default::default() });
            }
        };
        let (conn, actor) = (ctx.conn()?, ctx.actor()?);
        people::queries::my_community(conn, actor, community).await.map_err(|f| ctx.tell(f))?;
        let found = queries::payment_details(conn, actor.organization, community).await;
        let payment_details = found.map_err(|f| ctx.tell(f))?.map(PaymentDetails::from);
        Ok(SetPaymentDetailsPayload { payment_details, problems: Vec::new() })
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
    let mut follow_ups = Vec::new();
    for id in made.follow_ups {
        let row = cases::queries::follow_up(conn, actor.organization, id).await;
        let row = row.map_err(|f| ctx.tell(f))?;
        if row.account_id.is_some_and(|account| reached.contains(&account)) {
            follow_ups.push(FollowUp::from(row));
        }
    }
    let mine = found.into_iter().filter(|(line, _)| reached.contains(&line.account_id));
    Ok(RecordPromisePayload {
        promises: mine.map(Promise::from).collect(),
        follow_ups,
        worklist_version: Some(worklist::graphql::my_version(ctx).await?),
        problems: Vec::new(),
    })
}
