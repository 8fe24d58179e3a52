//! The worklist in the API.

use std::collections::HashMap;

use async_graphql::{Context, Object, Result, SimpleObject};

use super::{
    queries::{self, After, List, Row},
    rules::Reason,
};
use crate::{
    api::{
        context::Ask,
        rights,
        scalars::{Date, Money},
    },
    cases::{
        self,
        graphql::{Case, FollowUp},
    },
    contacts::{self, graphql::ContactBrief},
    kernel::{
        ids::AccountId,
        paging::{Page, cursor},
    },
    owners::{self, graphql::Account},
    promises::{self, graphql::Promise},
};

/// The version of the caller's own list.
pub async fn my_version(ctx: &Context<'_>) -> Result<i64> {
    let actor = ctx.actor()?;
    queries::version(ctx.conn()?, actor.organization, actor.person).await.map_err(|f| ctx.tell(f))
}

/// Queries.
#[derive(Default)]
pub struct WorklistQuery;

#[Object]
impl WorklistQuery {
    /// Your worklist 工作清单, in the order in which one would work it: broken promises, promises due today, call-backs,
    /// what is due, what slipped, then money about which nothing is agreed, by size and age.
    async fn worklist(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Entries on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last entry of the page before.")] after: Option<String>,
        #[graphql(desc = "The version that a mutation answered: the list shows at least that.")]
        at_least: Option<i64>,
    ) -> Result<WorklistConnection> {
        rights::check(ctx, "Query.worklist")?;
        let actor = ctx.actor()?;
        let now = ctx.app()?.kernel.clock.domain();
        let page = Page::<After>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let list = queries::list(ctx.conn()?, actor, now, page).await.map_err(|f| ctx.tell(f))?;
        if at_least.is_some_and(|wanted| list.version < wanted) {
            let behind = crate::kernel::Failure::Unavailable(
                "a replica is behind the version asked for".to_owned(),
            );
            return Err(ctx.tell(behind));
        }
        WorklistConnection::load(ctx, list).await
    }
}

/// A page of the worklist.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct WorklistConnection {
    /// The entries with their cursors.
    edges: Vec<WorklistEdge>,
    /// Where the page stands.
    page_info: PageInfo,
    /// The version of the list: a mutation's `worklistVersion` is in it when this is at least as high.
    version: i64,
}

#[async_graphql::ComplexObject]
impl WorklistConnection {
    /// Entries and money per reason, over the whole list, in the order of work.
    async fn counts(&self, ctx: &Context<'_>) -> Result<Vec<WorklistCount>> {
        let now = ctx.app()?.kernel.clock.domain();
        let rows =
            queries::counts(ctx.conn()?, ctx.actor()?, now).await.map_err(|f| ctx.tell(f))?;
        Ok(rows
            .into_iter()
            .map(|row| WorklistCount {
                reason: row.reason(),
                entries: row.entries,
                overdue: Money::fen(row.overdue_fen),
            })
            .collect())
    }
}

/// How much of the list stands there for one reason.
#[derive(SimpleObject)]
pub struct WorklistCount {
    /// The reason.
    reason: Reason,
    /// How many entries.
    entries: i64,
    /// How much is overdue in all of them.
    overdue: Money,
}

/// An entry with its cursor.
#[derive(SimpleObject)]
pub struct WorklistEdge {
    /// The entry.
    node: WorklistEntry,
    /// Give it as `after` to read on.
    cursor: String,
}

/// Where a page stands in its list.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Whether more entries follow.
    has_next_page: bool,
    /// Always false: lists are read forward.
    has_previous_page: bool,
    /// Cursor of the first entry; null when the page is empty.
    start_cursor: Option<String>,
    /// Cursor of the last entry; null when the page is empty.
    end_cursor: Option<String>,
}

/// One account to work on, with the reason.
#[derive(SimpleObject)]
pub struct WorklistEntry {
    /// The account.
    account: Account,
    /// Why it is here.
    reason: Reason,
    /// What is overdue.
    overdue: Money,
    /// Due day of the oldest overdue charge.
    oldest_due_on: Option<Date>,
    /// Days since then.
    days_past_due: Option<i64>,
    /// The open case.
    open_case: Option<Case>,
    /// The next follow-up.
    follow_up: Option<FollowUp>,
    /// The open promise.
    promise: Option<Promise>,
    /// The newest contact.
    last_contact: Option<ContactBrief>,
    /// No dunning up to this day, because a promise is open; null when nothing stands against it.
    no_dunning_until: Option<Date>,
}

impl WorklistConnection {
    /// Reads what the entries show, with one statement per kind for the whole page.
    async fn load(ctx: &Context<'_>, list: List) -> Result<Self> {
        let (conn, organization) = (ctx.conn()?, ctx.actor()?.organization);
        let ids: Vec<AccountId> = list.rows.iter().map(|row| row.account_id).collect();
        let tell = |failure| ctx.tell(failure);
        let today = owners::queries::reach_day(ctx.app()?.kernel.clock.domain());
        let mut parts = Parts {
            today,
            cards: owners::queries::cards_of(conn, organization, &ids).await.map_err(tell)?,
            cases: cases::queries::open_cases(conn, organization, &ids).await.map_err(tell)?,
            follow_ups: cases::queries::open_follow_ups(conn, organization, &ids)
                .await
                .map_err(tell)?,
            promises: promises::queries::pending(conn, organization, &ids).await.map_err(tell)?,
            contacts: contacts::queries::last_contacts(conn, organization, &ids)
                .await
                .map_err(tell)?,
        };
        let edges: Vec<WorklistEdge> = list.rows.iter().filter_map(|row| parts.edge(row)).collect();
        let page_info = PageInfo {
            has_next_page: list.more,
            has_previous_page: false,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Ok(Self { edges, page_info, version: list.version })
    }
}

/// What the entries of a page are made of.
struct Parts {
    today: chrono::NaiveDate,
    cards: HashMap<AccountId, owners::queries::AccountCard>,
    cases: HashMap<AccountId, guanjia_entity::case_file::Model>,
    follow_ups: Vec<guanjia_entity::follow_up::Model>,
    promises: HashMap<AccountId, promises::queries::Promise>,
    contacts: HashMap<AccountId, contacts::queries::LastContact>,
}

impl Parts {
    fn edge(&mut self, row: &Row) -> Option<WorklistEdge> {
        let id = row.account_id;
        let promise = self.promises.remove(&id);
        let follow_up =
            self.follow_ups.iter().find(|one| Some(one.id) == row.follow_up_id).cloned();
        let node = WorklistEntry {
            account: self.cards.remove(&id)?.into(),
            reason: row.reason(),
            overdue: Money::fen(row.overdue_fen),
            oldest_due_on: row.oldest_due_on.map(Date),
            days_past_due: row.oldest_due_on.map(|due_on| (self.today - due_on).num_days()),
            open_case: self.cases.remove(&id).map(Case::from),
            follow_up: follow_up.map(FollowUp::from),
            no_dunning_until: promise.as_ref().map(|(line, _)| Date(line.grace_until)),
            promise: promise.map(Promise::from),
            last_contact: self.contacts.remove(&id).map(ContactBrief::from),
        };
        Some(WorklistEdge { node, cursor: cursor(&row.place()) })
    }
}
