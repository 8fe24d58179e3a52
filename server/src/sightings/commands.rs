//! Looking at the watch-list, "seen", "not them", undo, and deleting what is over.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use guanjia_entity::sighting;
use serde::Serialize;
use serde_json::json;

use super::{
    queries::{self, After, Before, Entry, Scope},
    rules::{self, Place, State},
    store::{self, Doomed},
};
use crate::{
    cases::{
        self,
        commands::Hour,
        follow_up::{NewFollowUp, Purpose, Source},
        ground,
    },
    kernel::{
        Failure, Moment, Problem, ProblemCode, Text, Work, audit,
        ids::{
            self, AccountId, CommunityId, FollowUpId, MembershipId, PartyId, SightingId, WatchedId,
        },
        paging::Page,
    },
    owners, people, reminders,
};

/// Sightings of a person that are looked through for one to join.
const RECENT: u64 = 50;

/// Reads a page of the watch-list of a community that the actor was given, and notes that they did. Where sightings are
/// switched off it is empty.
pub async fn look(
    work: &Work,
    (community, text): (CommunityId, Option<&str>),
    page: Page<After>,
) -> Result<(Vec<Entry>, bool), Failure> {
    let (actor, conn) = (work.actor()?, work.conn());
    people::queries::my_community(conn, actor, community).await?;
    let asked = queries::search(text)?;
    let searched = asked.is_some();
    let (entries, more) =
        match queries::scope(conn, (work.organization(), community), work.now).await? {
            Some(scope) => queries::watch_list(conn, scope, (asked, page)).await?,
            None => (Vec::new(), false),
        };
    let facts = json!({ "shown": entries.len(), "searched": searched });
    audit::record(work, "WATCH_LIST_READ", Some(community.into()), facts).await?;
    Ok((entries, more))
}

/// Reads a page of the sightings of those who hold an account within the actor's reach, and notes that they did.
pub async fn read_of_account(
    work: &Work,
    account: AccountId,
    page: Page<Before>,
) -> Result<(Vec<sighting::Model>, bool), Failure> {
    let (actor, conn) = (work.actor()?, work.conn());
    let card = owners::queries::account(conn, actor, work.now, account).await?;
    let found = queries::of_account(conn, (work.organization(), &card), page).await?;
    audit::record(work, "SIGHTINGS_READ", Some(account.into()), json!({})).await?;
    Ok(found)
}

/// What `recordSighting` takes.
#[derive(Clone, Debug, Serialize)]
pub struct Tap {
    /// Its id, if the client made one.
    pub id: Option<SightingId>,
    /// Where the guard works.
    pub community: CommunityId,
    /// Whom they saw.
    pub watched: WatchedId,
    /// Where.
    pub place: Place,
    /// The plate they saw, one of those on the list.
    pub plate: Option<String>,
    /// When, by the telephone; none for now.
    pub occurred_at: Option<Moment>,
}

/// Enters that somebody on the watch-list was seen. Whoever looks after the account is told at once; once, when several tap
/// within minutes. `NotFound` when the person is not on the list.
pub async fn record(work: &mut Work, input: Tap) -> Result<SightingId, Failure> {
    let (actor, organization) = (work.actor()?.clone(), work.organization());
    let seen_at = rules::seen_at(input.occurred_at, work.now).map_err(Failure::problem)?;
    let community = input.community;
    people::queries::my_community(work.conn(), &actor, community).await?;
    // Whoever switches sightings off waits, or has done so.
    people::queries::lock_community(work.conn(), organization, community).await?;
    let scope = queries::scope(work.conn(), (organization, community), work.now).await?;
    let scope = scope.ok_or(Failure::NotFound)?;
    let asked = PartyId(input.watched.0);
    let person = owners::queries::canonical(work.conn(), organization, asked).await?;
    let accounts = take_person(work, scope, person).await?;
    check_plate(work, person, input.plate.as_deref()).await?;
    let id = input.id.unwrap_or_else(ids::fresh);
    if store::by_id(work.conn(), organization, id).await?.is_some() {
        let text = Text::new("该编号的目击已存在", "a sighting with this id exists already");
        return Err(Failure::problem(Problem::at("id", ProblemCode::Duplicate, text)));
    }
    let group = match join(work, scope, (person, seen_at)).await? {
        Some(group) => group,
        None => {
            tell(work, id, &accounts).await?;
            id
        }
    };
    let row = sighting::Model {
        organization_id: organization,
        id,
        community_id: community,
        party_id: person,
        group_id: group,
        place: input.place.name().to_owned(),
        plate: input.plate,
        occurred_at: seen_at,
        recorded_by: actor.person,
        recorded_at: work.now,
        session_id: actor.session,
        state: State::Recorded.name().to_owned(),
        ended_by: None,
        ended_at: None,
    };
    store::insert(work, row).await?;
    note(work, "SIGHTING_RECORDED", id).await?;
    Ok(id)
}

/// Only the sighting, by its id: once it is deleted the log does not tell who was where.
async fn note(work: &Work, action: &str, id: SightingId) -> Result<(), Failure> {
    audit::record(work, action, Some(id.into()), json!({})).await
}

