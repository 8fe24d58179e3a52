//! Reading accounts and parties for an actor.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use guanjia_entity::{
    account_holder, account_payer, contact_point, occupant, party, party_merge, party_trait,
    registry_change, transfer, vehicle,
};
use sea_orm::ConnectionTrait;

use super::store::{self, AccountRow, parties};
use crate::kernel::{
    Actor, Failure, Moment, calendar,
    ids::{AccountId, ContactPointId, MergeId, OrganizationId, PartyId, TransferId, UnitId},
    sql,
};

/// Likely duplicates that are told at most.
const MOST_ALIKE: usize = 10;

/// A party with how they are reached, all ids that stand for them taken together.
#[derive(Clone, Debug)]
pub struct PersonCard {
    /// The party.
    pub party: party::Model,
    /// Their numbers and addresses, each once, in the order of the books.
    pub points: Vec<contact_point::Model>,
    /// Every id that stands for them, their own among them.
    pub ids: Vec<PartyId>,
    /// Every id of their numbers and addresses, also of those that are there twice since a merge.
    pub point_ids: Vec<ContactPointId>,
}

/// One holder of an account, with how they are reached.
#[derive(Clone, Debug)]
pub struct HolderCard {
    /// The holder.
    pub holder: account_holder::Model,
    /// The person.
    pub person: PersonCard,
}

/// An account, its unit, who holds it, pays for it and uses it.
#[derive(Clone, Debug)]
pub struct AccountCard {
    /// The account with unit and community.
    pub account: AccountRow,
    /// Its holders.
    pub holders: Vec<HolderCard>,
    /// Those who held it before.
    pub former: Vec<HolderCard>,
    /// Who agreed to pay.
    pub payer: Option<(account_payer::Model, PersonCard)>,
    /// Who uses the unit.
    pub occupants: Vec<(occupant::Model, PersonCard)>,
}

impl AccountCard {
    /// Everybody who may be contacted about it.
    pub fn people(&self) -> impl Iterator<Item = &PersonCard> {
        let holders = self.holders.iter().chain(&self.former).map(|holder| &holder.person);
        let payer = self.payer.iter().map(|(_, person)| person);
        holders.chain(payer).chain(self.occupants.iter().map(|(_, person)| person))
    }
}

/// The local day on which an actor's reach is decided.
pub fn reach_day(now: Moment) -> NaiveDate {
    calendar::local_day(now, chrono_tz::Asia::Shanghai)
}

/// One account, if the actor reaches it.
pub async fn account(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    id: AccountId,
) -> Result<AccountCard, Failure> {
    let rows = store::reachable(conn, actor, reach_day(now), &[id]).await?;
    let mut cards = cards(conn, actor.organization, rows).await?;
    cards.remove(&id).ok_or(Failure::NotFound)
}

/// Which of some accounts the actor reaches.
pub async fn reached_accounts(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    ids: &[AccountId],
) -> Result<HashSet<AccountId>, Failure> {
    let rows = store::reachable(conn, actor, reach_day(now), ids).await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

/// Those of some accounts that the actor reaches.
pub async fn accounts(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    ids: &[AccountId],
) -> Result<HashMap<AccountId, AccountCard>, Failure> {
    let rows = store::reachable(conn, actor, reach_day(now), ids).await?;
    cards(conn, actor.organization, rows).await
}

/// Cards of accounts that were found through the actor before.
pub async fn cards_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[AccountId],
) -> Result<HashMap<AccountId, AccountCard>, Failure> {
    let rows = store::accounts(conn, organization, ids).await?;
    cards(conn, organization, rows).await
}

/// The party that an id stands for: itself, unless it was registered twice or merged.
pub async fn canonical(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: PartyId,
) -> Result<PartyId, Failure> {
    let found = parties::canonical(conn, organization, &[id]).await?;
    Ok(found.get(&id).copied().unwrap_or(id))
}

/// Every id that stands for the same party as this one. Rows that name a party are read by all of them: contacts, promises
/// and the like keep the id they were written with.
pub async fn same_party(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: PartyId,
) -> Result<Vec<PartyId>, Failure> {
    let party = canonical(conn, organization, id).await?;
    let others = parties::aliases(conn, organization, &[party]).await?;
    Ok(std::iter::once(party).chain(others.into_iter().map(|row| row.id)).collect())
}

