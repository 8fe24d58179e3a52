//! Sheets that say again what others say: a copy `9月 (2)`, or the whole year beside its months.

use std::{
    collections::{BTreeMap, HashMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use crate::{
    book::{At, ChargeRow, PaymentRow},
    gathered::{self, Gathered},
    reasons::Reason,
};

/// Fewer rows may be alike by chance.
const LEAST: usize = 3;

/// Leaves out sheets of which every charge, or every payment, stands in other sheets too. Which
/// row is the second of two alike is then not told from money that is due twice.
pub(crate) fn leave_out(gathered: &mut Gathered) {
    let charges = repeats(&gathered.charges, |charge| &charge.at, charge);
    gathered.charges.retain(|charge| !charges.contains(&charge.at.sheet));
    let payments = repeats(&gathered.payments, |payment| &payment.at, payment);
    gathered.payments.retain(|payment| !payments.contains(&payment.at.sheet));
    for sheet in charges.into_iter().chain(payments) {
        gathered.problems.add(gathered::at(&sheet, 1, None), "", &Reason::SheetRepeats);
    }
}

fn repeats<R>(rows: &[R], at: fn(&R) -> &At, said: fn(&R) -> u64) -> Vec<String> {
    if rows.windows(2).all(|two| matches!(two, [a, b] if at(a).sheet == at(b).sheet)) {
        return Vec::new();
    }
    let mut sheets: BTreeMap<&str, HashMap<u64, usize>> = BTreeMap::new();
    let mut all: HashMap<u64, usize> = HashMap::new();
    let mut order: Vec<&str> = Vec::new();
    for row in rows {
        let sheet = at(row).sheet.as_str();
        if order.last() != Some(&sheet) {
            order.push(sheet);
        }
        *sheets.entry(sheet).or_default().entry(said(row)).or_default() += 1;
        *all.entry(said(row)).or_default() += 1;
    }
    let mut out = Vec::new();
    for sheet in order.into_iter().rev() {
        let Some(own) = sheets.get(sheet) else { continue };
        let many = own.values().sum::<usize>() >= LEAST;
        let elsewhere =
            |(said, times): (&u64, &usize)| all.get(said).is_some_and(|n| n - times >= *times);
        if many && own.iter().all(elsewhere) && !out.iter().any(|known| known == sheet) {
            own.iter().for_each(|(said, times)| {
                all.entry(*said).and_modify(|n| *n -= times);
            });
            out.push(sheet.to_owned());
        }
    }
    out
}

fn charge(row: &ChargeRow) -> u64 {
    hash(&(&row.room, &row.item, &row.period, row.amount_fen))
}

fn payment(row: &PaymentRow) -> u64 {
    hash(&(&row.room, &row.receipt, &row.item, row.received_on, row.amount_fen))
}

fn hash(said: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    said.hash(&mut hasher);
    hasher.finish()
}
