//! Sightings in the API: what is read here, what is done in [`mutation`].

pub mod mutation;

use std::collections::HashMap;

use async_graphql::{Context, Object, Result, SimpleObject};
use guanjia_entity::{sighting, sighting_consent};

pub use mutation::SightingsMutation;

use super::{
    commands,
    queries::{self, After, Before, Entry},
    rules::{self, Place, State, Way},
};
use crate::{
    api::{
        context::Ask,
        page::PageInfo,
        rights,
        scalars::{Date, Gid, Instant, Written},
    },
    kernel::{
        By, Text,
        ids::{
            AccountId, CommunityId, MembershipId, PartyId, SightingConsentId, SightingId, WatchedId,
        },
        paging::{Page, cursor},
    },
    owners::masking,
    people,
};

/// Somebody to be looked out for 留意名单: by plate and masked name. Nothing of rooms or money is here (rule 33).
#[derive(SimpleObject)]
pub struct WatchListEntry {
    /// Give it to `recordSighting`.
    id: Gid<WatchedId>,
    /// The name, masked: "张*", "欧阳**".
    name: String,
    /// Plates of their vehicles, such as "浙A12345".
    plates: Vec<String>,
    /// Why, in the language of the request: the steward would like a word. The same for everybody.
    reason: String,
}

/// A page of the watch-list.
#[derive(SimpleObject)]
pub struct WatchListConnection {
    /// The entries with their cursors.
    edges: Vec<WatchListEdge>,
    /// Where the page stands.
    page_info: PageInfo,
}

/// An entry of the watch-list with its cursor.
#[derive(SimpleObject)]
pub struct WatchListEdge {
    /// The entry.
    node: WatchListEntry,
    /// Give it as `after` to read on.
    cursor: String,
}

/// What you tapped yourself, for the rest of your shift.
#[derive(SimpleObject)]
pub struct MySighting {
    /// Its id, to undo it.
    id: Gid<SightingId>,
    /// The name, masked.
    name: String,
    /// Where.
    place: Place,
    /// The plate, if you named one.
    plate: Option<String>,
    /// When they were seen.
    occurred_at: Instant,
    /// Where it stands.
    state: State,
    /// Until then you can undo it.
    undo_until: Instant,
}

impl MySighting {
    fn of(row: sighting::Model, names: &HashMap<PartyId, String>) -> Self {
        let name = names.get(&row.party_id).map(|name| masking::masked_name(name));
        Self {
            id: Gid(row.id),
            name: name.unwrap_or_default(),
            place: Place::of_name(&row.place).unwrap_or(Place::Gate),
            undo_until: Instant(rules::undo_until(row.recorded_at)),
            state: State::of_name(&row.state).unwrap_or(State::Undone),
            plate: row.plate,
            occurred_at: Instant(row.occurred_at),
        }
    }
}

/// A page of what you tapped.
#[derive(SimpleObject)]
pub struct MySightingConnection {
    /// The sightings with their cursors.
    edges: Vec<MySightingEdge>,
    /// Where the page stands.
    page_info: PageInfo,
}

/// A sighting of yours with its cursor.
#[derive(SimpleObject)]
pub struct MySightingEdge {
    /// The sighting.
    node: MySighting,
    /// Give it as `after` to read on.
    cursor: String,
}

/// That an owner was seen 目击: kept for days.
#[derive(SimpleObject)]
pub struct Sighting {
    /// Its id.
    id: Gid<SightingId>,
    /// Who was seen.
    name: Option<String>,
    /// Where.
    place: Place,
    /// The plate, if one was named.
    plate: Option<String>,
    /// When they were seen.
    occurred_at: Instant,
    /// When we learned of it.
    recorded_at: Instant,
    /// Who saw them, as colleagues call them.
    seen_by_name: Option<String>,
    /// Where it stands.
    state: State,
}

/// A page of sightings.
#[derive(SimpleObject)]
pub struct SightingConnection {
    /// The sightings with their cursors.
    edges: Vec<SightingEdge>,
    /// Where the page stands.
    page_info: PageInfo,
}

/// A sighting with its cursor.
#[derive(SimpleObject)]
pub struct SightingEdge {
    /// The sighting.
    node: Sighting,
    /// Give it as `after` to read on.
    cursor: String,
}

/// That an owner agreed to be looked out for in a community 单独同意 (个人信息保护法 29).
#[derive(SimpleObject)]
pub struct SightingConsent {
    /// Its id.
    id: Gid<SightingConsentId>,
    /// Where they may be looked out for.
    community_id: Gid<CommunityId>,
    /// How they agreed.
    way: Way,
    /// The day on which they agreed.
    given_on: Date,
    /// Who asked them, as colleagues call them.
    asked_by_name: Option<String>,
    /// Free text.
    note: Option<Written>,
    /// When it was recorded.
    recorded_at: Instant,
    /// When it was withdrawn; null while it stands.
    withdrawn_at: Option<Instant>,
    /// What was said then.
    withdrawn_note: Option<Written>,
}

/// The consents of a person that was found through the actor before, the newest first; none for whoever has nothing to do with
/// them.
pub async fn consents(ctx: &Context<'_>, ids: &[PartyId]) -> Result<Vec<SightingConsent>> {
    let actor = ctx.actor()?;
    if !rights::allows("Mutation.withdrawSightingConsent", actor) {
        return Ok(Vec::new());
    }
    let found = queries::consents_of(ctx.conn()?, actor.organization, ids).await;
    let rows: Vec<sighting_consent::Model> = found.map_err(|f| ctx.tell(f))?;
    let names = colleagues(ctx, rows.iter().map(|row| row.asked_by)).await?;
    let consent = |row: sighting_consent::Model| SightingConsent {
        id: Gid(row.id),
        community_id: Gid(row.community_id),
        way: Way::of_name(&row.way).unwrap_or(Way::Oral),
        given_on: Date(row.given_on),
        asked_by_name: names.get(&row.asked_by).cloned(),
        note: row.note.map(Written),
        recorded_at: Instant(row.recorded_at),
        withdrawn_at: row.withdrawn_at.map(Instant),
        withdrawn_note: row.withdrawn_note.map(Written),
    };
    Ok(rows.into_iter().map(consent).collect())
}

