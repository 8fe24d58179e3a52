//! Numbers and addresses: added, confirmed, corrected. What was wrong stays, marked as such.

use guanjia_entity::contact_point;
use serde::{Deserialize, Serialize};

use super::{
    history::{Change, note, parties_changed, problem, reached},
    parties::key,
    set_point_status,
};
use crate::{
    kernel::{
        Failure, ProblemCode, Work,
        ids::{self, ContactPointId, PartyId},
        sql::Sql,
    },
    owners::{
        parties::ChangeKind,
        points::{PointKind, PointSource, PointStatus},
        queries::PersonCard,
        store,
    },
};

/// The longest word on the best time, in characters.
const LONGEST_TIME: usize = 100;

/// A number or address to be added.
#[derive(Clone, Debug, Serialize)]
pub struct AddPoint {
    /// Made by the client.
    pub id: Option<ContactPointId>,
    /// Whose.
    pub party: PartyId,
    /// What it is.
    pub kind: PointKind,
    /// As it was typed.
    pub value: String,
    /// Where it is from.
    pub source: PointSource,
    /// When they are best reached there.
    pub best_time: Option<String>,
}

/// What came of adding a number or address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Added {
    /// The number or address: the one that was there, if the party had it.
    pub point: ContactPointId,
    /// Whose.
    pub party: PartyId,
    /// Whether the party had it already.
    pub already_there: bool,
}

/// Adds a number or address to a party. One that the party has already stays as it is.
pub async fn add_contact_point(work: &mut Work, input: AddPoint) -> Result<Added, Failure> {
    let card = reached(work, input.party, "partyId").await?;
    let value = input.kind.normalised(&input.value, "value").map_err(Failure::problem)?;
    best_time(input.best_time.as_deref())?;
    add(work, (&card, value), input).await
}

async fn add(
    work: &mut Work,
    (card, value): (&PersonCard, String),
    input: AddPoint,
) -> Result<Added, Failure> {
    let party = card.party.id;
    // Two who add it at once: the second waits here and then finds it.
    store::parties::lock(work, &[party]).await?;
    let there = store::parties::contact_points(work.conn(), work.organization(), &card.ids).await?;
    let same =
        there.iter().find(|point| point.kind == input.kind.name() && point.value.whole() == value);
    if let Some(point) = same {
        return Ok(Added { point: point.id, party, already_there: true });
    }
    let position = there.iter().map(|point| point.position).max().unwrap_or(-1) + 1;
    let id = input.id.unwrap_or_else(ids::fresh);
    let row = contact_point::Model {
        organization_id: work.organization(),
        id,
        party_id: party,
        kind: input.kind.name().to_owned(),
        value: value.clone().into(),
        status: PointStatus::Valid.name().to_owned(),
        source: input.source.name().to_owned(),
        position,
        created_at: work.now,
        status_at: work.now,
        best_time: input.best_time,
        confirmed_by: None,
        confirmed_at: None,
    };
    if !store::registry::insert_point(work, row).await? {
        return problem("id", ProblemCode::Duplicate, ("该编号已被使用", "this id is in use"));
    }
    if input.kind.is_telephone() {
        store::registry::take_key(work, key(work, (&card.party.name, &value), party)).await?;
    }
    let change = Change::of_party(ChangeKind::PointAdded, party).after(value);
    note(work, vec![change]).await?;
    parties_changed(work, &[party]).await?;
    Ok(Added { point: id, party, already_there: false })
}

fn best_time(text: Option<&str>) -> Result<(), Failure> {
    if text.is_some_and(|text| text.chars().count() > LONGEST_TIME) {
        let text = ("最佳联系时间最多 100 字", "the best time has at most 100 characters");
        return problem("bestTime", ProblemCode::TooLong, text);
    }
    Ok(())
}