/// Locks the accounts for which somebody is on the list, and looks again: two taps follow each other, and neither passes a
/// withdrawal.
async fn take_person(
    work: &Work,
    scope: Scope,
    person: PartyId,
) -> Result<Vec<AccountId>, Failure> {
    let whom = WatchedId(person.0);
    let before = store::accounts_due(work.conn(), scope, whom).await?;
    owners::store::lock(work.conn(), scope.organization, &before).await?;
    let accounts = store::accounts_due(work.conn(), scope, whom).await?;
    if accounts.is_empty() { Err(Failure::NotFound) } else { Ok(accounts) }
}

async fn check_plate(work: &Work, person: PartyId, plate: Option<&str>) -> Result<(), Failure> {
    let Some(plate) = plate else { return Ok(()) };
    let known = queries::plates(work.conn(), work.organization(), &[person]).await?;
    if known.get(&person).is_some_and(|plates| plates.iter().any(|known| known == plate)) {
        return Ok(());
    }
    let text = Text::new("车牌不在名单上", "the plate is not on the list");
    Err(Failure::problem(Problem::at("plate", ProblemCode::NotFound, text)))
}

/// The group that a tap joins: of one within minutes; otherwise one that nobody has acted on yet, which is told again.
async fn join(
    work: &mut Work,
    scope: Scope,
    (person, seen_at): (PartyId, Moment),
) -> Result<Option<SightingId>, Failure> {
    let organization = scope.organization;
    let ids = owners::queries::same_party(work.conn(), organization, person).await?;
    let whose = (organization, scope.community, ids.as_slice());
    let mut recent = store::of_people(work.conn(), whose, (RECENT, None)).await?;
    recent.retain(|one| one.state == State::Recorded.name());
    if let Some(one) = recent.iter().find(|one| rules::together(one.occurred_at, seen_at)) {
        return Ok(Some(one.group_id));
    }
    let groups: BTreeSet<SightingId> = recent.iter().map(|one| one.group_id).collect();
    let groups: Vec<SightingId> = groups.into_iter().collect();
    let mut open = store::steps(work.conn(), organization, &groups).await?;
    open.retain(store::Step::is_open);
    let Some(group) = open.last().map(|step| step.group_id) else { return Ok(None) };
    for step in open.iter().filter(|step| step.group_id == group) {
        let row = cases::queries::follow_up(work.conn(), organization, step.id).await?;
        let on = today_of(work, step.account_id).await?;
        cases::commands::move_to(work, &row, Hour { on, at: work.now, reminds: true }).await?;
    }
    Ok(Some(group))
}

async fn today_of(work: &Work, account: AccountId) -> Result<chrono::NaiveDate, Failure> {
    Ok(work.today(ground::one(work, account).await?.zone))
}

/// Plans a step, due at once, for each who looks after one of the accounts; where nobody does, for the manager. It is due on
/// rest days too: who comes home on a Saturday is not seen on Monday.
async fn tell(work: &mut Work, group: SightingId, accounts: &[AccountId]) -> Result<(), Failure> {
    let organization = work.organization();
    let today = owners::queries::reach_day(work.now);
    let stewards = owners::store::stewards_of(work.conn(), organization, today, accounts).await?;
    let stewards: HashMap<AccountId, MembershipId> =
        stewards.into_iter().map(|row| (row.account_id, row.steward_id)).collect();
    let open = cases::queries::open_cases(work.conn(), organization, accounts).await?;
    let mut order = accounts.to_vec();
    order.sort_by_key(|account| open.get(account).map(|case| (case.opened_at, case.id)));
    // One conversation (rule 16): of several accounts of one steward the oldest case stands for all.
    let mut first: BTreeMap<Option<MembershipId>, AccountId> = BTreeMap::new();
    for account in order {
        first.entry(stewards.get(&account).copied()).or_insert(account);
    }
    for (steward, account) in first {
        let ground = ground::one(work, account).await?;
        let assignee = match steward {
            Some(_) => None,
            None => cases::deciders::today(work, &ground).await?.first().map(|one| one.person),
        };
        let new = NewFollowUp {
            account,
            case: open.get(&account).map(|case| case.id),
            purpose: Purpose::Visit,
            source: Source::Sighting,
            source_id: Some(group.into()),
            note: None,
            due_on: work.today(ground.zone),
            due_at: work.now,
            reminds: true,
            assignee,
        };
        cases::commands::plan(work, new).await?;
    }
    Ok(())
}

/// Whoever tapped takes it back, within minutes. The step goes, unless somebody else saw the person too.
pub async fn undo(work: &mut Work, id: SightingId) -> Result<SightingId, Failure> {
    let (actor, organization) = (work.actor()?.clone(), work.organization());
    let row = queries::by_id(work.conn(), organization, id).await?;
    if row.recorded_by != actor.person {
        return Err(Failure::NotFound);
    }
    let row = lock_group(work, row).await?;
    if !rules::may_undo(row.recorded_at, work.now) {
        let zh = format!("超过 {} 分钟不能撤销,请联系管家", rules::UNDO_MINUTES);
        let en = format!("it is undone within {} minutes; tell the steward", rules::UNDO_MINUTES);
        let problem = Problem::at("sightingId", ProblemCode::TooLate, Text::new(zh, en));
        return Err(Failure::problem(problem));
    }
    store::end(work, &[id], State::Undone).await?;
    if store::standing(work.conn(), organization, row.group_id).await?.is_empty() {
        let_go(work, &[row.group_id]).await?;
    }
    note(work, "SIGHTING_UNDONE", id).await?;
    Ok(id)
}

