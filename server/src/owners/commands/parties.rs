//! Registering parties and mending what is wrong with them.

use guanjia_entity::{contact_point, party, party_alias, party_key, party_registration};
use serde::{Deserialize, Serialize};

use super::history::{Change, note, parties_changed, problem, reached};
use crate::{
    kernel::{
        Failure, Problem, ProblemCode, Text, Work,
        ids::{self, PartyId},
    },
    owners::{
        parties::{ChangeKind, LONGEST_NAME, PartyKind},
        points::{PointKind, PointSource, PointStatus, telephone},
        queries, store,
    },
};

/// Numbers of one registration at most.
const MOST_NUMBERS: usize = 10;

/// A party to be registered.
#[derive(Clone, Debug, Serialize)]
pub struct RegisterParty {
    /// Made by the client.
    pub id: Option<PartyId>,
    /// What it is.
    pub kind: PartyKind,
    /// The name.
    pub name: String,
    /// Telephone numbers; the first known one with the name identifies them.
    pub numbers: Vec<String>,
    /// Where they are from.
    pub source: PointSource,
}

/// What came of a registration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Registered {
    /// The id under which the actor knows the party.
    pub party: PartyId,
    /// Whether it was there already, as far as the actor reaches.
    pub already_there: bool,
}

/// Registers a party. Same name and same number is one party, also when ten do it at once. Whoever reaches that party is
/// told so. Whoever does not gets an id of their own that stands for it, and sees only what they said: the answer is the
/// same as if there had been none.
pub async fn register_party(work: &mut Work, input: RegisterParty) -> Result<Registered, Failure> {
    let name = name_of(&input.name, "name")?;
    let numbers = numbers_of(&input.numbers)?;
    let told = input.id.unwrap_or_else(ids::fresh);
    take_id(work, told, &name).await?;
    let Some(known) = find_or_insert(work, told, (&input, &name, &numbers)).await? else {
        note_registered(work, told, &name).await?;
        return Ok(Registered { party: told, already_there: false });
    };
    // Nobody merges it away meanwhile.
    store::parties::lock(work, &[known]).await?;
    let organization = work.organization();
    let party = queries::canonical(work.conn(), organization, known).await?;
    let row = party_alias::Model {
        organization_id: organization,
        id: told,
        direct_id: known,
        party_id: party,
    };
    store::registry::insert_alias(work, row).await?;
    add_numbers(work, party, (&numbers, input.source)).await?;
    note_registered(work, party, &name).await?;
    let actor = work.actor()?.clone();
    let reach = queries::reached_parties(work.conn(), &actor, work.now, &[party]).await?;
    let already_there = reach.contains(&party);
    let party = if already_there { party } else { told };
    Ok(Registered { party, already_there })
}

async fn note_registered(work: &mut Work, party: PartyId, name: &str) -> Result<(), Failure> {
    let change = Change::of_party(ChangeKind::PartyRegistered, party).after(name);
    note(work, vec![change]).await?;
    parties_changed(work, &[party]).await
}

/// The id must be free; whoever takes it first has it.
async fn take_id(work: &Work, id: PartyId, name: &str) -> Result<(), Failure> {
    let row = party_registration::Model {
        organization_id: work.organization(),
        id,
        name: name.to_owned(),
        registered_by: work.actor()?.person,
        registered_at: work.now,
    };
    let there = store::parties::parties(work.conn(), work.organization(), &[id]).await?;
    if there.is_empty() && store::registry::take_registration(work, row).await? {
        return Ok(());
    }
    problem("id", ProblemCode::Duplicate, ("该编号已被使用", "this id is in use"))
}

/// The party that has the name with one of the numbers; none when a new one was made under the id.
async fn find_or_insert(
    work: &Work,
    id: PartyId,
    (input, name, numbers): (&RegisterParty, &str, &[String]),
) -> Result<Option<PartyId>, Failure> {
    let organization = work.organization();
    for number in numbers {
        let key = (organization, name.to_owned(), number.clone());
        if let Some(known) = store::registry::key_of(work.conn(), key).await? {
            return Ok(Some(known));
        }
    }
    let row = party::Model {
        organization_id: organization,
        id,
        kind: input.kind.name().to_owned(),
        name: name.to_owned(),
        created_at: work.now,
    };
    if !store::registry::insert_party(work, row).await? {
        return problem("id", ProblemCode::Duplicate, ("该编号已被使用", "this id is in use"));
    }
    for (position, number) in numbers.iter().enumerate() {
        let key = key(work, (name, number), id);
        // Another may have come first since: then it is that party, and ours was never there.
        if !store::registry::take_key(work, key).await? && position == 0 {
            let key = (organization, name.to_owned(), number.clone());
            let winner = store::registry::key_of(work.conn(), key).await?;
            party_gone(work, id).await?;
            return Ok(winner);
        }
    }
    add_numbers(work, id, (numbers, input.source)).await?;
    Ok(None)
}

