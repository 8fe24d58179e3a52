//! Reading the watch-list and sightings. Where it is read by people it is noted: [`super::commands`].

use std::collections::HashMap;

use guanjia_entity::{sighting, sighting_consent};
use sea_orm::ConnectionTrait;

pub use super::store::{After, Scope};
use super::{
    rules::{Asked, LONGEST_SEARCH, asked},
    store::{self, OnList},
};
use crate::{
    cases::terms,
    kernel::{
        Actor, Failure, Moment, Problem, ProblemCode, Text,
        ids::{CommunityId, OrganizationId, PartyId, SightingId, WatchedId},
        paging::Page,
        sql::Sql,
    },
    owners::{masking, queries::AccountCard, queries::reach_day},
};

/// The place of a sighting in the order: the cursor.
pub type Before = (Moment, SightingId);

/// Somebody on the watch-list, as a guard sees them.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key of the person.
    pub id: WatchedId,
    /// The name, masked.
    pub name: String,
    /// Plates of their vehicles.
    pub plates: Vec<String>,
    /// Its place in the list.
    pub place: After,
}

/// Where a community looks out for people today; none while it has sightings switched off.
pub(super) async fn scope(
    conn: &impl ConnectionTrait,
    (organization, community): (OrganizationId, CommunityId),
    now: Moment,
) -> Result<Option<Scope>, Failure> {
    let terms = terms::of(conn, organization, community).await?;
    let scope = Scope { organization, community, today: reach_day(now) };
    Ok(terms.sightings.then_some(scope))
}

/// The statement that reads a page of the watch-list.
pub fn statement_of(scope: Scope, text: Option<&str>, count: i64) -> Sql {
    store::page(scope, text.and_then(asked).as_ref(), (count, None))
}

/// Reads what a guard typed.
pub(super) fn search(text: Option<&str>) -> Result<Option<Asked>, Failure> {
    let text = text.unwrap_or_default();
    if text.chars().count() <= LONGEST_SEARCH {
        return Ok(asked(text));
    }
    let text = Text::new(
        format!("查找内容最多 {LONGEST_SEARCH} 个字"),
        format!("at most {LONGEST_SEARCH} characters are searched for"),
    );
    Err(Failure::problem(Problem::at("text", ProblemCode::TooLong, text)))
}

/// A page of the watch-list of a community, by plate; and whether there are more.
pub(super) async fn watch_list(
    conn: &impl ConnectionTrait,
    scope: Scope,
    (asked, page): (Option<Asked>, Page<After>),
) -> Result<(Vec<Entry>, bool), Failure> {
    let count = i64::try_from(page.first + 1).unwrap_or(i64::MAX);
    let rows = store::page(scope, asked.as_ref(), (count, page.after));
    let mut rows: Vec<OnList> = rows.all(conn).await?;
    let more = rows.len() > page.first;
    rows.truncate(page.first);
    let people: Vec<PartyId> = rows.iter().map(|row| row.party_id).collect();
    let mut plates = plates(conn, scope.organization, &people).await?;
    let entry = |row: OnList| {
        let id = WatchedId(row.party_id.0);
        let plates = plates.remove(&row.party_id).unwrap_or_default();
        Entry { id, name: masking::masked_name(&row.name), plates, place: (row.place, id) }
    };
    Ok((rows.into_iter().map(entry).collect(), more))
}

/// The plates of people, each once.
pub(super) async fn plates(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    people: &[PartyId],
) -> Result<HashMap<PartyId, Vec<String>>, Failure> {
    let mut found: HashMap<PartyId, Vec<String>> = HashMap::new();
    for row in store::plates(conn, organization, people).await? {
        found.entry(row.party_id).or_default().push(row.plate);
    }
    Ok(found)
}

/// A page of what the actor tapped since they signed in, the newest first; and whether there are more. What they tapped in an
/// earlier shift, and what others did, is not there.
pub async fn of_shift(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    page: Page<Before>,
) -> Result<(Vec<sighting::Model>, bool), Failure> {
    let count = u64::try_from(page.first + 1).unwrap_or(u64::MAX);
    let mut rows = store::of_shift(conn, actor, (count, page.after)).await?;
    let more = rows.len() > page.first;
    rows.truncate(page.first);
    Ok((rows, more))
}

/// A page of the sightings of those who hold an account, where it lies, the newest first; and whether there are more.
pub(super) async fn of_account(
    conn: &impl ConnectionTrait,
    (organization, card): (OrganizationId, &AccountCard),
    page: Page<Before>,
) -> Result<(Vec<sighting::Model>, bool), Failure> {
    let people: Vec<PartyId> =
        card.holders.iter().flat_map(|holder| holder.person.ids.iter().copied()).collect();
    let whose = (organization, card.account.community_id, people.as_slice());
    let count = u64::try_from(page.first + 1).unwrap_or(u64::MAX);
    let mut rows = store::of_people(conn, whose, (count, page.after)).await?;
    let more = rows.len() > page.first;
    rows.truncate(page.first);
    Ok((rows, more))
}

/// One sighting of a company.
pub async fn by_id(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: SightingId,
) -> Result<sighting::Model, Failure> {
    store::by_id(conn, organization, id).await?.ok_or(Failure::NotFound)
}

/// The names of people that were found through the actor before.
pub async fn names(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    people: &[PartyId],
) -> Result<HashMap<PartyId, String>, Failure> {
    let rows = store::parties(conn, organization, people).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// All consents of a person that was found through the actor before, by all of their ids, the newest first.
pub async fn consents_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[PartyId],
) -> Result<Vec<sighting_consent::Model>, Failure> {
    Ok(store::consents(conn, organization, ids).await?)
}

/// All sightings that are kept of a person that was found through the actor before, the oldest first.
pub async fn kept_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[PartyId],
) -> Result<Vec<sighting::Model>, Failure> {
    Ok(store::all_of(conn, organization, ids).await?)
}
