//! Making the terms.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use guanjia_entity::personal::PersonalNumber;
use serde_json::json;
use uuid::Uuid;

use super::{
    store::{self, Registered, TermRow},
    terms,
};
use crate::{
    kernel::{Failure, Work, audit, daily, ids::UnitId, sql::BULK},
    owners,
};

/// Makes the terms of units anew from the registry as it stands in this transaction.
pub(super) async fn make(work: &Work, units: &BTreeSet<UnitId>) -> Result<(), Failure> {
    let organization = work.organization();
    let today = owners::queries::reach_day(work.now);
    let units: Vec<UnitId> = units.iter().copied().collect();
    for some in units.chunks(BULK) {
        store::lock_units(work.conn(), organization, some).await?;
        let rows = store::registered(work.conn(), organization, some).await?;
        let parties = rows.iter().filter_map(|row| row.party_id).collect();
        let mut numbers: OfParty<PersonalNumber> = BTreeMap::new();
        for number in store::numbers_of(work.conn(), organization, &parties).await? {
            numbers.entry(number.party_id).or_default().push(number.value);
        }
        let mut plates: OfParty<String> = BTreeMap::new();
        for vehicle in store::plates_of(work.conn(), organization, &parties).await? {
            plates.entry(vehicle.party_id).or_default().push(vehicle.plate);
        }
        let terms = terms_of(&rows, (&numbers, &plates), today);
        store::replace(work.conn(), organization, (some, &terms)).await?;
    }
    Ok(())
}

/// What parties have, by their ids.
type OfParty<T> = BTreeMap<Uuid, Vec<T>>;

/// The terms of what is registered, each once per account.
fn terms_of(
    rows: &[Registered],
    (numbers, plates): (&OfParty<PersonalNumber>, &OfParty<String>),
    today: NaiveDate,
) -> Vec<TermRow> {
    let mut found = BTreeMap::new();
    for row in rows {
        let over = |end: Option<NaiveDate>| end.is_some_and(|end| end < today);
        let former = over(row.account_to) || over(row.holder_to);
        let mut terms = BTreeSet::new();
        // A room is the account's that lasts: the arrears of a former owner are found by the name.
        if !over(row.account_to) {
            terms.extend(terms::of_room((&row.building, &row.entrance, &row.number)));
        }
        if let Some(name) = &row.name {
            terms.extend(terms::of_name(name, former));
        }
        let own = row.party_id.and_then(|party| numbers.get(&party)).into_iter().flatten();
        terms.extend(own.flat_map(|number| terms::of_number(number.whole(), former)));
        let driven = row.party_id.filter(|_| !former).and_then(|party| plates.get(&party));
        terms.extend(driven.into_iter().flatten().flat_map(|plate| terms::of_plate(plate)));
        for term in terms {
            found.insert((row.unit_id, row.account_id, term), row.community_id);
        }
    }
    let row = |((unit, account, term), community)| TermRow { unit, term, account, community };
    found.into_iter().map(row).collect()
}

/// Asks that the terms of every community of the company be made anew, as after a change in how they are made; the job does
/// it. Answers how many communities there are.
pub async fn rebuild(work: &Work) -> Result<u64, Failure> {
    Ok(store::ask_rebuild(work.conn(), work.organization()).await?)
}

/// Counts a search by a whole number of somebody who sees numbers masked: whoever may try as often as they like finds the
/// digits behind a mask by trying them all. `field` is where the number stands in the input.
pub async fn count_number_search(work: &Work, (limit, field): (u32, &str)) -> Result<(), Failure> {
    daily::count(work, "NUMBER_SEARCH", (limit, field)).await?;
    audit::record(work, "NUMBER_SEARCHED", None, json!({})).await
}
