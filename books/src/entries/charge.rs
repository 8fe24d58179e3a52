//! A row of what is due.

use chrono::NaiveDate;

use super::{Noted, RowIn, parts, unit};
use crate::{
    book::{At, ChargeRow, PaymentRow},
    cells::Cell,
    dates,
    fields::Field,
    gathered::OPENING_ITEM,
    money, names,
    periods::Period,
    reasons::Reason,
    rooms::{Named, Room},
    text,
};

/// The money of a row, in fen.
struct Money {
    due: i64,
    waived: Option<i64>,
    paid: Option<i64>,
}

/// Reads a charge, what was paid on it, and what the row says about its unit.
pub(super) fn read(input: &mut RowIn<'_>, room: Named) -> Result<(), Noted> {
    unit::read_beside(input, &room);
    if !input.columns.parts().is_empty() {
        opening_beside(input, &room)?;
        return parts::read(input, &room);
    }
    let Some(field) = amount_field(input) else { return Ok(()) };
    opening_beside(input, &room)?;
    let Some(money) = money(input, field)? else { return Ok(()) };
    let (period, due_on) = when(input)?;
    let waived_on = input.day(Field::WaivedOn)?;
    let charge = ChargeRow {
        at: input.at(None),
        room: Room::default(),
        item: item(input)?,
        period,
        due_on,
        amount_fen: money.due,
        paid_fen: money.paid,
        waived_fen: money.waived,
        waived_on: waived_on.filter(|_| money.waived.is_some_and(|fen| fen > 0)),
        owner_name: owner_name(input),
    };
    paid_on_a_day(input, room, charge)
}

pub(super) fn owner_name(input: &RowIn<'_>) -> Option<String> {
    let names = names::split(&input.text(Field::Owner)?);
    (!names.is_empty()).then(|| names.join("、"))
}

/// The column that says what is due. Without one, what is open stands for it.
fn amount_field(input: &RowIn<'_>) -> Option<Field> {
    [Field::Due, Field::Amount, Field::Arrears].into_iter().find(|f| input.columns.has(*f))
}

fn money(input: &mut RowIn<'_>, field: Field) -> Result<Option<Money>, Noted> {
    let waived = input.money(Field::Waived)?;
    let paid = input.money(Field::Paid)?;
    let arrears = input.money(Field::Arrears)?;
    let due = match field {
        // What is open, what was paid of it and what was waived are what was due.
        Field::Arrears => arrears.map(|fen| fen + paid.unwrap_or(0) + waived.unwrap_or(0).abs()),
        _ => input.money(field)?,
    };
    let Some(due) = due else {
        let nothing = paid.unwrap_or(0) == 0 && arrears.unwrap_or(0) == 0;
        let dash = matches!(input.cell(field), Cell::Text(_));
        if nothing && (dash || !says_when(input)) {
            return Ok(None);
        }
        return Err(input.note(field, &Reason::MoneyMissing));
    };
    if due == 0 && field == Field::Arrears {
        return Ok(None);
    }
    if due < 0 {
        input.note(field, &Reason::NegativeAmount);
    }
    let waived = waived.or(input.columns.has(Field::Waived).then_some(0));
    let at = input.at(Some(Field::Waived));
    let (due, waived) = waiver(input, at, (due, waived));
    let left = due - waived.unwrap_or(0);
    let has = |field| input.columns.has(field);
    let paid = match (has(Field::Paid), has(Field::Arrears) && field != Field::Arrears) {
        (true, _) => Some(paid.unwrap_or(0)),
        // An empty cell among the arrears is a charge that is paid.
        (false, true) => Some(left - arrears.unwrap_or(0)),
        (false, false) => None,
    };
    let due_less_paid = left - paid.unwrap_or(0);
    let opening = money::read(input.cell(Field::Opening)).ok().flatten().unwrap_or(0);
    let agrees = |arrears| [due_less_paid, due_less_paid + opening].contains(&arrears);
    if arrears.is_some_and(|arrears| !agrees(arrears)) {
        input.note(Field::Arrears, &Reason::ArrearsDiffer { due_less_paid });
    }
    Ok(Some(Money { due, waived, paid }))
}

/// What is due and what was waived of it. Offices write a waiver with either sign; more than the
/// whole cannot be waived, and of a correction there is nothing to waive.
pub(super) fn waiver(
    input: &mut RowIn<'_>,
    at: At,
    (due, waived): (i64, Option<i64>),
) -> (i64, Option<i64>) {
    let Some(fen) = waived.filter(|fen| *fen != 0) else { return (due, waived) };
    let shown = money::shown(fen);
    if due < 0 {
        return (due - fen, Some(0));
    }
    if fen < 0 {
        input.gathered.problems.add(at.clone(), &shown, &Reason::WaiverNegative);
    }
    if fen.abs() > due {
        input.gathered.problems.add(at, &shown, &Reason::WaiverTooLarge { due });
    }
    (due, Some(fen.abs().min(due)))
}

