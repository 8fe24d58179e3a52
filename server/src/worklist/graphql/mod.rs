//! The worklist in the API. A file per thing.

mod entry;
mod list;
mod team;
mod tickler;

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

pub use self::{
    entry::{DunningPause, WorklistAccount, WorklistEntry},
    list::{WorklistConnection, WorklistCount, WorklistEdge, WorklistFilter},
    team::{
        CommunityBooksBehind, StewardLoad, StewardLoadEdge, TeamWorklistConnection, UnassignedLoad,
    },
    tickler::{Tickler, TicklerCard, TicklerSlot},
};
use super::{
    filter::{Filter, Scope},
    list::After,
    queries,
    team::AfterMember,
};
use crate::{
    api::{
        context::Ask,
        rights,
        scalars::{Date, Gid},
    },
    kernel::{
        Failure, Problem, ProblemCode, Text,
        ids::{CommunityId, EntryId, MembershipId},
        paging::Page,
    },
};

/// Cards of a slot that are shown unless asked otherwise.
const CARDS_SHOWN: i32 = 10;
/// Most cards of a slot that are shown.
const MOST_CARDS_SHOWN: i32 = 50;

/// The version of the caller's own list.
pub async fn my_version(ctx: &Context<'_>) -> Result<i64> {
    let actor = ctx.actor()?;
    queries::version(ctx.conn()?, actor.organization, actor.person).await.map_err(|f| ctx.tell(f))
}

/// One entry of the caller's own list; none when it is not on it.
pub async fn entry(ctx: &Context<'_>, id: EntryId) -> Result<Option<WorklistEntry>> {
    let actor = ctx.actor()?;
    if !rights::allows("Query.worklist", actor) {
        return Ok(None);
    }
    let scope = Scope::own(actor, ctx.app()?.kernel.clock.domain(), Filter::default());
    let found = queries::entry(ctx.conn()?, &scope, id).await.map_err(|f| ctx.tell(f))?;
    Ok(found.map(WorklistEntry::from))
}

/// Queries.
#[derive(Default)]
pub struct WorklistQuery;