/// Which of some parties the actor reaches: those who hold, pay for or use something within reach, by whatever id.
pub async fn reached_parties(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    ids: &[PartyId],
) -> Result<HashSet<PartyId>, Failure> {
    let organization = actor.organization;
    let canonical = parties::canonical(conn, organization, ids).await?;
    let wanted: BTreeSet<PartyId> = canonical.values().copied().collect();
    let wanted: Vec<PartyId> = wanted.into_iter().collect();
    if store::reach_of(actor) == store::Reach::Company {
        let there = parties::parties(conn, organization, &wanted).await?;
        let there: HashSet<PartyId> = there.into_iter().map(|row| row.id).collect();
        return Ok(ids.iter().copied().filter(|id| there.contains(&canonical[id])).collect());
    }
    let aliases = parties::aliases(conn, organization, &wanted).await?;
    let all: Vec<PartyId> =
        wanted.iter().copied().chain(aliases.iter().map(|row| row.id)).collect();
    let tied = parties::tied_within_reach(conn, actor, (reach_day(now), &all)).await?;
    let reached: HashSet<PartyId> = (wanted.into_iter().filter(|id| tied.contains(id)))
        .chain(aliases.into_iter().filter(|row| tied.contains(&row.id)).map(|row| row.party_id))
        .collect();
    Ok(ids.iter().copied().filter(|id| reached.contains(&canonical[id])).collect())
}

/// A party as an actor may see it.
#[derive(Clone, Debug)]
pub enum Seen {
    /// Within reach: everything.
    Whole(PersonCard),
    /// Registered by the actor and not tied to anything within reach: only what they said themselves, so that nothing tells
    /// whether somebody else had registered the same person before.
    Registered(party::Model),
}

impl Seen {
    /// The party as it is shown: its id is the one the actor knows.
    pub fn party(&self) -> &party::Model {
        match self {
            Self::Whole(card) => &card.party,
            Self::Registered(party) => party,
        }
    }
}

/// One party by any of its ids, if the actor reaches it or registered it under that id.
pub async fn party(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    id: PartyId,
) -> Result<Seen, Failure> {
    let organization = actor.organization;
    if reached_parties(conn, actor, now, &[id]).await?.contains(&id) {
        let mut found = people(conn, organization, &[id]).await?;
        return found.remove(&id).map(Seen::Whole).ok_or(Failure::NotFound);
    }
    let place = (organization, actor.person);
    let said = parties::registration(conn, place, id).await?.ok_or(Failure::NotFound)?;
    let canonical = canonical(conn, organization, id).await?;
    let row = parties::parties(conn, organization, &[canonical]).await?.pop();
    let row = row.ok_or(Failure::NotFound)?;
    let (name, created_at) = (said.name, said.registered_at);
    Ok(Seen::Registered(party::Model { id, name, created_at, ..row }))
}

/// Parties within reach that may be the same as one: of the same name, or with one of its numbers.
pub async fn alike(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    (party, numbers): (&party::Model, &[String]),
) -> Result<Vec<PersonCard>, Failure> {
    let like = (reach_day(now), party.name.as_str(), numbers);
    let found = parties::alike_within_reach(conn, actor, like).await?;
    let own: HashSet<PartyId> =
        same_party(conn, actor.organization, party.id).await?.into_iter().collect();
    let found: Vec<PartyId> = found.into_iter().filter(|id| !own.contains(id)).collect();
    let people = people(conn, actor.organization, &found).await?;
    let people: HashMap<PartyId, PersonCard> =
        people.into_values().map(|card| (card.party.id, card)).collect();
    let mut people: Vec<PersonCard> = people.into_values().collect();
    people.sort_by_key(|card| (card.party.name != party.name, card.party.id));
    people.truncate(MOST_ALIKE);
    Ok(people)
}

