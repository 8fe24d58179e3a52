//! Accounts in the API: the card of an account shows what all slices know of it.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use guanjia_entity::contact_point;

use super::{Change, Holder, Occupant, Payer, Transfer};
use crate::{
    api::{
        beside::{Beside, by_account},
        context::Ask,
        scalars::{Date, Gid, Instant},
    },
    attachments::{self, graphql::Attachment},
    cases::{
        self,
        graphql::{Case, FollowUp, TimelineEntry},
        holds::{graphql::Hold, queries::covers},
    },
    contacts::graphql::ContactConnection,
    kernel::ids::{AccountId, UnitId},
    ledger::{
        self,
        graphql::{Arrears, Charge, Penalty, Statement, account::StatementDays},
    },
    owners::{
        self,
        points::{PointKind, PointStatus},
        queries::AccountCard,
    },
    promises::{self, graphql::Promise},
};

/// An account, read.
#[derive(Clone)]
pub struct Account {
    card: Arc<AccountCard>,
    beside: Beside,
}

impl From<AccountCard> for Account {
    fn from(card: AccountCard) -> Self {
        let beside = Beside::of([card.account.account_id]);
        Self { card: Arc::new(card), beside }
    }
}

impl Account {
    /// One of several on a page: what is asked of it is read for all of them.
    pub fn beside(card: Arc<AccountCard>, beside: Beside) -> Self {
        Self { card, beside }
    }
}

impl Account {
    /// Its id, inside.
    pub(super) fn account_id(&self) -> AccountId {
        self.card.account.account_id
    }

    /// Whether letters reach one of its holders.
    pub(super) fn has_address(&self) -> bool {
        let good = |point: &contact_point::Model| {
            point.kind == PointKind::Address.name() && point.status == PointStatus::Valid.name()
        };
        let people = self.card.holders.iter().map(|holder| &holder.person);
        people.into_iter().any(|person| person.points.iter().any(good))
    }
}

/// An account 户: one unit while one liability lasts.
#[Object]
impl Account {
    /// Its id.
    pub async fn id(&self) -> Gid<AccountId> {
        Gid(self.card.account.account_id)
    }

    /// The flat.
    async fn unit(&self) -> Unit {
        let row = &self.card.account;
        Unit {
            id: Gid(row.unit_id),
            room: row.room(),
            building: row.building.clone(),
            entrance: Some(row.entrance.clone()).filter(|entrance| entrance != "0"),
            number: row.number.clone(),
            area: row.area_centi_m2.map(|centi| format!("{}.{:02}", centi / 100, centi % 100)),
            use_type: row.use_type.clone(),
            community_name: row.community_name.clone(),
        }
    }

    /// Who owes, in the order of the books. Owners of one unit owe jointly and severally.
    async fn holders(&self) -> Vec<Holder> {
        self.card.holders.iter().cloned().map(Holder::from).collect()
    }

    /// What is owed at the end of a day, as it was known at a moment.
    async fn arrears(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At the end of this day; today, if left out.")] as_of: Option<Date>,
        #[graphql(desc = "As known at this moment; now, if left out.")] known_at: Option<Instant>,
    ) -> Result<Arrears> {
        let when = (as_of.map(|day| day.0), known_at.map(|moment| moment.0));
        ledger::graphql::account::arrears(ctx, (self.card.account.account_id, &self.beside), when)
            .await
    }

    /// What it bears for paying late, computed up to the end of a day; apart from `arrears`.
    async fn penalty(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At the end of this day; today, if left out.")] as_of: Option<Date>,
        #[graphql(desc = "As known at this moment; now, if left out.")] known_at: Option<Instant>,
    ) -> Result<Penalty> {
        let when = (as_of.map(|day| day.0), known_at.map(|moment| moment.0));
        ledger::graphql::account::penalty(ctx, self.card.account.account_id, when).await
    }