#[Object]
impl WorklistQuery {
    /// A worklist 工作清单, in the order in which one would work it: broken promises, promises due today, call-backs at
    /// their hour, what is due, what slipped, then money about which nothing is agreed, by size and age; last what waits.
    /// One entry is one conversation: a person with their accounts.
    ///
    /// Pages follow each other by the place in the order. When the list changes in between, what stays in its place is
    /// neither missed nor shown twice; `version` tells that something changed.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a field")]
    async fn worklist(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Whose list: yours if left out; a manager may name a steward and sees what both reach."
        )]
        steward_id: Option<Gid<MembershipId>>,
        #[graphql(desc = "Which entries; all if left out.")] filter: Option<WorklistFilter>,
        #[graphql(desc = "Entries on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last entry of the page before.")] after: Option<String>,
        #[graphql(desc = "The version that a mutation answered: the list shows at least that.")]
        at_least: Option<i64>,
    ) -> Result<WorklistConnection> {
        rights::check(ctx, "Query.worklist")?;
        let filter = filter.map(WorklistFilter::checked).transpose().map_err(|f| ctx.tell(f))?;
        let page = Page::<After>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let scope = scope(ctx, steward_id, filter.unwrap_or_default())?;
        let (app, conn) = (ctx.app()?, ctx.conn()?);
        let version = version(ctx, &scope, at_least).await?;
        let list = if scope.is_own() {
            app.lists.page(conn, (&scope, version), page).await
        } else {
            queries::list(conn, (&scope, version), page).await.map(Arc::new)
        };
        Ok(WorklistConnection::new(scope, list.map_err(|f| ctx.tell(f))?))
    }

    /// The tickler box 跟催箱: 31 day slots and an urgent one, with what is planned.
    async fn tickler(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Whose box: yours if left out; a manager may name a steward and sees what both reach."
        )]
        steward_id: Option<Gid<MembershipId>>,
        #[graphql(
            desc = "The slots show the next dates from this day on; today if left out, or if it is before."
        )]
        from: Option<Date>,
        #[graphql(desc = "How many cards of each slot `cards` shows, 1 to 50; 10 if left out.")]
        cards_per_slot: Option<i32>,
    ) -> Result<Tickler> {
        rights::check(ctx, "Query.tickler")?;
        let scope = scope(ctx, steward_id, Filter::default())?;
        let each = cards_shown(cards_per_slot).map_err(|f| ctx.tell(f))?;
        let from = from.map_or(scope.today, |day| day.0);
        let found = super::tickler::tickler(ctx.conn()?, &scope, from).await;
        let found = found.map_err(|f| ctx.tell(f))?;
        Ok(Tickler::new(scope, found, each))
    }

    /// The team's worklist: what lies with each steward of the communities you were given. For managers and directors.
    async fn team_worklist(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only units of this community.")] community_id: Option<Gid<CommunityId>>,
        #[graphql(desc = "Stewards on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last steward of the page before.")] after: Option<String>,
    ) -> Result<TeamWorklistConnection> {
        rights::check(ctx, "Query.teamWorklist")?;
        let actor = ctx.actor()?;
        let page = Page::<AfterMember>::try_new(first, after.as_deref());
        let page = page.map_err(|f| ctx.tell(f))?;
        let filter = Filter { community: community_id.map(|id| id.0), ..Filter::default() };
        let now = ctx.app()?.kernel.clock.domain();
        let scope = Scope::of_steward(actor, actor.person, now, filter);
        let team = super::team::team(ctx.conn()?, &scope, page).await.map_err(|f| ctx.tell(f))?;
        Ok(TeamWorklistConnection::new(scope, team))
    }

    /// Communities where promises wait for a verdict because nobody said how far the payments are known, the longest
    /// first: set their watermark. For managers, directors, finance and administrators.
    async fn books_behind(&self, ctx: &Context<'_>) -> Result<Vec<CommunityBooksBehind>> {
        rights::check(ctx, "Query.booksBehind")?;
        let actor = ctx.actor()?;
        let now = ctx.app()?.kernel.clock.domain();
        let scope = Scope::of_steward(actor, actor.person, now, Filter::default());
        let found =
            super::team::books_behind(ctx.conn()?, &scope).await.map_err(|f| ctx.tell(f))?;
        Ok(found.into_iter().map(CommunityBooksBehind::from).collect())
    }
}

/// The version of the list, which is read before the list is; a version to come is refused.
async fn version(ctx: &Context<'_>, scope: &Scope, wanted: Option<i64>) -> Result<i64> {
    let (app, owner) = (ctx.app()?, (scope.organization, scope.steward));
    let version = app.versions.current(&app.kernel.database, owner, wanted).await;
    let version = version.map_err(|f| ctx.tell(f))?;
    if wanted > Some(version) {
        let behind = "a replica is behind the version asked for".to_owned();
        return Err(ctx.tell(Failure::Unavailable(behind)));
    }
    Ok(version)
}

/// How many cards of a slot are shown.
fn cards_shown(asked: Option<i32>) -> std::result::Result<i64, Failure> {
    match asked.unwrap_or(CARDS_SHOWN) {
        fine @ 1..=MOST_CARDS_SHOWN => Ok(fine.into()),
        _ => {
            let text = Text::new(
                format!("每格显示的卡片数须在 1 到 {MOST_CARDS_SHOWN} 之间"),
                format!("a slot shows 1 to {MOST_CARDS_SHOWN} cards"),
            );
            Err(Failure::problem(Problem::at("cardsPerSlot", ProblemCode::Invalid, text)))
        }
    }
}

/// The caller's own list, or that of a steward they lead.
fn scope(ctx: &Context<'_>, steward: Option<Gid<MembershipId>>, filter: Filter) -> Result<Scope> {
    let (actor, now) = (ctx.actor()?, ctx.app()?.kernel.clock.domain());
    match steward.map(|id| id.0).filter(|id| *id != actor.person) {
        Some(steward) => {
            rights::check(ctx, "Query.teamWorklist")?;
            Ok(Scope::of_steward(actor, steward, now, filter))
        }
        None => Ok(Scope::own(actor, now, filter)),
    }
}
