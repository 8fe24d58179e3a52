//! What names a row in the books, so that it is found again.

use chrono::NaiveDate;
use guanjia_books::{ChargeRow, PaymentRow, Room};
use guanjia_entity::source_key;

use super::sheet::Speaks;

/// The name of the nth row of a base name, from 1: the second is `…#2`.
pub(super) fn numbered(base: &str, nth: usize) -> String {
    if nth == 1 { base.to_owned() } else { format!("{base}#{nth}") }
}

/// A unit is its room.
pub(super) fn unit(room: &Room) -> String {
    room.to_string()
}

/// A charge is room, item and month.
pub(super) fn charge(row: &ChargeRow) -> String {
    format!("{}|{}|{}", row.room, row.item, row.period)
}

/// The content of a charge, which may be corrected.
pub(super) fn charge_print(row: &ChargeRow) -> String {
    format!("{}|{}", row.amount_fen - row.waived_fen.unwrap_or(0), row.due_on)
}

/// What was paid on a charge by a book without receipts.
pub(super) fn paid(row: &ChargeRow) -> String {
    format!("paid|{}", charge(row))
}

/// A payment is its receipt, or the print of its row where there is none.
pub(super) fn payment(row: &PaymentRow) -> String {
    match &row.receipt {
        Some(receipt) => format!("receipt|{receipt}|{}", row.room),
        None => format!("row|{}", row.print),
    }
}

/// The content of a payment, which may be corrected.
pub(super) fn payment_print(row: &PaymentRow) -> String {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
    format!(
        "{}|{}|{}|{}|{}",
        row.amount_fen,
        row.received_on,
        or_none(&row.period),
        or_none(&row.item),
        or_none(&row.method)
    )
}

/// Whether a known row is of a period or day that a file speaks of: a book of one month misses nothing of another.
pub(super) fn is_of_its_time(row: &source_key::Model, speaks: &Speaks) -> bool {
    let by_period = row.kind == "CHARGE" || row.key.starts_with("paid|");
    if by_period {
        let named = row.key.rsplit('|').next().unwrap_or_default();
        let period = named.split('#').next().unwrap_or_default();
        return speaks.periods.contains(period) && (row.kind == "CHARGE" || speaks.payments);
    }
    let day = row.print.split('|').nth(1).and_then(|day| day.parse::<NaiveDate>().ok());
    day.zip(speaks.days).is_some_and(|(day, (first, last))| (first..=last).contains(&day))
}
