//! Money of the owner's that the office holds when the book begins.

use super::{Noted, RowIn};
use crate::{
    book::PaymentRow,
    fields::Field,
    gathered::PREPAID_METHOD,
    reasons::Reason,
    rooms::{Named, Room},
};

/// Reads an opening balance in the owner's favour, as a payment on the day of the book.
pub(super) fn read(input: &mut RowIn<'_>, room: &Named) -> Result<(), Noted> {
    let Some(amount_fen) = input.money(Field::Prepaid)?.filter(|fen| *fen != 0) else {
        return Ok(());
    };
    let Some(received_on) = input.gathered.preamble.as_of else {
        return Err(input.note(Field::Prepaid, &Reason::OpeningDayMissing));
    };
    if amount_fen < 0 {
        input.note(Field::Prepaid, &Reason::NegativeAmount);
    }
    let payment = PaymentRow {
        at: input.at(Some(Field::Prepaid)),
        room: Room::default(),
        receipt: None,
        period: None,
        item: None,
        received_on,
        amount_fen,
        method: Some(PREPAID_METHOD.to_owned()),
        print: String::new(),
    };
    let owner = input.text(Field::Owner);
    input.gathered.add_payment(room.clone(), payment, owner.as_deref());
    Ok(())
}
