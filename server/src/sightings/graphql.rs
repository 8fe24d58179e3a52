//! Sightings in the API.

use std::collections::HashMap;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use guanjia_entity::{sighting, sighting_consent};

use super::{
    commands::{self, Tap},
    consents::{self, NewConsent, Withdraw},
    queries::{self, After, Before, Entry},
    rules::{self, Place, State, Way},
};
use crate::{
    api::{
        acts::{Outcome, Problem, act},
        context::Ask,
        page::PageInfo,
        rights,
        scalars::{Date, Gid, Instant, Written},
    },
    kernel::{
        By, Text,
        ids::{
            AccountId, AttachmentId, CommunityId, MembershipId, PartyId, SightingConsentId,
            SightingId, WatchedId,
        },
        paging::{Page, cursor},
    },
    owners::{self, graphql::Party, masking},
    people, worklist,
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

/// What `recordSighting` takes.
#[derive(InputObject)]
pub struct RecordSightingInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Id of the sighting, if the client makes it: `sighting_` and a UUIDv7 without dashes.
    id: Option<Gid<SightingId>>,
    /// The community of the watch-list.
    community_id: Gid<CommunityId>,
    /// Whom you saw: the id of an entry of the watch-list.
    watched_id: Gid<WatchedId>,
    /// Where.
    place: Place,
    /// The plate you saw, one of those of the entry.
    plate: Option<String>,
    /// When, by the telephone: not in the future, and not more than 4 hours ago; now, if left out.
    occurred_at: Option<Instant>,
}

/// What `undoSighting` takes.
#[derive(InputObject)]
pub struct UndoSightingInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which one; a sighting of yours.
    sighting_id: Gid<SightingId>,
}

/// What `recordSighting` and `undoSighting` answer.
#[derive(SimpleObject, Default)]
pub struct MySightingPayload {
    /// The sighting.
    sighting: Option<MySighting>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// What `denySighting` takes.
#[derive(InputObject)]
pub struct DenySightingInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which one.
    sighting_id: Gid<SightingId>,
}

/// What `denySighting` answers.
#[derive(SimpleObject, Default)]
pub struct DenySightingPayload {
    /// The sighting.
    sighting: Option<Sighting>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// What `recordSightingConsent` takes.
#[derive(InputObject)]
pub struct RecordSightingConsentInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Id of the consent, if the client makes it: `sightingconsent_` and a UUIDv7 without dashes.
    id: Option<Gid<SightingConsentId>>,
    /// Who agreed: a person who holds something in the community.
    party_id: Gid<PartyId>,
    /// Where they may be looked out for.
    community_id: Gid<CommunityId>,
    /// How they agreed.
    way: Way,
    /// The day on which they agreed, not later than today.
    given_on: Date,
    /// Who asked them; you, if left out.
    asked_by_id: Option<Gid<MembershipId>>,
    /// Free text, at most 2000 characters.
    note: Option<String>,
    /// What shows it, such as a photograph of the signed form; at most 50.
    attachment_ids: Option<Vec<Gid<AttachmentId>>>,
}

/// What `withdrawSightingConsent` takes.
#[derive(InputObject)]
pub struct WithdrawSightingConsentInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Who agrees no longer.
    party_id: Gid<PartyId>,
    /// Free text, at most 2000 characters.
    note: Option<String>,
}

/// What the mutations about consents answer.
#[derive(SimpleObject, Default)]
pub struct SightingConsentPayload {
    /// The person, with their consents.
    party: Option<Party>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct SightingsMutation;

#[Object]
impl SightingsMutation {
    /// "Seen just now": tells whoever looks after the account at once. When several tap the same person within 15 minutes
    /// they are told once. NOT_FOUND when the person is not on the watch-list, or no longer.
    async fn record_sighting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who was seen, where, when.")] input: RecordSightingInput,
    ) -> Result<MySightingPayload> {
        let key = input.idempotency_key;
        let input = Tap {
            id: input.id.map(|id| id.0),
            community: input.community_id.0,
            watched: input.watched_id.0,
            place: input.place,
            plate: input.plate,
            occurred_at: input.occurred_at.map(|moment| moment.0),
        };
        let done = act(ctx, (&key, "recordSighting"), input, |work, input| {
            Box::pin(commands::record(work, input))
        });
        mine(ctx, done.await?).await
    }

