//! Rooms that Excel took for dates: `8-2` typed into a cell becomes the second of August.
//!
//! A date could have been several rooms. It is recovered only when exactly one of them is
//! certain: the columns for building and entrance spell it out, or exactly one of them is known
//! from other rows of the book, or from other files brought with it, with the same owner where the
//! row names one.

use std::collections::{HashMap, HashSet};

use crate::{
    finish,
    gathered::{DatedEntry, Entry, Gathered},
    names,
    reasons::Reason,
    rooms::{Dated, Room},
};

/// Rooms that are known from text, with the owners that any row names for them.
type Known = HashMap<Room, HashSet<String>>;

/// Gives the entries their rooms back, or reports them and takes them out.
pub(crate) fn recover(
    gathered: &mut Gathered,
    elsewhere: &[(Room, Vec<String>)],
    zeros_matter: bool,
) {
    let entries = std::mem::take(&mut gathered.dated);
    if entries.is_empty() {
        return;
    }
    let mut known = known(gathered, zeros_matter);
    for (room, owners) in elsewhere {
        let room = if zeros_matter { room.clone() } else { room.without_zeros() };
        known.entry(room).or_default().extend(owners.iter().cloned());
    }
    for entry in entries {
        settle(gathered, &known, &entry);
    }
    gathered.units.retain(|unit| unit.room != Room::default());
    gathered.charges.retain(|charge| charge.room != Room::default());
    gathered.payments.retain(|payment| payment.room != Room::default());
    finish::join_units(&mut gathered.units);
}

fn known(gathered: &Gathered, zeros_matter: bool) -> Known {
    let mut known = Known::new();
    let plain = |room: &Room| if zeros_matter { room.clone() } else { room.without_zeros() };
    for unit in gathered.units.iter().filter(|unit| unit.room != Room::default()) {
        let owners = known.entry(plain(&unit.room)).or_default();
        owners.extend(unit.holders.iter().map(|holder| holder.name.clone()));
    }
    for charge in gathered.charges.iter().filter(|charge| charge.room != Room::default()) {
        let owners = known.entry(plain(&charge.room)).or_default();
        owners.extend(charge.owner_name.iter().flat_map(|name| names::split(name)));
    }
    for payment in gathered.payments.iter().filter(|payment| payment.room != Room::default()) {
        known.entry(plain(&payment.room)).or_default();
    }
    known
}

fn settle(gathered: &mut Gathered, known: &Known, entry: &DatedEntry) {
    let room = certain(entry, known);
    let (at, slot) = match entry.entry {
        Entry::Unit(index) => match gathered.units.get_mut(index) {
            Some(unit) => (unit.at.clone(), &mut unit.room),
            None => return,
        },
        Entry::Charge(index) => match gathered.charges.get_mut(index) {
            Some(charge) => (charge.at.clone(), &mut charge.room),
            None => return,
        },
        Entry::Payment(index) => match gathered.payments.get_mut(index) {
            Some(payment) => (payment.at.clone(), &mut payment.room),
            None => return,
        },
    };
    let Dated { year, month, day, .. } = entry.dated;
    let value = year.map_or(format!("{month}-{day}"), |year| format!("{year}-{month}-{day}"));
    let reason = match room {
        Some(room) => {
            let reason = Reason::RoomWasDate { room: room.to_string() };
            *slot = room;
            reason
        }
        None => Reason::RoomIsDate,
    };
    gathered.problems.add(at, &value, &reason);
}

/// The one room that the date must have been; none when there is more than one, or none.
fn certain(entry: &DatedEntry, known: &Known) -> Option<Room> {
    let candidates = candidates(&entry.dated);
    if let (Some(_), Some(_), [one]) =
        (&entry.dated.building, &entry.dated.entrance, candidates.as_slice())
    {
        return Some(one.clone());
    }
    let names = entry.owner.as_deref().map(names::split).unwrap_or_default();
    let mut fitting = candidates.into_iter().filter(|room| {
        known.get(room).is_some_and(|owners| {
            owners.is_empty() || names.is_empty() || names.iter().any(|name| owners.contains(name))
        })
    });
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

/// Every room that Excel would have turned into this date.
fn candidates(dated: &Dated) -> Vec<Room> {
    let Dated { year, month, day, building, entrance } = dated;
    let short_year = year.map(|year| year % 100);
    // `8-2`; `26-8-2`; and `8-32`, a month of 1932, which begins on its first.
    let mut typed = vec![vec![*month, *day]];
    if let Some(year) = short_year {
        typed.push(vec![year, *month, *day]);
        if *day == 1 {
            typed.push(vec![*month, year]);
        }
    }
    let fits = |parts: &Vec<u32>| room(parts, building.as_deref(), entrance.as_deref());
    let mut rooms: Vec<Room> = typed.iter().flat_map(fits).collect();
    rooms.dedup();
    rooms
}

/// What was typed, next to what the columns say.
fn room(parts: &[u32], building: Option<&str>, entrance: Option<&str>) -> Vec<Room> {
    let bare = |text: &str| text.trim_start_matches('0').to_owned();
    let is = |part: u32, column: &str| part.to_string() == bare(column);
    let new = |building: &str, entrance: &str, number: u32| Room {
        building: bare(building),
        entrance: if bare(entrance).is_empty() { "0".to_owned() } else { bare(entrance) },
        number: number.to_string(),
    };
    match (parts, building, entrance) {
        ([b, n], None, None) => vec![new(&b.to_string(), "0", *n)],
        ([b, n], None, Some(e)) => vec![new(&b.to_string(), e, *n)],
        ([first, n], Some(b), None) => {
            let mut rooms = vec![new(b, &first.to_string(), *n)];
            if is(*first, b) {
                rooms.push(new(b, "0", *n));
            }
            rooms
        }
        ([first, n], Some(b), Some(e)) if is(*first, e) || is(*first, b) => vec![new(b, e, *n)],
        ([b, e, n], column, entrance)
            if column.is_none_or(|column| is(*b, column))
                && entrance.is_none_or(|column| is(*e, column)) =>
        {
            vec![new(&b.to_string(), &e.to_string(), *n)]
        }
        _ => Vec::new(),
    }
}
