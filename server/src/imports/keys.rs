//! What names a row in the books, so that it is found again.

use guanjia_books::{ChargeRow, PaymentRow, Room};

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
    format!("{}|{}", row.amount_fen, row.due_on)
}

/// What was waived of a charge.
pub(super) fn waiver(row: &ChargeRow) -> String {
    format!("waived|{}", charge(row))
}

/// The content of a waiver, which may be corrected.
pub(super) fn waiver_print(row: &ChargeRow) -> String {
    let day = row.waived_on.map(|day| day.to_string()).unwrap_or_default();
    format!("{}|{day}", row.waived_fen.unwrap_or(0))
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
