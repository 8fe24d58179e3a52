//! Several rows about one unit.

use crate::book::UnitRow;

/// Adds what a further row says to what is known of the unit. Returns whether it brought other
/// owners: then either a co-owner has a row of its own, or the register contradicts itself.
pub(crate) fn join(known: &mut UnitRow, further: &UnitRow) -> bool {
    let new_owners = append(&mut known.holders, &further.holders);
    append(&mut known.occupants, &further.occupants);
    let has = |holder: &str| known.identities.iter().any(|one| one.holder == holder);
    let more: Vec<_> = further.identities.iter().filter(|one| !has(&one.holder)).cloned().collect();
    known.identities.extend(more);
    append(&mut known.phones, &further.phones);
    append(&mut known.vehicles, &further.vehicles);
    known.area_centi_m2 = known.area_centi_m2.or(further.area_centi_m2);
    if known.use_.is_none() {
        known.use_.clone_from(&further.use_);
    }
    if known.remark.is_none() {
        known.remark.clone_from(&further.remark);
    }
    new_owners
}

fn append<T: Clone + PartialEq>(list: &mut Vec<T>, more: &[T]) -> bool {
    let before = list.len();
    for value in more {
        if !list.contains(value) {
            list.push(value.clone());
        }
    }
    before > 0 && list.len() > before
}
