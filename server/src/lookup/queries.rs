//! Searching for an actor.

use std::collections::{BTreeSet, HashMap, HashSet};

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    asked::{self, Range},
    store::{self, Hit, Place, Search},
    terms::{self, Kind},
};
use crate::{
    kernel::{
        Actor, Failure, Moment, Problem, ProblemCode, Text,
        ids::{AccountId, CommunityId, OrganizationId, PartyId},
        paging::Page,
        sql::Sql,
    },
    owners::{
        self,
        queries::{AccountCard, HolderCard},
        store::{Reach, reach_of},
    },
};

/// Statements for one page at most. A page is short only when most of it was shown under a better rank before.
const ROUNDS: usize = 5;

/// What somebody looks for.
pub struct Asked {
    /// What they typed.
    pub text: String,
    /// Only in this community.
    pub community: Option<CommunityId>,
    /// Whether they are shown telephone numbers whole; others find a number only by all of it (rule 34).
    pub sees_numbers: bool,
}

/// Where a page ends; opaque to clients.
pub type After = (i64, String, uuid::Uuid, uuid::Uuid);

/// An account that was found.
pub struct Found {
    /// By what.
    pub kind: MatchKind,
    /// Whether it was found by somebody who no longer holds it.
    pub former: bool,
    /// The holder by whom it was found; none for a room, or when it was by somebody who does not hold it.
    pub holder: Option<HolderCard>,
    /// The account.
    pub card: AccountCard,
    /// Its place in the search.
    pub place: After,
}

/// A page of what was found.
pub struct FoundPage {
    /// The accounts, the best match first.
    pub found: Vec<Found>,
    /// Where to read on, if there may be more.
    pub next: Option<After>,
}

/// What an account was found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "LookUpMatch")]
pub enum MatchKind {
    /// The room 房号.
    Room,
    /// A holder's name 姓名.
    Name,
    /// How the name sounds 拼音.
    Pinyin,
    /// A telephone number 电话.
    Number,
    /// A number plate 车牌.
    Plate,
    /// An identity number 身份证号.
    IdentityNumber,
}

/// Finds accounts by whatever somebody typed, the best match first.
pub async fn look_up(
    conn: &impl ConnectionTrait,
    (actor, now): (&Actor, Moment),
    asked: &Asked,
    page: Page<After>,
) -> Result<FoundPage, Failure> {
    if asked.text.chars().count() > asked::LONGEST {
        let text = Text::new(
            format!("查找内容最多 {} 个字", asked::LONGEST),
            format!("at most {} characters are searched for", asked::LONGEST),
        );
        return Err(Failure::problem(Problem::at("text", ProblemCode::TooLong, text)));
    }
    let ranges = asked::ranges(&asked.text, asked.sees_numbers);
    search(conn, (actor, now), (&ranges, asked.community), page).await
}

/// Finds whose number it is that calls: whole, with or without the code of the country, whoever asks.
pub async fn who_calls(
    conn: &impl ConnectionTrait,
    (actor, now): (&Actor, Moment),
    number: &str,
    page: Page<After>,
) -> Result<FoundPage, Failure> {
    search(conn, (actor, now), (&asked::whole_number(number), None), page).await
}

/// Those of some accounts that the actor reaches, found by the whole identity number of a holder.
pub async fn by_identity_number(
    conn: &impl ConnectionTrait,
    (actor, now): (&Actor, Moment),
    ids: &[AccountId],
) -> Result<FoundPage, Failure> {
    let mut cards = owners::queries::accounts(conn, actor, now, ids).await?;
    let found = ids.iter().filter_map(|id| {
        let card = cards.remove(id)?;
        let place = (0, String::new(), card.account.unit_id.into(), (*id).into());
        Some(Found { kind: MatchKind::IdentityNumber, former: false, holder: None, card, place })
    });
    Ok(FoundPage { found: found.collect(), next: None })
}

/// Whether the text is a whole telephone number, which whoever sees numbers masked may try only so often.
pub fn is_whole_number(text: &str) -> bool {
    asked::is_whole_number(text)
}

/// The statement that a look-up begins with; none when nothing can be found.
pub async fn statement_of(
    conn: &impl ConnectionTrait,
    (actor, now): (&Actor, Moment),
    asked: &Asked,
    count: u64,
) -> Result<Option<Sql>, Failure> {
    let ranges = asked::ranges(&asked.text, asked.sees_numbers);
    let ready = ready(conn, (actor, now), (&ranges, asked.community)).await?;
    Ok(ready.map(|search| search.statement(None, count)))
}

async fn search(
    conn: &impl ConnectionTrait,
    (actor, now): (&Actor, Moment),
    asked: (&[Range], Option<CommunityId>),
    page: Page<After>,
) -> Result<FoundPage, Failure> {
    let Some(search) = ready(conn, (actor, now), asked).await? else {
        return Ok(FoundPage { found: vec![], next: None });
    };
    let (hits, next) = hits(conn, &search, page).await?;
    let ids: Vec<AccountId> = hits.iter().map(|hit| hit.account_id).collect();
    // Reach is decided where it always is; the ways above only find faster.
    let mut cards = owners::queries::accounts(conn, actor, now, &ids).await?;
    let driven = driven(conn, actor.organization, (&hits, &cards)).await?;
    let found = hits.iter().filter_map(|hit| found(hit, &mut cards, &driven)).collect();
    Ok(FoundPage { found, next: next.map(after) })
}