/// 认错人: whoever looks after the account says that it was somebody else. All that were told as one are marked, and the step
/// goes.
pub async fn deny(work: &mut Work, id: SightingId) -> Result<SightingId, Failure> {
    let (actor, organization) = (work.actor()?.clone(), work.organization());
    let row = queries::by_id(work.conn(), organization, id).await?;
    let today = owners::queries::reach_day(work.now);
    let scope = Scope { organization, community: row.community_id, today };
    let ids = owners::queries::same_party(work.conn(), organization, row.party_id).await?;
    let held = store::accounts_held(work.conn(), scope, &ids).await?;
    if owners::queries::reached_accounts(work.conn(), &actor, work.now, &held).await?.is_empty() {
        return Err(Failure::NotFound);
    }
    let row = lock_group(work, row).await?;
    let standing = store::standing(work.conn(), organization, row.group_id).await?;
    let standing: Vec<SightingId> = standing.into_iter().map(|one| one.id).collect();
    store::end(work, &standing, State::Denied).await?;
    let_go(work, &[row.group_id]).await?;
    for one in standing {
        note(work, "SIGHTING_DENIED", one).await?;
    }
    Ok(id)
}

/// Locks what a sighting led to, and reads it again: it must still hold.
async fn lock_group(work: &Work, row: sighting::Model) -> Result<sighting::Model, Failure> {
    let organization = work.organization();
    lock_steps(work, &[row.group_id]).await?;
    let row = queries::by_id(work.conn(), organization, row.id).await?;
    if row.state == State::Recorded.name() {
        return Ok(row);
    }
    let text = Text::new("该目击已撤销或已标记为认错人", "it was undone or denied already");
    Err(Failure::problem(Problem::at("sightingId", ProblemCode::Conflict, text)))
}

async fn lock_steps(work: &Work, groups: &[SightingId]) -> Result<(), Failure> {
    let steps = store::steps(work.conn(), work.organization(), groups).await?;
    let accounts: BTreeSet<AccountId> = steps.iter().map(|step| step.account_id).collect();
    let accounts: Vec<AccountId> = accounts.into_iter().collect();
    Ok(owners::store::lock(work.conn(), work.organization(), &accounts).await?)
}

/// Ends the open steps of groups and takes their reminders off the screens. Answers every step they made.
async fn let_go(work: &mut Work, groups: &[SightingId]) -> Result<Vec<FollowUpId>, Failure> {
    let steps = store::steps(work.conn(), work.organization(), groups).await?;
    let open: Vec<FollowUpId> =
        steps.iter().filter(|step| step.is_open()).map(|step| step.id).collect();
    if !open.is_empty() {
        let accounts: BTreeSet<AccountId> =
            steps.iter().filter(|step| step.is_open()).map(|step| step.account_id).collect();
        let accounts: Vec<AccountId> = accounts.into_iter().collect();
        let sources: Vec<uuid::Uuid> = groups.iter().map(|group| group.0).collect();
        cases::commands::cancel_from(work, &accounts, &sources).await?;
        cases::commands::ensure_next(work, &accounts).await?;
        reminders::commands::take_away(work, &open).await?;
    }
    Ok(steps.into_iter().map(|step| step.id).collect())
}

/// Deletes sightings. Of groups that are gone the open steps end, and no step says any longer that it came from one.
pub(super) async fn erase(work: &mut Work, which: &[Doomed]) -> Result<(), Failure> {
    let organization = work.organization();
    let groups: BTreeSet<SightingId> = which.iter().map(|one| one.group_id).collect();
    let groups: Vec<SightingId> = groups.into_iter().collect();
    lock_steps(work, &groups).await?;
    let gone: Vec<SightingId> = which.iter().map(|one| one.id).collect();
    store::delete(work, &gone).await?;
    let left = store::groups_left(work.conn(), organization, &groups).await?;
    let over: Vec<SightingId> = groups.into_iter().filter(|group| !left.contains(group)).collect();
    let steps = let_go(work, &over).await?;
    cases::commands::forget_source(work, &steps).await
}

/// Deletes the sightings of a community from before a moment, all of them without one; so many at once. Answers how many.
pub(super) async fn erase_of_community(
    work: &mut Work,
    community: CommunityId,
    (before, count): (Option<Moment>, i64),
) -> Result<usize, Failure> {
    let place = (work.organization(), community);
    let which = store::doomed(work.conn(), place, (before, count)).await?;
    if !which.is_empty() {
        erase(work, &which).await?;
        let facts = json!({ "sightings": which.len() });
        audit::record(work, "SIGHTINGS_ERASED", Some(community.into()), facts).await?;
    }
    Ok(which.len())
}
