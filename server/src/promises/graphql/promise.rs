//! A promise in the API.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use guanjia_entity::{promise, promise_line};
use tokio::sync::OnceCell;

use crate::{
    api::{
        context::Ask,
        scalars::{Date, Gid, Instant, Money},
    },
    attachments::{self, graphql::Attachment},
    contacts::{self, graphql::Contact},
    kernel::{
        Failure,
        ids::{ChargeId, MembershipId, PartyId, PromiseLineId},
    },
    owners::{self, graphql::Account},
    promises::{
        queries,
        rules::{End, GivenHow, State, Way},
    },
};

/// A promise, read.
#[derive(Clone)]
pub struct Promise {
    line: promise_line::Model,
    header: promise::Model,
    /// What counts and what would, in fen; read once for the fields that show it.
    money: Arc<OnceCell<(i64, i64)>>,
}

impl From<queries::Promise> for Promise {
    fn from((line, header): queries::Promise) -> Self {
        Self { line, header, money: Arc::default() }
    }
}

impl Promise {
    /// Fen that count for it by the books as they are known now, and fen that would if finance confirmed them.
    async fn money(&self, ctx: &Context<'_>) -> Result<(i64, i64)> {
        if let Some(fen) = self.line.received_fen {
            return Ok((fen, 0));
        }
        let conn = ctx.conn()?;
        let found = self.money.get_or_try_init(|| queries::received_so_far(conn, &self.line)).await;
        found.copied().map_err(|f| ctx.tell(f))
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
        Ok(Money::fen(self.money(ctx).await?.0))
    }

    /// What would count for it once finance confirms it; while that could still keep it, the verdict waits.
    async fn unconfirmed(&self, ctx: &Context<'_>) -> Result<Money> {
        Ok(Money::fen(self.money(ctx).await?.1))
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