/// The search of an actor, unless it can find nothing.
async fn ready<'a>(
    conn: &impl ConnectionTrait,
    (actor, now): (&'a Actor, Moment),
    (ranges, community): (&'a [Range], Option<CommunityId>),
) -> Result<Option<Search<'a>>, Failure> {
    let reach = reach_of(actor);
    let mut communities: Vec<CommunityId> = community.into_iter().collect();
    if reach == Reach::Communities {
        let given = store::given(conn, actor).await?;
        communities = given.into_iter().filter(|one| community.is_none_or(|c| c == *one)).collect();
    }
    let nowhere = reach == Reach::Communities && communities.is_empty();
    if ranges.is_empty() || reach == Reach::Nothing || nowhere {
        return Ok(None);
    }
    let today = owners::queries::reach_day(now);
    Ok(Some(Search { actor, today, reach, communities, ranges }))
}

/// Reads on until the page is full of accounts that were not shown before.
async fn hits(
    conn: &impl ConnectionTrait,
    search: &Search<'_>,
    page: Page<After>,
) -> Result<(Vec<Hit>, Option<Place>), Failure> {
    let mut next = page.after.map(place);
    let (mut hits, mut seen) = (Vec::new(), HashSet::new());
    for _ in 0..ROUNDS {
        let count = u64::try_from(page.first).unwrap_or_default() + 1;
        let mut rows: Vec<Hit> = search.statement(next.as_ref(), count).all(conn).await?;
        let more = rows.len() > page.first;
        rows.truncate(page.first);
        next = rows.last().filter(|_| more).map(Hit::place);
        hits.extend(rows.into_iter().filter(|hit| hit.shown == 0 && seen.insert(hit.account_id)));
        if hits.len() > page.first {
            hits.truncate(page.first);
            next = hits.last().map(Hit::place);
        }
        if next.is_none() || hits.len() == page.first {
            break;
        }
    }
    Ok((hits, next))
}

/// The plates of holders, when something was found by a plate.
async fn driven(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (hits, cards): (&[Hit], &HashMap<AccountId, AccountCard>),
) -> Result<HashMap<PartyId, Vec<String>>, Failure> {
    let by_plate = |hit: &&Hit| matches!(Kind::of(&hit.term), Some(Kind::Plate | Kind::PlatePart));
    let cards = hits.iter().filter(by_plate).filter_map(|hit| cards.get(&hit.account_id));
    let holders = cards.flat_map(|card| &card.holders).flat_map(|holder| &holder.person.ids);
    let parties: BTreeSet<Uuid> = holders.map(|id| id.0).collect();
    let mut plates: HashMap<PartyId, Vec<String>> = HashMap::new();
    for row in store::plates_of(conn, organization, &parties).await? {
        plates.entry(PartyId(row.party_id)).or_default().push(row.plate);
    }
    Ok(plates)
}

fn found(
    hit: &Hit,
    cards: &mut HashMap<AccountId, AccountCard>,
    driven: &HashMap<PartyId, Vec<String>>,
) -> Option<Found> {
    let (card, kind) = (cards.remove(&hit.account_id)?, Kind::of(&hit.term)?);
    let shown = match kind {
        Kind::Room | Kind::RoomPart => MatchKind::Room,
        Kind::Name | Kind::NamePart | Kind::FormerName => MatchKind::Name,
        Kind::Pinyin | Kind::PinyinPart | Kind::FormerPinyin => MatchKind::Pinyin,
        Kind::Number | Kind::NumberPart | Kind::FormerNumber => MatchKind::Number,
        Kind::Plate | Kind::PlatePart => MatchKind::Plate,
    };
    let former = matches!(kind, Kind::FormerName | Kind::FormerPinyin | Kind::FormerNumber);
    let has = |holder: &&HolderCard| match shown {
        MatchKind::Room | MatchKind::IdentityNumber => false,
        MatchKind::Plate => {
            let plates = holder.person.ids.iter().filter_map(|id| driven.get(id)).flatten();
            plates.into_iter().any(|plate| terms::of_plate(plate).contains(&hit.term))
        }
        MatchKind::Name | MatchKind::Pinyin => {
            terms::of_name(&holder.person.party.name, former).contains(&hit.term)
        }
        MatchKind::Number => holder
            .person
            .points
            .iter()
            .any(|one| terms::of_number(one.value.whole(), former).contains(&hit.term)),
    };
    let holder = card.holders.iter().chain(&card.former).find(has).cloned();
    Some(Found { kind: shown, former, holder, card, place: after(hit.place()) })
}

fn after(place: Place) -> After {
    (place.rank, place.term, place.unit, place.account)
}

fn place((rank, term, unit, account): After) -> Place {
    Place { rank, term, unit, account }
}