/// The people behind ids that were found through the actor before, by the ids that were asked for.
pub async fn people(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[PartyId],
) -> Result<HashMap<PartyId, PersonCard>, Failure> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let canonical = parties::canonical(conn, organization, ids).await?;
    let wanted: BTreeSet<PartyId> = canonical.values().copied().collect();
    let wanted: Vec<PartyId> = wanted.into_iter().collect();
    let aliases = parties::aliases(conn, organization, &wanted).await?;
    let all: Vec<PartyId> =
        wanted.iter().copied().chain(aliases.iter().map(|row| row.id)).collect();
    let points = parties::contact_points(conn, organization, &all).await?;
    let mut cards: HashMap<PartyId, PersonCard> = HashMap::new();
    for party in parties::parties(conn, organization, &wanted).await? {
        let others = aliases.iter().filter(|row| row.party_id == party.id).map(|row| row.id);
        let ids: Vec<PartyId> = std::iter::once(party.id).chain(others).collect();
        let theirs = points.iter().filter(|point| ids.contains(&point.party_id));
        let point_ids = theirs.clone().map(|point| point.id).collect();
        let points = each_once(party.id, theirs.cloned().collect());
        cards.insert(party.id, PersonCard { party, points, ids, point_ids });
    }
    let asked = ids.iter().filter_map(|id| Some((*id, cards.get(&canonical[id])?.clone())));
    Ok(asked.collect())
}

/// A number that two ids of one party have is shown once: the party's own row before that of an alias.
fn each_once(party: PartyId, mut points: Vec<contact_point::Model>) -> Vec<contact_point::Model> {
    points.sort_by_key(|point| point.party_id != party);
    let mut seen = HashSet::new();
    points.retain(|point| seen.insert((point.kind.clone(), point.value.clone())));
    points
}

async fn cards(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    rows: Vec<AccountRow>,
) -> Result<HashMap<AccountId, AccountCard>, Failure> {
    let accounts: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
    let units: BTreeSet<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let units: Vec<UnitId> = units.into_iter().collect();
    let holders = parties::holders(conn, organization, &accounts).await?;
    let payers = parties::payers(conn, organization, &accounts).await?;
    let occupants = parties::occupants(conn, organization, &units).await?;
    let named: BTreeSet<PartyId> = (holders.iter().map(|row| row.party_id))
        .chain(payers.iter().map(|row| row.party_id))
        .chain(occupants.iter().map(|row| row.party_id))
        .collect();
    let named: Vec<PartyId> = named.into_iter().collect();
    let people = people(conn, organization, &named).await?;
    let cards = rows.into_iter().map(|account| {
        let id = account.account_id;
        let of_account = holders.iter().filter(|row| row.account_id == id);
        let (holders, former) = split_holders(of_account, &people);
        let payer = payers.iter().find(|row| row.account_id == id);
        let payer = payer.and_then(|row| Some((row.clone(), people.get(&row.party_id)?.clone())));
        let in_unit = occupants.iter().filter(|row| row.unit_id == account.unit_id);
        // Who uses the unit now is no matter of a liability that has ended.
        let in_unit = in_unit.filter(|_| account.to_on.is_none());
        let occupants =
            in_unit.filter_map(|row| Some((row.clone(), people.get(&row.party_id)?.clone())));
        let occupants = occupants.collect();
        (id, AccountCard { account, holders, former, payer, occupants })
    });
    Ok(cards.collect())
}

/// Those who hold and those who held; a party that stands there twice since a merge once. A row that ended before it began
/// was a mistake and is shown only by the history.
fn split_holders<'r>(
    rows: impl Iterator<Item = &'r account_holder::Model>,
    people: &HashMap<PartyId, PersonCard>,
) -> (Vec<HolderCard>, Vec<HolderCard>) {
    let (mut holders, mut former) = (Vec::<HolderCard>::new(), Vec::<HolderCard>::new());
    for row in rows {
        let Some(person) = people.get(&row.party_id) else { continue };
        if row.to_on.zip(row.from_on).is_some_and(|(to, from)| to < from) {
            continue;
        }
        let list = if row.to_on.is_none() { &mut holders } else { &mut former };
        if row.to_on.is_some() || list.iter().all(|known| known.person.party.id != person.party.id)
        {
            list.push(HolderCard { holder: row.clone(), person: person.clone() });
        }
    }
    let still =
        |card: &HolderCard| holders.iter().any(|now| now.person.party.id == card.person.party.id);
    former.retain(|card| !still(card));
    (holders, former)
}

