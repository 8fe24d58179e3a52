//! What guides the tone with a party, and their vehicles.

use std::collections::BTreeSet;

use guanjia_entity::{party_trait, vehicle};
use sea_orm::{EntityTrait, TryInsertResult, sea_query::OnConflict};
use serde::Serialize;

use super::history::{Change, note, parties_changed, problem, reached};
use crate::{
    kernel::{
        Failure, ProblemCode, Work,
        ids::{self, PartyId, VehicleId},
        sql::Sql,
    },
    owners::{
        parties::{ChangeKind, Trait},
        plates, store,
    },
};

/// Vehicles of one party at most.
const MOST_VEHICLES: usize = 50;

/// What guides the tone with a party, all of it.
#[derive(Clone, Debug, Serialize)]
pub struct NoteTraits {
    /// Whose.
    pub party: PartyId,
    /// Whatever is not listed no longer holds.
    pub traits: Vec<Trait>,
}

/// Notes what guides the tone with a party. Who noted a trait first stays with it.
pub async fn note_traits(work: &mut Work, input: NoteTraits) -> Result<PartyId, Failure> {
    let card = reached(work, input.party, "partyId").await?;
    let party = card.party.id;
    store::parties::lock(work, &[party]).await?;
    let there = store::parties::traits(work.conn(), work.organization(), &card.ids).await?;
    let before: BTreeSet<String> = there.iter().map(|row| row.trait_.clone()).collect();
    let wanted: BTreeSet<String> =
        input.traits.iter().map(|known| known.name().to_owned()).collect();
    if before == wanted {
        return Ok(party);
    }
    for row in there.iter().filter(|row| !wanted.contains(&row.trait_)) {
        let text =
            "DELETE FROM party_trait WHERE organization_id = $1 AND party_id = $2 AND trait = $3";
        let values = [work.organization().into(), row.party_id.into(), row.trait_.clone().into()];
        Sql::new(text, values).run(work.conn()).await?;
    }
    let person = work.actor()?.person;
    let new = wanted.difference(&before).map(|name| party_trait::Model {
        organization_id: work.organization(),
        party_id: party,
        trait_: name.clone(),
        noted_by: person,
        noted_at: work.now,
    });
    let new: Vec<_> = new.map(party_trait::ActiveModel::from).collect();
    if !new.is_empty() {
        party_trait::Entity::insert_many(new).exec_without_returning(work.conn()).await?;
    }
    let words = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(" ");
    let change = Change::of_party(ChangeKind::TraitsNoted, party);
    note(work, vec![change.before(words(before)).after(words(wanted))]).await?;
    parties_changed(work, &[party]).await?;
    Ok(party)
}

/// A vehicle to be added.
#[derive(Clone, Debug, Serialize)]
pub struct AddVehicle {
    /// Whose.
    pub party: PartyId,
    /// As it was typed.
    pub plate: String,
}

/// Adds a vehicle to a party. One that the party has already stays as it is.
pub async fn add_vehicle(work: &mut Work, input: AddVehicle) -> Result<PartyId, Failure> {
    let card = reached(work, input.party, "partyId").await?;
    let party = card.party.id;
    let Some(plate) = plates::normalised(&input.plate) else {
        let text = ("不是有效的车牌号", "not a number plate");
        return problem("plate", ProblemCode::Invalid, text);
    };
    let there = store::parties::vehicles(work.conn(), work.organization(), &card.ids).await?;
    if there.iter().any(|row| row.plate == plate) {
        return Ok(party);
    }
    if there.len() >= MOST_VEHICLES {
        let text = ("车辆最多登记 50 辆", "at most 50 vehicles");
        return problem("plate", ProblemCode::TooLarge, text);
    }
    let row = vehicle::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        party_id: party,
        plate: plate.clone(),
        created_at: work.now,
        removed_at: None,
    };
    let inserted = vehicle::Entity::insert(vehicle::ActiveModel::from(row))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(work.conn())
        .await?;
    if matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0) {
        note(work, vec![Change::of_party(ChangeKind::VehicleAdded, party).after(plate)]).await?;
        parties_changed(work, &[party]).await?;
    }
    Ok(party)
}

/// Takes a vehicle off its party.
pub async fn remove_vehicle(work: &mut Work, id: VehicleId) -> Result<PartyId, Failure> {
    let row = vehicle::Entity::find_by_id((work.organization(), id)).one(work.conn()).await?;
    let row = row.ok_or(Failure::NotFound)?;
    let party = match reached(work, row.party_id, "vehicleId").await {
        Ok(card) => card.party.id,
        Err(Failure::Problems(_)) => return Err(Failure::NotFound),
        Err(failure) => return Err(failure),
    };
    let text = "UPDATE vehicle SET removed_at = $3 WHERE organization_id = $1 AND id = $2 AND removed_at IS NULL";
    let values = [work.organization().into(), id.into(), work.now.into()];
    if Sql::new(text, values).run(work.conn()).await? > 0 {
        let change = Change::of_party(ChangeKind::VehicleRemoved, party).before(row.plate);
        note(work, vec![change]).await?;
        parties_changed(work, &[party]).await?;
    }
    Ok(party)
}