    /// Takes back what you tapped, within 5 minutes: the steward's reminder goes, unless somebody else saw the person too.
    async fn undo_sighting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: UndoSightingInput,
    ) -> Result<MySightingPayload> {
        let (key, id) = (input.idempotency_key, input.sighting_id.0);
        let done =
            act(ctx, (&key, "undoSighting"), id, |work, id| Box::pin(commands::undo(work, id)));
        mine(ctx, done.await?).await
    }

    /// "Not them" 认错人: for the steward who was sent after somebody else. The sightings that were told together are marked,
    /// the step is cancelled, the reminder goes.
    async fn deny_sighting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: DenySightingInput,
    ) -> Result<DenySightingPayload> {
        let (key, id) = (input.idempotency_key, input.sighting_id.0);
        let done =
            act(ctx, (&key, "denySighting"), id, |work, id| Box::pin(commands::deny(work, id)));
        let id = match done.await? {
            Ok(id) => id,
            Err(problems) => {
                return Ok(DenySightingPayload { problems, ..DenySightingPayload::default() });
            }
        };
        let row = queries::by_id(ctx.conn()?, ctx.actor()?.organization, id).await;
        let row = row.map_err(|f| ctx.tell(f))?;
        Ok(DenySightingPayload {
            sighting: sightings(ctx, vec![row]).await?.pop(),
            worklist_version: Some(worklist::graphql::my_version(ctx).await?),
            problems: Vec::new(),
        })
    }

    /// Records that an owner agreed to be looked out for in a community: who asked, how, on which day. It is a consent of its
    /// own, to this and to nothing else. While one stands, another is the problem CONFLICT.
    async fn record_sighting_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who agreed, where, how.")] input: RecordSightingConsentInput,
    ) -> Result<SightingConsentPayload> {
        let key = input.idempotency_key;
        let input = NewConsent {
            id: input.id.map(|id| id.0),
            party: input.party_id.0,
            community: input.community_id.0,
            way: input.way,
            given_on: input.given_on.0,
            asked_by: input.asked_by_id.map(|id| id.0),
            note: input.note,
            attachments: input
                .attachment_ids
                .unwrap_or_default()
                .into_iter()
                .map(|id| id.0)
                .collect(),
        };
        let done = act(ctx, (&key, "recordSightingConsent"), input, |work, input| {
            Box::pin(consents::record(work, input))
        });
        person(ctx, done.await?).await
    }

    /// An owner agrees no longer: they are off every watch-list at once, and where they were seen is deleted. The consent stays
    /// as it was, with its end.
    async fn withdraw_sighting_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] input: WithdrawSightingConsentInput,
    ) -> Result<SightingConsentPayload> {
        let key = input.idempotency_key;
        let input = Withdraw { party: input.party_id.0, note: input.note };
        let done = act(ctx, (&key, "withdrawSightingConsent"), input, |work, input| {
            Box::pin(consents::withdraw(work, input))
        });
        person(ctx, done.await?).await
    }
}

async fn mine(ctx: &Context<'_>, done: Outcome<SightingId>) -> Result<MySightingPayload> {
    let id = match done {
        Ok(id) => id,
        Err(problems) => return Ok(MySightingPayload { sighting: None, problems }),
    };
    let row = queries::by_id(ctx.conn()?, ctx.actor()?.organization, id).await;
    let row = row.map_err(|f| ctx.tell(f))?;
    let names = owners_of(ctx, std::slice::from_ref(&row)).await?;
    Ok(MySightingPayload { sighting: Some(MySighting::of(row, &names)), problems: Vec::new() })
}

async fn person(ctx: &Context<'_>, done: Outcome<PartyId>) -> Result<SightingConsentPayload> {
    let id = match done {
        Ok(id) => id,
        Err(problems) => {
            return Ok(SightingConsentPayload { problems, ..SightingConsentPayload::default() });
        }
    };
    let now = ctx.app()?.kernel.clock.domain();
    let seen = owners::queries::party(ctx.conn()?, ctx.actor()?, now, id).await;
    Ok(SightingConsentPayload {
        party: Some(seen.map_err(|f| ctx.tell(f))?.into()),
        worklist_version: Some(worklist::graphql::my_version(ctx).await?),
        problems: Vec::new(),
    })
}
