//! Look-up in the API.

use async_graphql::{Context, Object, Result, SimpleObject};

use super::commands;
use super::queries::{self, After, Asked, Found, FoundPage, MatchKind};
use crate::{
    api::{
        context::Ask,
        page::PageInfo,
        rights,
        scalars::{Date, Gid},
    },
    kernel::{
        By,
        ids::CommunityId,
        paging::{Page, cursor},
    },
    owners::{
        graphql::{Account, Holder},
        masking,
    },
    privacy,
};

/// Queries.
#[derive(Default)]
pub struct LookUpQuery;

#[Object]
impl LookUpQuery {
    /// Finds accounts 查找 by whatever is typed, letter by letter: a room in any way of writing it ("8-2", "8栋2单元1203",
    /// "商铺3"), a name or the end of it, its pinyin or initials ("wangxm"), a telephone number. The best match comes
    /// first, former owners last; namesakes are told apart by room, community, number and since when. Only what you reach is
    /// found. Who sees numbers masked finds one by the whole number only, and so many times a day.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a field")]
    async fn look_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was typed, at most 64 characters. Nothing finds nothing.")]
        text: String,
        #[graphql(desc = "Hits on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last hit of the page before.")] after: Option<String>,
        #[graphql(desc = "Only in this community.")] community_id: Option<Gid<CommunityId>>,
    ) -> Result<LookUpConnection> {
        rights::check(ctx, "Query.lookUp")?;
        let actor = ctx.actor()?;
        let now = ctx.app()?.kernel.clock.domain();
        let page = Page::<After>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        if privacy::is_identity_number(&text) {
            count_search(ctx, true).await?;
            let (conn, keyring) = (ctx.conn()?, &ctx.app()?.settings.identity_keys);
            let place = (actor.organization, text.as_str());
            let held = privacy::queries::accounts_by_identity(conn, keyring, place).await;
            let held = held.map_err(|f| ctx.tell(f))?;
            let found = queries::by_identity_number(conn, (actor, now), &held).await;
            return Ok(found.map_err(|f| ctx.tell(f))?.into());
        }
        count_search(ctx, queries::is_whole_number(&text) && !masking::sees_numbers(actor)).await?;
        let (community, sees_numbers) = (community_id.map(|id| id.0), masking::sees_numbers(actor));
        let asked = Asked { text, community, sees_numbers };
        let found = queries::look_up(ctx.conn()?, (actor, now), &asked, page).await;
        Ok(found.map_err(|f| ctx.tell(f))?.into())
    }

    /// Whose number it is that calls 来电: the accounts you reach whose holder has it, former ones last. Only the whole number
    /// finds somebody, with or without +86, spaces and hyphens.
    async fn who_calls(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number as the telephone shows it.")] number: String,
        #[graphql(desc = "Hits on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last hit of the page before.")] after: Option<String>,
    ) -> Result<LookUpConnection> {
        rights::check(ctx, "Query.whoCalls")?;
        let actor = ctx.actor()?;
        let now = ctx.app()?.kernel.clock.domain();
        let page = Page::<After>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        count_search(ctx, !masking::sees_numbers(actor)).await?;
        let found = queries::who_calls(ctx.conn()?, (actor, now), &number, page).await;
        Ok(found.map_err(|f| ctx.tell(f))?.into())
    }
}

/// Counts a search that could be used to find out a number.
async fn count_search(ctx: &Context<'_>, counts: bool) -> Result<()> {
    if !counts {
        return Ok(());
    }
    let app = ctx.app()?;
    let limit = app.settings.number_searches_per_day;
    let counted = app.kernel.write(By::Person(ctx.actor()?.clone()), |work| {
        Box::pin(async move { commands::count_number_search(work, (limit, "text")).await })
    });
    counted.await.map_err(|f| ctx.tell(f))
}

/// A page of what was found.
#[derive(SimpleObject)]
pub struct LookUpConnection {
    /// The hits with their cursors.
    edges: Vec<LookUpEdge>,
    /// Where the page stands. A page may be shorter than asked for although more follow.
    page_info: PageInfo,
}

/// A hit with its cursor.
#[derive(SimpleObject)]
pub struct LookUpEdge {
    /// The hit.
    node: LookUpHit,
    /// Give it as `after` to read on.
    cursor: String,
}

/// An account that was found, and what tells it from others of the same name.
#[derive(SimpleObject)]
pub struct LookUpHit {
    /// What it was found by.
    found_by: MatchKind,
    /// Whether it was found by somebody who no longer holds it.
    former: bool,
    /// The room: "8-2-1203".
    room: String,
    /// Name of the community.
    community_name: String,
    /// The holder by whom it was found, of a plate the holder whose vehicle it is; null for a room, and when it was found by
    /// somebody who lives or pays there and does not hold it.
    holder: Option<Holder>,
    /// Since when they hold it; null when it is not known, or when it was found by the room.
    holds_since: Option<Date>,
    /// The account.
    account: Account,
}

impl From<FoundPage> for LookUpConnection {
    fn from(page: FoundPage) -> Self {
        let edges: Vec<LookUpEdge> = page.found.into_iter().map(LookUpEdge::from).collect();
        let cursors = edges.iter().map(|edge| edge.cursor.clone());
        // A short page goes on where its reading ended, which may lie behind its last hit.
        let next = page.next.as_ref().map(cursor);
        let page_info = PageInfo::of(cursors.chain(next), page.next.is_some());
        Self { edges, page_info }
    }
}

impl From<Found> for LookUpEdge {
    fn from(found: Found) -> Self {
        let cursor = cursor(&found.place);
        let node = LookUpHit {
            found_by: found.kind,
            former: found.former,
            room: found.card.account.room(),
            community_name: found.card.account.community_name.clone(),
            holds_since: found.holder.as_ref().and_then(|one| one.holder.from_on).map(Date),
            holder: found.holder.map(Holder::from),
            account: found.card.into(),
        };
        Self { node, cursor }
    }
}