fn says_when(input: &RowIn<'_>) -> bool {
    let fields = [Field::Period, Field::PeriodFrom, Field::PeriodTo, Field::DueOn, Field::Item];
    fields.into_iter().any(|field| input.text(field).is_some())
}

/// The period and the last day to pay; the one stands in for the other where it is missing.
pub(super) fn when(input: &mut RowIn<'_>) -> Result<(String, NaiveDate), Noted> {
    let due_on = input.day(Field::DueOn)?;
    let period = input.period(due_on)?;
    match (period, due_on) {
        (Some(period), Some(due_on)) => Ok((period.to_string(), due_on)),
        (Some(period), None) => {
            if input.columns.has(Field::DueOn) {
                input.note(Field::DueOn, &Reason::DueDayAssumed);
            }
            let due_on = period.last_day().map_err(|reason| input.note(Field::Period, &reason))?;
            Ok((period.to_string(), due_on))
        }
        (None, Some(due_on)) => Ok((Period::of(due_on).to_string(), due_on)),
        (None, None) => from_title(input),
    }
}

/// A table without any column for it may name its period in its title.
fn from_title(input: &mut RowIn<'_>) -> Result<(String, NaiveDate), Noted> {
    let columns = [Field::Period, Field::PeriodFrom, Field::PeriodTo, Field::DueOn];
    match input.gathered.preamble.period() {
        Some(period) if columns.iter().all(|field| !input.columns.has(*field)) => {
            let due_on = period.last_day().map_err(|reason| input.note(Field::Period, &reason))?;
            Ok((period.to_string(), due_on))
        }
        _ => opening(input),
    }
}

/// Arrears without any period are an opening balance as of the day of the book.
fn opening(input: &mut RowIn<'_>) -> Result<(String, NaiveDate), Noted> {
    let opening = input.columns.is_opening();
    match input.gathered.preamble.as_of {
        Some(day) if opening => Ok((Period::of(day).to_string(), day)),
        None if opening => Err(input.note(Field::Arrears, &Reason::OpeningDayMissing)),
        _ => Err(input.note(Field::Period, &Reason::PeriodMissing)),
    }
}

/// The fee item as written; else the heading over the money when it names one, as `期初欠费`.
pub(super) fn item(input: &mut RowIn<'_>) -> Result<String, Noted> {
    input.checked(Field::Item)?;
    let written = text::fold(&input.cell(Field::Item).shown());
    if !text::means_nothing(&written) {
        return Ok(written);
    }
    Ok(input.gathered.item_assumed(input.columns))
}

/// Arrears of before the table, beside what is due in it, are a charge of their own, due with the
/// year before.
fn opening_beside(input: &mut RowIn<'_>, room: &Named) -> Result<(), Noted> {
    let Some(column) = input.columns.first(Field::Opening) else { return Ok(()) };
    let Some(amount_fen) = input.money(Field::Opening)?.filter(|fen| *fen != 0) else {
        return Ok(());
    };
    let title = input.gathered.preamble.period().and_then(Period::year);
    let as_of = input.gathered.preamble.as_of;
    let time = input.columns.parts().iter().find_map(|part| part.part.period);
    let of_parts = time.and_then(|time| input.gathered.year_of(time)).and_then(Period::year);
    let own = if of_parts.is_none() { input.period(None).unwrap_or(None) } else { None };
    let year = of_parts.or(own.and_then(Period::year)).or(title);
    let due_on = match year.and_then(|year| dates::ymd(year - 1, 12, 31).ok()) {
        Some(day) => day,
        None => as_of.ok_or_else(|| input.note(Field::Opening, &Reason::OpeningDayMissing))?,
    };
    let charge = ChargeRow {
        at: input.place(Some(column)),
        room: Room::default(),
        item: OPENING_ITEM.to_owned(),
        period: Period::of(due_on).to_string(),
        due_on,
        amount_fen,
        paid_fen: None,
        waived_fen: None,
        waived_on: None,
        owner_name: owner_name(input),
    };
    input.gathered.add_charge(room.clone(), charge);
    Ok(())
}

/// A row that says on which day it was paid gives a payment, not a sum paid on unknown days.
fn paid_on_a_day(input: &mut RowIn<'_>, room: Named, mut charge: ChargeRow) -> Result<(), Noted> {
    let day = input.day(Field::PaidOn)?;
    input.checked(Field::Receipt)?;
    if let (Some(received_on), Some(amount_fen @ 1..)) = (day, charge.paid_fen) {
        let payment = PaymentRow {
            at: charge.at.clone(),
            room: Room::default(),
            receipt: input.text(Field::Receipt),
            period: Some(charge.period.clone()),
            item: Some(charge.item.clone()),
            received_on,
            amount_fen,
            method: input.text(Field::Method),
            print: String::new(),
        };
        charge.paid_fen = None;
        input.gathered.add_payment(room.clone(), payment, charge.owner_name.as_deref());
    }
    input.gathered.add_charge(room, charge);
    Ok(())
}