/// What changed of an account that was found through the actor before, the newest first.
pub async fn account_changes(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (account, count): (AccountId, u64),
) -> Result<Vec<registry_change::Model>, Failure> {
    Ok(store::registry::changes(conn, organization, (&[], Some(account), count)).await?)
}

/// What changed of a party within reach, the newest first; what happened to accounts beyond the reach is left out.
pub async fn party_changes(
    conn: &impl ConnectionTrait,
    (actor, now): (&Actor, Moment),
    (person, count): (&PersonCard, u64),
) -> Result<Vec<registry_change::Model>, Failure> {
    let rows = (person.ids.as_slice(), None, count);
    let rows = store::registry::changes(conn, actor.organization, rows).await?;
    let accounts: BTreeSet<AccountId> = rows.iter().filter_map(|row| row.account_id).collect();
    let accounts: Vec<AccountId> = accounts.into_iter().collect();
    let reached = reached_accounts(conn, actor, now, &accounts).await?;
    let shown =
        |row: &registry_change::Model| row.account_id.is_none_or(|id| reached.contains(&id));
    Ok(rows.into_iter().filter(shown).collect())
}

/// Accounts within reach that a party holds, pays for or uses, in order of their ids, after one of them; and whether there
/// are more.
pub async fn accounts_of(
    conn: &impl ConnectionTrait,
    (actor, now): (&Actor, Moment),
    (person, after, count): (&PersonCard, Option<AccountId>, usize),
) -> Result<(Vec<AccountCard>, bool), Failure> {
    let (mut found, mut after) = (Vec::new(), after);
    while found.len() <= count {
        let page = (person.ids.as_slice(), after, sql::BULK as u64);
        let some = parties::accounts_of(conn, actor.organization, page).await?;
        let Some(last) = some.last().copied() else { break };
        found.extend(store::reachable(conn, actor, reach_day(now), &some).await?);
        after = Some(last);
    }
    found.sort_by_key(|row| row.account_id);
    let more = found.len() > count;
    found.truncate(count);
    let order: Vec<AccountId> = found.iter().map(|row| row.account_id).collect();
    let mut cards = cards(conn, actor.organization, found).await?;
    Ok((order.into_iter().filter_map(|id| cards.remove(&id)).collect(), more))
}

/// Vehicles of a person that was found through the actor before, each plate once.
pub async fn vehicles(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    person: &PersonCard,
) -> Result<Vec<vehicle::Model>, Failure> {
    let mut rows = parties::vehicles(conn, organization, &person.ids).await?;
    let mut seen = HashSet::new();
    rows.retain(|row| seen.insert(row.plate.clone()));
    Ok(rows)
}

/// What guides the tone with a person that was found through the actor before, each once.
pub async fn traits(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    person: &PersonCard,
) -> Result<Vec<party_trait::Model>, Failure> {
    let mut rows = parties::traits(conn, organization, &person.ids).await?;
    let mut seen = HashSet::new();
    rows.retain(|row| seen.insert(row.trait_.clone()));
    Ok(rows)
}

/// A merge whose parties were found through the actor before.
pub async fn merge(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: MergeId,
) -> Result<party_merge::Model, Failure> {
    store::registry::merge(conn, organization, id).await?.ok_or(Failure::NotFound)
}

/// Merges that hold into a person that was found through the actor before, the newest first.
pub async fn merges(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    person: &PersonCard,
) -> Result<Vec<party_merge::Model>, Failure> {
    Ok(store::registry::merges_into(conn, organization, &person.ids).await?)
}

/// The transfer that opened an account that was found through the actor before, if it holds.
pub async fn transfer_to(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Option<transfer::Model>, Failure> {
    Ok(store::registry::transfer_to(conn, organization, account).await?)
}

/// A transfer whose accounts were found through the actor before.
pub async fn transfer(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: TransferId,
) -> Result<transfer::Model, Failure> {
    store::registry::transfer(conn, organization, id).await?.ok_or(Failure::NotFound)
}

/// The open account of a unit within reach.
pub async fn open_account_of(
    conn: &impl ConnectionTrait,
    (actor, now): (&Actor, Moment),
    unit: UnitId,
) -> Result<AccountCard, Failure> {
    let id = parties::open_account(conn, actor.organization, unit).await?;
    account(conn, actor, now, id.ok_or(Failure::NotFound)?).await
}
