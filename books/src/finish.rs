//! Looks at the book as a whole, once every row has been read.

use std::collections::{BTreeMap, HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::{
    book::{Book, PaymentRow, UnitRow},
    dated,
    gathered::{Gathered, OPENING_ITEM},
    reasons::Reason,
    repeated_sheets,
    rooms::Room,
    units,
};

/// Makes one room of each room, decides between receipts and 实收, and prints the payments.
/// `rooms` are those that other files name.
pub(crate) fn book(mut gathered: Gathered, rooms: &[(Room, Vec<String>)]) -> Book {
    gathered.close();
    without_community(&mut gathered);
    bare_rooms(&mut gathered);
    let zeros_matter = zeros_matter(&mut gathered);
    if !zeros_matter {
        without_zeros(&mut gathered);
    }
    dated::recover(&mut gathered, rooms, zeros_matter);
    if gathered.receipts {
        leave_paid_aside(&mut gathered);
    }
    opening_once(&mut gathered);
    repeated_sheets::leave_out(&mut gathered);
    print_payments(&mut gathered.payments);
    Book {
        units: gathered.units,
        charges: gathered.charges,
        payments: gathered.payments,
        problems: gathered.problems.into_list(),
        as_of: gathered.preamble.as_of,
        community_name: gathered.preamble.community,
    }
}

/// Rooms without a building are the rooms of one building when no room has any; between others
/// they could be anybody's.
fn bare_rooms(gathered: &mut Gathered) {
    let bare = std::mem::take(&mut gathered.bare);
    if gathered.buildings {
        for (at, number) in bare {
            gathered.problems.add(at, &number, &Reason::RoomWithoutBuilding);
        }
    } else if let Some((at, number)) = bare.into_iter().next() {
        gathered.problems.add(at, &number, &Reason::NoBuildings);
    }
}

/// `西湖名苑1栋1单元301`: the community is no part of the building's name.
fn without_community(gathered: &mut Gathered) {
    let Some(community) = gathered.preamble.community.clone() else { return };
    let community = community.to_uppercase();
    for room in rooms(gathered) {
        match room.building.strip_prefix(&community) {
            Some(bare) if !bare.is_empty() => room.building = bare.to_owned(),
            _ => {}
        }
    }
}

/// The rooms of all entries.
fn rooms(gathered: &mut Gathered) -> impl Iterator<Item = &mut Room> {
    let units = gathered.units.iter_mut().map(|unit| &mut unit.room);
    let charges = gathered.charges.iter_mut().map(|charge| &mut charge.room);
    let payments = gathered.payments.iter_mut().map(|payment| &mut payment.room);
    units.chain(charges).chain(payments)
}

/// Leading zeros tell rooms apart only when the register has two units that differ by nothing
/// else: `1-1-0301` and `1-1-301` with other owners or areas.
fn zeros_matter(gathered: &mut Gathered) -> bool {
    if gathered.units.iter().all(|unit| unit.room == unit.room.without_zeros()) {
        return false;
    }
    let mut seen: HashMap<Room, &UnitRow> = HashMap::new();
    let mut clash = None;
    for unit in &gathered.units {
        if let Some(other) = seen.insert(unit.room.without_zeros(), unit)
            && other.room != unit.room
            && (other.holders != unit.holders || other.area_centi_m2 != unit.area_centi_m2)
        {
            clash = Some((unit.at.clone(), unit.room.to_string()));
        }
    }
    let Some((at, room)) = clash else { return false };
    gathered.problems.add(at, &room, &Reason::ZerosMatter);
    true
}

fn without_zeros(gathered: &mut Gathered) {
    for room in rooms(gathered) {
        *room = room.without_zeros();
    }
    join_units(&mut gathered.units);
}

/// One entry per unit, the first row first. Rooms that are still dates stay apart.
pub(crate) fn join_units(list: &mut Vec<UnitRow>) {
    let mut first: HashMap<&Room, usize> = HashMap::with_capacity(list.len());
    let mut again: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, unit) in list.iter().enumerate().filter(|(_, u)| !u.room.number.is_empty()) {
        let known = *first.entry(&unit.room).or_insert(index);
        if known != index {
            again.insert(index, known);
        }
    }
    for (index, known) in &again {
        if let (Some(further), Some(known)) = (list.get(*index).cloned(), list.get_mut(*known)) {
            units::join(known, &further);
        }
    }
    let mut index = 0..;
    list.retain(|_| index.next().is_some_and(|index| !again.contains_key(&index)));
}

/// Receipts say when money came; the 实收 beside the charges says the same money again.
fn leave_paid_aside(gathered: &mut Gathered) {
    let mut on_charges = 0_i64;
    let mut at = None;
    for charge in &mut gathered.charges {
        if let Some(paid @ 1..) = charge.paid_fen.take() {
            on_charges = on_charges.saturating_add(paid);
            at.get_or_insert_with(|| charge.at.clone());
        }
    }
    let in_receipts = gathered.payments.iter().map(|payment| payment.amount_fen).sum();
    if let Some(at) = at {
        gathered.problems.add(at, "", &Reason::PaidIgnored { on_charges, in_receipts });
    }
}

/// Arrears of before that stand beside what is due in each month's sheet are the same money.
fn opening_once(gathered: &mut Gathered) {
    let mut seen = HashSet::new();
    gathered.charges.retain(|charge| {
        let beside = charge.item == OPENING_ITEM && charge.at.column.is_some();
        !beside || seen.insert((charge.room.clone(), charge.due_on, charge.amount_fen))
    });
}

/// Prints what each row says, without where it stands, and counts rows that say the same.
fn print_payments(payments: &mut [PaymentRow]) {
    let mut seen: HashMap<String, u32> = HashMap::with_capacity(payments.len());
    for payment in payments {
        let said = format!(
            "{}|{}|{}|{}|{}|{}|{}",
            payment.room,
            payment.receipt.as_deref().unwrap_or_default(),
            payment.period.as_deref().unwrap_or_default(),
            payment.item.as_deref().unwrap_or_default(),
            payment.received_on,
            payment.amount_fen,
            payment.method.as_deref().unwrap_or_default(),
        );
        let print = hex(&said);
        let times = seen.entry(print.clone()).or_default();
        payment.print = if *times == 0 { print } else { hex(&format!("{said}|{times}")) };
        *times += 1;
    }
}

/// The first half of the digest, 32 hexadecimal digits.
fn hex(said: &str) -> String {
    Sha256::digest(said.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
