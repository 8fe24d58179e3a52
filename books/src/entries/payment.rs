//! A row of what was received.

use super::{Noted, RowIn, parts};
use crate::{
    book::PaymentRow,
    fields::Field,
    reasons::Reason,
    rooms::{Named, Room},
};

/// Reads a payment.
pub(super) fn read(input: &mut RowIn<'_>, room: Named) -> Result<(), Noted> {
    if !input.columns.parts().is_empty() {
        return parts::read_payments(input, &room);
    }
    let field = [Field::Paid, Field::Amount].into_iter().find(|f| input.columns.has(*f));
    let field = field.unwrap_or(Field::PaidOut);
    let amount_fen = match (field, input.money(field)?, input.money(Field::PaidOut)?) {
        (Field::PaidOut, _, Some(out)) => -out.abs(),
        (_, amount, Some(out)) if out != 0 => amount.unwrap_or(0) - out.abs(),
        (_, Some(amount), _) => amount,
        _ => return Err(input.note(field, &Reason::MoneyMissing)),
    };
    input.checked(Field::Receipt)?;
    if amount_fen == 0 {
        return Err(input.note(field, &Reason::ZeroPayment));
    }
    if amount_fen < 0 {
        input.note(field, &Reason::NegativeAmount);
    }
    let Some(received_on) = input.day(Field::PaidOn)? else {
        // The heading is missing, which is said once for the whole table.
        let missing = input.columns.has(Field::PaidOn);
        return Err(if missing { input.note(Field::PaidOn, &Reason::DayMissing) } else { Noted });
    };
    let payment = PaymentRow {
        at: input.at(None),
        room: Room::default(),
        receipt: input.text(Field::Receipt),
        period: input.period(Some(received_on))?.map(|period| period.to_string()),
        item: input.text(Field::Item),
        received_on,
        amount_fen,
        method: input.text(Field::Method),
        print: String::new(),
    };
    let owner = input.text(Field::Owner);
    input.gathered.receipts = true;
    input.gathered.add_payment(room, payment, owner.as_deref());
    Ok(())
}
