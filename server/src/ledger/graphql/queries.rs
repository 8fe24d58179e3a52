//! Root queries of the ledger: totals of communities, the history of watermarks, what finance has to confirm.

use async_graphql::{Context, Object, Result, SimpleObject};
use guanjia_entity::{community, payment, watermark};

use super::{figures::Arrears, payments::Payment};
use crate::{
    api::{
        context::Ask,
        page::PageInfo,
        rights,
        scalars::{Date, Gid, Instant},
    },
    kernel::{
        Moment, calendar,
        ids::{CommunityId, MembershipId, PaymentId},
        paging::{Page, cursor},
    },
    ledger::{
        figures::{self, AsOf},
        queries,
    },
    owners::{self, graphql::Account},
    people,
};

/// Queries.
#[derive(Default)]
pub struct LedgerQuery;

#[Object]
impl LedgerQuery {
    /// What a community is owed, or all communities that you were given: summed up in the database over every account, also
    /// those of former owners. For managers, directors, finance, legal and administrators.
    async fn arrears(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community; all that you were given, if left out.")]
        community_id: Option<Gid<CommunityId>>,
        #[graphql(desc = "At the end of this day; today, if left out.")] as_of: Option<Date>,
        #[graphql(desc = "As known at this moment; now, if left out.")] known_at: Option<Instant>,
    ) -> Result<Arrears> {
        rights::check(ctx, "Query.arrears")?;
        let communities = given(ctx, community_id).await?;
        let now = ctx.app()?.kernel.clock.domain();
        let zone = communities.first().map_or("Asia/Shanghai", |one| one.time_zone.as_str());
        let today = calendar::local_day(now, calendar::zone(zone));
        let as_of =
            AsOf { on: as_of.map_or(today, |day| day.0), at: known_at.map(|moment| moment.0) };
        let ids: Vec<_> = communities.iter().map(|one| one.id).collect();
        let organization = ctx.actor()?.organization;
        let figure = figures::of_communities(ctx.conn()?, organization, &ids, as_of).await;
        Ok(Arrears::of_figure(figure.map_err(|f| ctx.tell(f))?, as_of))
    }

    /// What was said of a community's watermark 收款截止日, by whom and why, the newest first; the first holds. For managers,
    /// directors, finance and administrators.
    async fn watermarks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community.")] community_id: Gid<CommunityId>,
        #[graphql(desc = "Entries on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last entry of the page before.")] after: Option<String>,
    ) -> Result<WatermarkConnection> {
        rights::check(ctx, "Query.watermarks")?;
        let page = Page::<i64>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        given(ctx, Some(community_id)).await?;
        let place = (ctx.actor()?.organization, community_id.0);
        let count = u64::try_from(page.first).unwrap_or_default() + 1;
        let rows = queries::watermark_history(ctx.conn()?, place, page.after, count).await;
        Ok(WatermarkConnection { first: page.first, rows: rows.map_err(|f| ctx.tell(f))? })
    }

    /// Payments that finance has still to confirm 待确认收款, the oldest first, of a community or of all that you were given.
    /// For managers, directors, finance and administrators.
    async fn unconfirmed_payments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community; all that you were given, if left out.")]
        community_id: Option<Gid<CommunityId>>,
        #[graphql(desc = "Entries on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last entry of the page before.")] after: Option<String>,
    ) -> Result<UnconfirmedPaymentConnection> {
        rights::check(ctx, "Query.unconfirmedPayments")?;
        let page = Page::<(Moment, PaymentId)>::try_new(first, after.as_deref());
        let page = page.map_err(|f| ctx.tell(f))?;
        let communities: Vec<_> =
            given(ctx, community_id).await?.iter().map(|one| one.id).collect();
        let place = (ctx.actor()?.organization, communities.as_slice());
        let rows =
            queries::unconfirmed_payments(ctx.conn()?, place, page.after, page.first + 1).await;
        let rows = rows.map_err(|f| ctx.tell(f))?;
        Ok(UnconfirmedPaymentConnection { first: page.first, rows })
    }
}

