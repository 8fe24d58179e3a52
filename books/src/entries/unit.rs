//! A row of a register.

use super::{Noted, RowIn};
use crate::{
    book::{HolderRow, UnitRow},
    cells::Cell,
    fields::Field,
    identity::{self, IdentityRow},
    money, names, phones,
    problems::mask_phone,
    reasons::Reason,
    rooms::{Named, Room},
    text,
};

/// Reads a unit with its owners.
pub(super) fn read(input: &mut RowIn<'_>, room: Named) -> Result<(), Noted> {
    let unit = unit(input);
    input.gathered.add_unit(room, unit, true);
    Ok(())
}

/// Reads what a row of charges says about its unit beside them.
pub(super) fn read_beside(input: &mut RowIn<'_>, room: &Named) {
    let describes = [Field::Phone, Field::Area, Field::Use, Field::Identity]
        .iter()
        .any(|f| input.columns.has(*f));
    if describes {
        let unit = unit(input);
        input.gathered.add_unit(room.clone(), unit, false);
    }
}

fn unit(input: &mut RowIn<'_>) -> UnitRow {
    if let Cell::Fault(_) = input.cell(Field::Owner) {
        input.note(Field::Owner, &Reason::NameUnreadable);
    }
    let (holders, occupants) = people(input);
    let area_centi_m2 = money::read_area(input.cell(Field::Area)).unwrap_or_else(|reason| {
        input.note(Field::Area, &reason);
        None
    });
    let identities = identities(input, &holders);
    UnitRow {
        at: input.at(None),
        room: Room::default(),
        area_centi_m2,
        use_: input.text(Field::Use).map(use_name),
        holders,
        occupants,
        identities,
        phones: numbers(input),
        vehicles: vehicles(input),
        remark: remark(input),
    }
}

/// Owners, and those whom a column for the relation calls something else.
fn people(input: &RowIn<'_>) -> (Vec<HolderRow>, Vec<String>) {
    let mut names = names::split(&input.text(Field::Owner).unwrap_or_default());
    let relation = input.text(Field::Relation).unwrap_or_default();
    let owns = matches!(relation.as_str(), "" | "1001")
        || ["业主", "产权人", "户主", "本人"].contains(&relation.as_str());
    if !owns {
        return (Vec::new(), names);
    }
    for column in input.columns.all(Field::CoOwner) {
        let cell = input.row.cell(*column);
        let shown = if matches!(cell, Cell::Fault(_)) { String::new() } else { cell.shown() };
        for name in names::split(&shown) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    (names.into_iter().map(|name| HolderRow { name }).collect(), Vec::new())
}

fn identities(input: &mut RowIn<'_>, holders: &[HolderRow]) -> Vec<IdentityRow> {
    let Some(column) = input.columns.first(Field::Identity) else { return Vec::new() };
    // That of a tenant is none of the owners'.
    if holders.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = holders.iter().map(|holder| holder.name.as_str()).collect();
    let (found, left_out) = identity::read(input.row.cell(column), &names);
    for (masked, reason) in left_out {
        let at = input.place(Some(column));
        input.gathered.problems.add(at, &masked, &reason);
    }
    found
}

/// The numbers of all telephone columns, then those beside names and in remarks.
fn numbers(input: &mut RowIn<'_>) -> Vec<String> {
    let mut numbers = Vec::new();
    for column in input.columns.all(Field::Phone) {
        let phones = phones::read(input.row.cell(*column));
        numbers.extend(phones.numbers);
        for (raw, reason) in phones.left_out {
            let at = input.place(Some(*column));
            input.gathered.problems.add(at, &mask_phone(&raw), &reason);
        }
    }
    let beside = [Field::Owner, Field::Remark];
    for column in beside.iter().flat_map(|field| input.columns.all(*field)) {
        numbers.extend(phones::in_remark(&input.row.cell(*column).shown()));
    }
    let mut seen = std::collections::HashSet::new();
    numbers.retain(|number| seen.insert(number.clone()));
    numbers
}

fn vehicles(input: &RowIn<'_>) -> Vec<String> {
    let plates = input.text(Field::Vehicle).unwrap_or_default();
    plates
        .split(['、', ',', ';', '；', '/', ' '])
        .filter(|plate| !plate.is_empty())
        .map(str::to_owned)
        .collect()
}

fn remark(input: &RowIn<'_>) -> Option<String> {
    let remarks: Vec<String> = input
        .columns
        .all(Field::Remark)
        .iter()
        .map(|column| text::fold(&input.row.cell(*column).shown()))
        .filter(|remark| !remark.is_empty())
        .collect();
    (!remarks.is_empty()).then(|| remarks.join("；"))
}

/// The templates of some systems give a code for the use.
fn use_name(written: String) -> String {
    match written.as_str() {
        "110" => "住宅".to_owned(),
        "119" => "宿舍".to_owned(),
        "120" => "办公室".to_owned(),
        _ => written,
    }
}