async fn colleagues(
    ctx: &Context<'_>,
    people: impl Iterator<Item = MembershipId>,
) -> Result<HashMap<MembershipId, String>> {
    let organization = ctx.actor()?.organization;
    let found = people::queries::names(ctx.conn()?, organization, people.collect()).await;
    found.map_err(|f| ctx.tell(f))
}

async fn owners_of(
    ctx: &Context<'_>,
    rows: &[sighting::Model],
) -> Result<HashMap<PartyId, String>> {
    let people: Vec<PartyId> = rows.iter().map(|row| row.party_id).collect();
    let found = queries::names(ctx.conn()?, ctx.actor()?.organization, &people).await;
    found.map_err(|f| ctx.tell(f))
}

async fn sightings(ctx: &Context<'_>, rows: Vec<sighting::Model>) -> Result<Vec<Sighting>> {
    let owners = owners_of(ctx, &rows).await?;
    let colleagues = colleagues(ctx, rows.iter().map(|row| row.recorded_by)).await?;
    let one = |row: sighting::Model| Sighting {
        id: Gid(row.id),
        name: owners.get(&row.party_id).cloned(),
        place: Place::of_name(&row.place).unwrap_or(Place::Gate),
        seen_by_name: colleagues.get(&row.recorded_by).cloned(),
        state: State::of_name(&row.state).unwrap_or(State::Undone),
        plate: row.plate,
        occurred_at: Instant(row.occurred_at),
        recorded_at: Instant(row.recorded_at),
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Queries.
#[derive(Default)]
pub struct SightingsQuery;

#[Object]
impl SightingsQuery {
    /// Whom to look out for in a community 留意名单, by plate: owners who agreed to it, where it is switched on, and whom their
    /// steward would like to meet now. Empty where it is switched off. Each reading is written down.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a field")]
    async fn watch_list(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which community; one that you were given.")] community_id: Gid<
            CommunityId,
        >,
        #[graphql(
            desc = "Only those with this in a plate, of this surname or of this whole name; all if left out. At most 20 characters."
        )]
        text: Option<String>,
        #[graphql(desc = "Entries on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last entry of the page before.")] after: Option<String>,
    ) -> Result<WatchListConnection> {
        rights::check(ctx, "Query.watchList")?;
        let page = Page::<After>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let act = ctx.app()?.kernel.write(By::Person(ctx.actor()?.clone()), move |work| {
            Box::pin(
                async move { commands::look(work, (community_id.0, text.as_deref()), page).await },
            )
        });
        let (entries, more) = act.await.map_err(|f| ctx.tell(f))?;
        let reason = Text::new("管家找", "the steward would like a word");
        let reason = reason.to(ctx.language());
        let edge = |entry: Entry| WatchListEdge {
            cursor: cursor(&entry.place),
            node: WatchListEntry {
                id: Gid(entry.id),
                name: entry.name,
                plates: entry.plates,
                reason: reason.to_owned(),
            },
        };
        let edges: Vec<WatchListEdge> = entries.into_iter().map(edge).collect();
        let page_info = PageInfo::of(edges.iter().map(|edge| edge.cursor.clone()), more);
        Ok(WatchListConnection { edges, page_info })
    }

    /// What you tapped since you signed in, the newest first. What was tapped before, or by others on the same telephone, is
    /// not there.
    async fn my_sightings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Entries on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last entry of the page before.")] after: Option<String>,
    ) -> Result<MySightingConnection> {
        rights::check(ctx, "Query.mySightings")?;
        let page = Page::<Before>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let found = queries::of_shift(ctx.conn()?, ctx.actor()?, page).await;
        let (rows, more) = found.map_err(|f| ctx.tell(f))?;
        let names = owners_of(ctx, &rows).await?;
        let edge = |row: sighting::Model| MySightingEdge {
            cursor: cursor(&(row.recorded_at, row.id)),
            node: MySighting::of(row, &names),
        };
        let edges: Vec<MySightingEdge> = rows.into_iter().map(edge).collect();
        let page_info = PageInfo::of(edges.iter().map(|edge| edge.cursor.clone()), more);
        Ok(MySightingConnection { edges, page_info })
    }

    /// Where those who hold an account were seen lately 目击记录, in its community, the newest first; they are deleted after
    /// days. Each reading is written down. NOT_FOUND when the account is not within your reach.
    async fn sightings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which account.")] account_id: Gid<AccountId>,
        #[graphql(desc = "Entries on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last entry of the page before.")] after: Option<String>,
    ) -> Result<SightingConnection> {
        rights::check(ctx, "Query.sightings")?;
        let page = Page::<Before>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let act = ctx.app()?.kernel.write(By::Person(ctx.actor()?.clone()), move |work| {
            Box::pin(async move { commands::read_of_account(work, account_id.0, page).await })
        });
        let (rows, more) = act.await.map_err(|f| ctx.tell(f))?;
        let cursors: Vec<String> =
            rows.iter().map(|row| cursor(&(row.occurred_at, row.id))).collect();
        let page_info = PageInfo::of(cursors.iter().cloned(), more);
        let edges = sightings(ctx, rows).await?.into_iter().zip(cursors);
        let edges = edges.map(|(node, cursor)| SightingEdge { node, cursor }).collect();
        Ok(SightingConnection { edges, page_info })
    }
}
