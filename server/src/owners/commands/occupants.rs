//! Who uses a unit without owing for it.

use chrono::NaiveDate;
use guanjia_entity::occupant;
use sea_orm::{EntityTrait, TryInsertResult, sea_query::OnConflict};
use serde::Serialize;

use super::history::{Change, not_to_come, note, ties_changed, to_be_tied};
use crate::{
    kernel::{
        Failure, Work, calendar,
        ids::{self, AccountId, OccupantId, PartyId, UnitId},
    },
    owners::{
        parties::{ChangeKind, OccupantRole},
        queries, store,
    },
};

/// Somebody who uses a unit.
#[derive(Clone, Debug, Serialize)]
pub struct AddOccupant {
    /// Which unit.
    pub unit: UnitId,
    /// Who.
    pub party: PartyId,
    /// In what way.
    pub role: OccupantRole,
    /// The first day; none is unknown.
    pub from_on: Option<NaiveDate>,
}

/// Notes who uses a unit. Noting the same person again changes nothing.
pub async fn add_occupant(work: &mut Work, input: AddOccupant) -> Result<UnitId, Failure> {
    let zone = reached_unit(work, input.unit).await?;
    if let Some(day) = input.from_on {
        not_to_come(day, (work.now, &zone), "from")?;
    }
    let party = to_be_tied(work, input.party).await?;
    let row = occupant::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        unit_id: input.unit,
        party_id: party,
        role: input.role.name().to_owned(),
        from_on: input.from_on,
        to_on: None,
    };
    let inserted = occupant::Entity::insert(occupant::ActiveModel::from(row))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(work.conn())
        .await?;
    if matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0) {
        noted(work, (ChangeKind::OccupantAdded, party), (input.unit, input.from_on)).await?;
    }
    Ok(input.unit)
}

/// The end of a use.
#[derive(Clone, Debug, Serialize)]
pub struct EndOccupancy {
    /// Which.
    pub occupant: OccupantId,
    /// The last day; today if none.
    pub to_on: Option<NaiveDate>,
}

/// Notes that somebody uses a unit no longer.
pub async fn end_occupancy(work: &mut Work, input: EndOccupancy) -> Result<UnitId, Failure> {
    let key = (work.organization(), input.occupant);
    let row = occupant::Entity::find_by_id(key).one(work.conn()).await?;
    let row = row.ok_or(Failure::NotFound)?;
    let zone = reached_unit(work, row.unit_id).await?;
    if row.to_on.is_some() {
        return Ok(row.unit_id);
    }
    let to_on = input.to_on.unwrap_or_else(|| work.today(calendar::zone(&zone)));
    not_to_come(to_on, (work.now, &zone), "to")?;
    store::registry::end_row(work, "occupant", (row.id.into(), to_on)).await?;
    noted(work, (ChangeKind::OccupantEnded, row.party_id), (row.unit_id, Some(to_on))).await?;
    Ok(row.unit_id)
}

/// The community's time zone of a unit within reach.
async fn reached_unit(work: &Work, unit: UnitId) -> Result<String, Failure> {
    let day = queries::reach_day(work.now);
    let found = store::reachable_units(work.conn(), work.actor()?, day, &[unit]).await?;
    Ok(found.into_iter().next().ok_or(Failure::NotFound)?.time_zone)
}

/// It is shown with the open account of the unit.
async fn noted(
    work: &mut Work,
    (kind, party): (ChangeKind, PartyId),
    (unit, on): (UnitId, Option<NaiveDate>),
) -> Result<(), Failure> {
    let open = store::parties::open_account(work.conn(), work.organization(), unit).await?;
    let accounts: Vec<AccountId> = open.into_iter().collect();
    let mut change = Change::of_party(kind, party);
    change.account = accounts.first().copied();
    change.on = on;
    note(work, vec![change]).await?;
    ties_changed(work, &accounts, [party]).await
}