    /// Its entries in the order of their days, with a running balance.
    async fn statement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first and the last day, both inclusive, and as known when.")]
        days: StatementDays,
        #[graphql(desc = "Entries on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last entry of the page before.")] after: Option<String>,
    ) -> Result<Statement> {
        let when = ((days.from.0, days.to.0), days.known_at.map(|moment| moment.0));
        let id = self.card.account.account_id;
        ledger::graphql::account::statement(ctx, id, when, (first, after)).await
    }

    /// Who held it before and does no longer.
    async fn former_holders(&self) -> Vec<Holder> {
        self.card.former.iter().cloned().map(Holder::from).collect()
    }

    /// First day of the liability; null is unknown.
    async fn from(&self) -> Option<Date> {
        self.card.account.from_on.map(Date)
    }

    /// Last day of the liability; null while it lasts.
    async fn to(&self) -> Option<Date> {
        self.card.account.to_on.map(Date)
    }

    /// Where it stands.
    async fn state(&self) -> AccountState {
        let row = &self.card.account;
        match (row.from_on, row.to_on) {
            (_, None) => AccountState::Open,
            (Some(from), Some(to)) if to < from => AccountState::Withdrawn,
            (_, Some(_)) => AccountState::Closed,
        }
    }

    /// Who agreed to pay; null when the holders do. The holders stay liable.
    async fn payer(&self) -> Option<Payer> {
        self.card.payer.clone().map(Payer::from)
    }

    /// Who uses the unit without owing for it.
    async fn occupants(&self) -> Vec<Occupant> {
        self.card.occupants.iter().cloned().map(Occupant::from).collect()
    }

    /// The transfer by which it began; null when it began otherwise.
    async fn began_by(&self, ctx: &Context<'_>) -> Result<Option<Transfer>> {
        let (organization, id) = (ctx.actor()?.organization, self.card.account.account_id);
        let found = owners::queries::transfer_to(ctx.conn()?, organization, id).await;
        Ok(found.map_err(|f| ctx.tell(f))?.map(Transfer::from))
    }

    /// What changed of it in the registry, the newest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many, 1 to 100.",
            default = 20,
            validator(minimum = 1, maximum = 100)
        )]
        first: i32,
    ) -> Result<Vec<Change>> {
        let (organization, id) = (ctx.actor()?.organization, self.card.account.account_id);
        let count = u64::try_from(first).unwrap_or_default();
        let found = owners::queries::account_changes(ctx.conn()?, organization, (id, count)).await;
        Ok(found.map_err(|f| ctx.tell(f))?.into_iter().map(Change::from).collect())
    }

    /// The charges that are not settled, the oldest first.
    async fn open_charges(&self, ctx: &Context<'_>) -> Result<Vec<Charge>> {
        let (conn, organization) = (ctx.conn()?, ctx.actor()?.organization);
        let found = self.beside.read(("charges", 0), self.card.account.account_id, async |ids| {
            let rows = ledger::queries::open_charges(conn, organization, ids).await?;
            Ok(by_account(rows, |row| Some(row.account_id)))
        });
        let rows = found.await.map_err(|f| ctx.tell(f))?.unwrap_or_default();
        Ok(rows.into_iter().map(Charge::from).collect())
    }

    /// The open fee case; null when nothing is overdue.
    async fn open_case(&self, ctx: &Context<'_>) -> Result<Option<Case>> {
        let (conn, organization) = (ctx.conn()?, ctx.actor()?.organization);
        let found = self.beside.read(("case", 0), self.card.account.account_id, async |ids| {
            cases::queries::open_cases(conn, organization, ids).await
        });
        Ok(found.await.map_err(|f| ctx.tell(f))?.map(Case::from))
    }

    /// All promises, the newest first.
    async fn promises(&self, ctx: &Context<'_>) -> Result<Vec<Promise>> {
        let (conn, organization) = (ctx.conn()?, ctx.actor()?.organization);
        let found = self.beside.read(("promises", 0), self.card.account.account_id, async |ids| {
            let rows = promises::queries::of_accounts(conn, organization, ids).await?;
            Ok(by_account(rows, |(line, _)| Some(line.account_id)))
        });
        let rows = found.await.map_err(|f| ctx.tell(f))?.unwrap_or_default();
        Ok(rows.into_iter().map(Promise::from).collect())
    }

    /// Contacts, the newest first; also those that turned out to be about another account, marked.
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Contacts on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last contact of the page before.")] after: Option<String>,
    ) -> Result<ContactConnection> {
        ContactConnection::load(ctx, self.card.account.account_id, (first, after)).await
    }

    /// The open follow-ups, the earliest first.
    async fn follow_ups(&self, ctx: &Context<'_>) -> Result<Vec<FollowUp>> {
        let (conn, organization) = (ctx.conn()?, ctx.actor()?.organization);
        let found =
            self.beside.read(("follow-ups", 0), self.card.account.account_id, async |ids| {
                let rows = cases::queries::open_follow_ups(conn, organization, ids).await?;
                Ok(by_account(rows, |row| row.account_id))
            });
        let rows = found.await.map_err(|f| ctx.tell(f))?.unwrap_or_default();
        Ok(rows.into_iter().map(FollowUp::from).collect())
    }

    /// Photographs, documents and so on, the newest first; also those of contacts about it.
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
        attachments::graphql::of(ctx, &[self.card.account.account_id], first).await
    }

    /// The holds in force, the latest end first: until its last day nobody is dunned. With `all`, also those that are over.
    async fn holds(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Also those that are over.", default = false)] all: bool,
    ) -> Result<Vec<Hold>> {
        let (organization, id) = (ctx.actor()?.organization, self.card.account.account_id);
        let found = cases::holds::queries::of_account(ctx.conn()?, organization, id).await;
        let today = owners::queries::reach_day(ctx.app()?.kernel.clock.domain());
        let rows = found.map_err(|f| ctx.tell(f))?.into_iter();
        Ok(rows.filter(|row| all || covers(row, today)).map(Hold::from).collect())
    }

    /// What happened, the newest first.
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many entries, 1 to 100.",
            default = 20,
            validator(minimum = 1, maximum = 100)
        )]
        first: i32,
    ) -> Result<Vec<TimelineEntry>> {
        let (conn, organization) = (ctx.conn()?, ctx.actor()?.organization);
        let (id, count) = (self.card.account.account_id, i64::from(first));
        let found = self.beside.read(("timeline", count), id, async |ids| {
            let rows = cases::timeline::newest(conn, organization, ids, count).await?;
            Ok(by_account(rows, |row| row.account_id))
        });
        let rows = found.await.map_err(|f| ctx.tell(f))?.unwrap_or_default();
        Ok(rows.into_iter().map(TimelineEntry::from).collect())
    }
}

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum AccountState {
    /// The liability lasts.
    Open,
    /// It ended; what is owed from then is still owed.
    Closed,
    /// It was opened by a transfer that was taken back.
    Withdrawn,
}

/// A flat or shop 房屋.
#[derive(SimpleObject)]
pub struct Unit {
    /// Its id.
    id: Gid<UnitId>,
    /// How people write it: "1-2-301", or "9-商铺1" where there is no entrance.
    room: String,
    /// Building 楼栋.
    building: String,
    /// Entrance 单元; null where there is none.
    entrance: Option<String>,
    /// Room number 房号.
    number: String,
    /// Floor area in square metres, such as "89.56".
    area: Option<String>,
    /// Kind of use as the books say: 住宅, 商铺.
    use_type: Option<String>,
    /// Name of the community.
    community_name: String,
}