/// The community, or all that were given; `NOT_FOUND` for one that was not.
async fn given(
    ctx: &Context<'_>,
    community: Option<Gid<CommunityId>>,
) -> Result<Vec<community::Model>> {
    let (conn, actor) = (ctx.conn()?, ctx.actor()?);
    let found = match community {
        Some(id) => people::queries::my_community(conn, actor, id.0).await.map(|one| vec![one]),
        None => people::queries::my_communities(conn, actor).await,
    };
    found.map_err(|f| ctx.tell(f))
}

/// A page of what was said of a watermark, read.
pub struct WatermarkConnection {
    first: usize,
    rows: Vec<watermark::Model>,
}

impl WatermarkConnection {
    fn shown(&self) -> &[watermark::Model] {
        self.rows.get(..self.first).unwrap_or(&self.rows)
    }
}

/// A page of what was said of a watermark.
#[Object]
impl WatermarkConnection {
    /// The entries with their cursors.
    async fn edges(&self) -> Vec<WatermarkEdge> {
        let edge = |row: &watermark::Model| WatermarkEdge {
            cursor: cursor(&row.sequence),
            node: Watermark { row: row.clone() },
        };
        self.shown().iter().map(edge).collect()
    }

    /// Where the page stands.
    async fn page_info(&self) -> PageInfo {
        let cursors = self.shown().iter().map(|row| cursor(&row.sequence));
        PageInfo::of(cursors, self.rows.len() > self.first)
    }
}

/// What was said of a watermark, with its cursor.
#[derive(SimpleObject)]
pub struct WatermarkEdge {
    /// What was said.
    node: Watermark,
    /// Give it as `after` to read on.
    cursor: String,
}

/// What was said of a watermark, read.
pub struct Watermark {
    row: watermark::Model,
}

/// What somebody said of a watermark 收款截止日.
#[Object]
impl Watermark {
    /// Payments are known up to the end of this day.
    async fn known_to(&self) -> Date {
        Date(self.row.known_to)
    }

    /// Why, if it was said.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }

    /// Who said it; null when it came from the command line.
    async fn set_by_id(&self) -> Option<Gid<MembershipId>> {
        self.row.set_by.map(Gid)
    }

    /// Their name.
    async fn set_by_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(person) = self.row.set_by else { return Ok(None) };
        let found = people::queries::name_of(ctx.conn()?, self.row.organization_id, person).await;
        found.map_err(|f| ctx.tell(f))
    }

    /// When it was said.
    async fn recorded_at(&self) -> Instant {
        Instant(self.row.recorded_at)
    }
}

/// A page of payments that finance has still to confirm, read.
pub struct UnconfirmedPaymentConnection {
    first: usize,
    rows: Vec<payment::Model>,
}

impl UnconfirmedPaymentConnection {
    fn shown(&self) -> &[payment::Model] {
        self.rows.get(..self.first).unwrap_or(&self.rows)
    }
}

fn place_of(row: &payment::Model) -> String {
    cursor(&(row.recorded_at, row.id))
}

/// A page of payments that finance has still to confirm.
#[Object]
impl UnconfirmedPaymentConnection {
    /// The payments with their cursors.
    async fn edges(&self, ctx: &Context<'_>) -> Result<Vec<UnconfirmedPaymentEdge>> {
        let accounts: Vec<_> = self.shown().iter().map(|row| row.account_id).collect();
        let organization = ctx.actor()?.organization;
        let cards = owners::queries::cards_of(ctx.conn()?, organization, &accounts).await;
        let cards = cards.map_err(|f| ctx.tell(f))?;
        let edge = |row: &payment::Model| UnconfirmedPaymentEdge {
            cursor: place_of(row),
            node: row.clone().into(),
            recorded_by_id: row.recorded_by.map(Gid),
            account: cards.get(&row.account_id).cloned().map(Account::from),
        };
        Ok(self.shown().iter().map(edge).collect())
    }

    /// Where the page stands.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(self.shown().iter().map(place_of), self.rows.len() > self.first)
    }
}

/// A payment that finance has still to confirm, with its cursor.
#[derive(SimpleObject)]
pub struct UnconfirmedPaymentEdge {
    /// The payment.
    node: Payment,
    /// Who entered it, and so cannot confirm it.
    recorded_by_id: Option<Gid<MembershipId>>,
    /// For whom.
    account: Option<Account>,
    /// Give it as `after` to read on.
    cursor: String,
}