async fn reached_point(
    work: &Work,
    id: ContactPointId,
) -> Result<(contact_point::Model, PersonCard), Failure> {
    let row = store::registry::point(work.conn(), work.organization(), id).await?;
    let row = row.ok_or(Failure::NotFound)?;
    // Whoever only registered the party is shown none of its numbers, so none can be named.
    match reached(work, row.party_id, "contactPointId").await {
        Ok(card) => Ok((row, card)),
        Err(Failure::Problems(_)) => Err(Failure::NotFound),
        Err(failure) => Err(failure),
    }
}

/// Notes that the actor confirmed a number or address: it reaches them. That they do not want to be called there stays.
pub async fn confirm_contact_point(work: &mut Work, id: ContactPointId) -> Result<Added, Failure> {
    let (row, card) = reached_point(work, id).await?;
    if row.status != PointStatus::DoNotCall.name() {
        set_point_status(work, id, PointStatus::Valid, (true, work.now)).await?;
    }
    let text = "UPDATE contact_point SET confirmed_by = $3, confirmed_at = $4 WHERE organization_id = $1 AND id = $2";
    let person = work.actor()?.person;
    let values = [work.organization().into(), id.into(), person.into(), work.now.into()];
    Sql::new(text, values).run(work.conn()).await?;
    let party = card.party.id;
    note(work, vec![Change::of_party(ChangeKind::PointConfirmed, party).after(row.value.whole())])
        .await?;
    parties_changed(work, &[party]).await?;
    Ok(Added { point: id, party, already_there: true })
}

/// What is to be changed of a number or address.
#[derive(Clone, Debug, Serialize)]
pub struct ChangePoint {
    /// Which.
    pub point: ContactPointId,
    /// What is known of it now.
    pub status: Option<PointStatus>,
    /// When they are best reached there; an empty text takes it away.
    pub best_time: Option<String>,
    /// What it should have been: a new one is added, and this one is marked as wrong.
    pub value: Option<String>,
}

/// Changes what is known of a number or address, or corrects it.
pub async fn change_contact_point(work: &mut Work, input: ChangePoint) -> Result<Added, Failure> {
    let (row, card) = reached_point(work, input.point).await?;
    best_time(input.best_time.as_deref())?;
    if input.value.is_some() && input.status.is_some() {
        let text =
            ("更正号码时旧号码即为错误,不能另设状态", "a corrected value makes the old one wrong");
        return problem("status", ProblemCode::Inconsistent, text);
    }
    let kind = PointKind::of_name(&row.kind).unwrap_or(PointKind::Landline);
    let status = if input.value.is_some() { Some(PointStatus::Wrong) } else { input.status };
    let mut outcome = Added { point: row.id, party: card.party.id, already_there: true };
    if let Some(value) = &input.value {
        let value = kind.normalised(value, "value").map_err(Failure::problem)?;
        if value == row.value.whole() {
            let text = ("与原值相同", "it is the same as before");
            return problem("value", ProblemCode::Inconsistent, text);
        }
        let new = AddPoint {
            id: None,
            party: card.party.id,
            kind,
            value: value.clone(),
            source: PointSource::of_name(&row.source).unwrap_or(PointSource::Other),
            best_time: input.best_time.clone().or(row.best_time.clone()),
        };
        outcome = add(work, (&card, value), new).await?;
    } else if let Some(time) = input.best_time.clone() {
        let time = Some(time).filter(|time| !time.is_empty());
        let text = "UPDATE contact_point SET best_time = $3 WHERE organization_id = $1 AND id = $2";
        let values = [work.organization().into(), row.id.into(), time.into()];
        Sql::new(text, values).run(work.conn()).await?;
    }
    if let Some(status) = status {
        set_point_status(work, row.id, status, (true, work.now)).await?;
    }
    let change =
        Change::of_party(ChangeKind::PointChanged, card.party.id).before(row.value.whole());
    let now = input.value.unwrap_or_else(|| status.map_or(row.status, |s| s.name().to_owned()));
    note(work, vec![change.after(now)]).await?;
    parties_changed(work, &[card.party.id]).await?;
    Ok(outcome)
}