/// The row was made in this very act and nobody has seen it.
async fn party_gone(work: &Work, id: PartyId) -> Result<(), Failure> {
    use sea_orm::EntityTrait as _;
    party::Entity::delete_by_id((work.organization(), id)).exec(work.conn()).await?;
    Ok(())
}

pub(super) fn key(work: &Work, (name, number): (&str, &str), party: PartyId) -> party_key::Model {
    party_key::Model {
        organization_id: work.organization(),
        name: name.to_owned(),
        number: number.to_owned(),
        party_id: party,
    }
}

/// Adds those that the party does not have.
async fn add_numbers(
    work: &Work,
    party: PartyId,
    (numbers, source): (&[String], PointSource),
) -> Result<(), Failure> {
    for (position, number) in (0..).zip(numbers) {
        let row = contact_point::Model {
            organization_id: work.organization(),
            id: ids::fresh(),
            party_id: party,
            kind: PointKind::of_number(number).name().to_owned(),
            value: number.clone().into(),
            status: PointStatus::Valid.name().to_owned(),
            source: source.name().to_owned(),
            position,
            created_at: work.now,
            status_at: work.now,
            best_time: None,
            confirmed_by: None,
            confirmed_at: None,
        };
        store::registry::insert_point(work, row).await?;
    }
    Ok(())
}

/// A name without spaces around it and doubled within.
fn name_of(text: &str, field: &str) -> Result<String, Failure> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return problem(field, ProblemCode::Required, ("请填写姓名或名称", "a name is needed"));
    }
    if name.chars().count() > LONGEST_NAME {
        let text = ("姓名或名称最多 100 字", "a name has at most 100 characters");
        return problem(field, ProblemCode::TooLong, text);
    }
    Ok(name)
}

fn numbers_of(texts: &[String]) -> Result<Vec<String>, Failure> {
    if texts.len() > MOST_NUMBERS {
        let text = ("最多登记 10 个电话号码", "at most 10 telephone numbers");
        return problem("numbers", ProblemCode::TooLarge, text);
    }
    let (mut numbers, mut problems) = (Vec::new(), Vec::new());
    for (nth, text) in texts.iter().enumerate() {
        match telephone(text) {
            Some(number) if numbers.contains(&number) => {}
            Some(number) => numbers.push(number),
            None => problems.push(Problem::at(
                &format!("numbers.{nth}"),
                ProblemCode::Invalid,
                Text::new("不是有效的电话号码", "not a telephone number"),
            )),
        }
    }
    if problems.is_empty() { Ok(numbers) } else { Err(Failure::Problems(problems)) }
}

/// What is to be mended of a party.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeParty {
    /// Which.
    pub party: PartyId,
    /// The right name.
    pub name: Option<String>,
    /// What it really is.
    pub kind: Option<PartyKind>,
}

/// Mends name or kind of a party. It stays the same party with all its accounts; the history shows what it was. The old name
/// with its numbers still leads to it, so that a book with the mistake makes no second one.
pub async fn change_party(work: &mut Work, input: ChangeParty) -> Result<PartyId, Failure> {
    let card = reached(work, input.party, "partyId").await?;
    let (id, old) = (card.party.id, card.party);
    store::parties::lock(work, &[id]).await?;
    let name = input.name.as_deref().map_or(Ok(old.name.clone()), |text| name_of(text, "name"))?;
    let kind = input.kind.map_or(old.kind.clone(), |kind| kind.name().to_owned());
    if (&name, &kind) == (&old.name, &old.kind) {
        return Ok(id);
    }
    let text = "UPDATE party SET name = $3, kind = $4 WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), id.into(), name.clone().into(), kind.clone().into()];
    crate::kernel::sql::Sql::new(text, values).run(work.conn()).await?;
    let numbers = card
        .points
        .iter()
        .filter(|point| PointKind::of_name(&point.kind).is_some_and(PointKind::is_telephone));
    for point in numbers {
        store::registry::take_key(work, key(work, (&name, point.value.whole()), id)).await?;
    }
    let mut changes = Vec::new();
    if name != old.name {
        let change = Change::of_party(ChangeKind::PartyChanged, id);
        changes.push(change.before(old.name).after(name));
    }
    if kind != old.kind {
        let change = Change::of_party(ChangeKind::PartyChanged, id);
        changes.push(change.before(old.kind).after(kind));
    }
    note(work, changes).await?;
    parties_changed(work, &[id]).await?;
    Ok(id)
}
