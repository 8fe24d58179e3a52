//! A row with a column for each month, each fee item, or both becomes an entry for each.

use chrono::NaiveDate;

use super::{Noted, RowIn, charge};
use crate::{
    book::{At, ChargeRow, PaymentRow},
    fields::Field,
    heading_parts::Part,
    headings::MoneyColumn,
    money,
    reasons::Reason,
    rooms::{Named, Room},
};

/// What one month or item of a row comes to, in fen.
struct Line {
    at: At,
    part: Part,
    due: i64,
    waived: Option<i64>,
    paid: Option<i64>,
}

/// Reads what is due of every month and item of the row. An empty cell is one of which nothing is
/// due.
pub(super) fn read(input: &mut RowIn<'_>, room: &Named) -> Result<(), Noted> {
    let mut lines = Vec::new();
    let mut complete = true;
    for own in groups(input.columns.parts()) {
        match line(input, &own) {
            Ok(line) => lines.extend(line),
            Err(Noted) => complete = false,
        }
    }
    if !complete {
        return Err(Noted);
    }
    check_total(input, lines.iter().map(|line| line.due).sum())?;
    let paid_on = spread(input, &mut lines)?;
    let item = charge::item(input)?;
    for line in lines {
        let (period, due_on) = when(input, &line)?;
        let charge = ChargeRow {
            at: line.at,
            room: Room::default(),
            item: line.part.item.unwrap_or_else(|| item.clone()),
            period,
            due_on,
            amount_fen: line.due,
            paid_fen: line.paid,
            waived_fen: line.waived,
            waived_on: None,
            owner_name: charge::owner_name(input),
        };
        input.gathered.add_charge(room.clone(), charge);
    }
    if let Some((received_on, amount_fen)) = paid_on {
        let none = Part { period: None, item: None, field: Field::Paid };
        let payment = payment(input, (input.at(None), &none), (received_on, amount_fen))?;
        let owner = charge::owner_name(input);
        input.gathered.add_payment(room.clone(), payment, owner.as_deref());
    }
    Ok(())
}

/// Reads what was received of every month and item of the row.
pub(super) fn read_payments(input: &mut RowIn<'_>, room: &Named) -> Result<(), Noted> {
    let mut sum = 0_i64;
    let day = input.day(Field::PaidOn)?;
    for MoneyColumn { column, part } in input.columns.parts().to_vec() {
        let Some(fen) = input.money_at(column)?.filter(|fen| *fen != 0) else { continue };
        sum = sum.saturating_add(fen);
        let Some(received_on) = day else {
            let missing = input.columns.has(Field::PaidOn);
            return Err(if missing {
                input.note(Field::PaidOn, &Reason::DayMissing)
            } else {
                Noted
            });
        };
        let payment = payment(input, (input.place(Some(column)), &part), (received_on, fen))?;
        let owner = input.text(Field::Owner);
        input.gathered.receipts = true;
        input.gathered.add_payment(room.clone(), payment, owner.as_deref());
    }
    for field in [Field::Paid, Field::Amount] {
        let Some(total) = input.money(field)? else { continue };
        if total != sum {
            input.note(field, &Reason::TotalDiffers { sum });
        }
    }
    Ok(())
}

fn payment(
    input: &mut RowIn<'_>,
    (at, part): (At, &Part),
    (received_on, amount_fen): (NaiveDate, i64),
) -> Result<PaymentRow, Noted> {
    input.checked(Field::Receipt)?;
    let period = match part.period {
        Some(period) => Some(input.gathered.year_of(period).ok_or(Noted)?),
        None => input.period(Some(received_on))?,
    };
    Ok(PaymentRow {
        at,
        room: Room::default(),
        receipt: input.text(Field::Receipt),
        period: period.map(|period| period.to_string()),
        item: part.item.clone().or_else(|| input.text(Field::Item)),
        received_on,
        amount_fen,
        method: input.text(Field::Method),
        print: String::new(),
    })
}

/// The columns that speak of one month and item, in the order of the first of them.
fn groups(parts: &[MoneyColumn]) -> Vec<Vec<MoneyColumn>> {
    let mut groups: Vec<Vec<MoneyColumn>> = Vec::new();
    for column in parts {
        let same = |group: &&mut Vec<MoneyColumn>| {
            group.first().is_some_and(|first| {
                (first.part.period, &first.part.item) == (column.part.period, &column.part.item)
            })
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(column.clone()),
            None => groups.push(vec![column.clone()]),
        }
    }
    groups
}

/// Reads one month or item; none when nothing is due of it.
fn line(input: &mut RowIn<'_>, own: &[MoneyColumn]) -> Result<Option<Line>, Noted> {
    let column = |field: Field| own.iter().find(|c| c.part.field == field).map(|c| c.column);
    let due_column = column(Field::Due).or(column(Field::Amount));
    let (paid_column, arrears_column) = (column(Field::Paid), column(Field::Arrears));
    let mut money = |column: Option<usize>| column.map_or(Ok(None), |at| input.money_at(at));
    let (due, paid) = (money(due_column)?, money(paid_column)?);
    let (waived, arrears) = (money(column(Field::Waived))?, money(arrears_column)?);
    let nothing = [due, paid, waived, arrears].iter().all(|fen| fen.unwrap_or(0) == 0);
    let Some(first) = own.first().filter(|_| !nothing) else { return Ok(None) };
    let at = input.place(Some(first.column));
    let shown = input.row.cell(first.column).shown();
    // What is open and what was paid of it are what was due.
    let due = match (due, due_column) {
        (Some(due), _) => due,
        (None, None) if arrears.is_some() => {
            arrears.unwrap_or(0) + paid.unwrap_or(0) + waived.unwrap_or(0).abs()
        }
        _ => {
            input.gathered.problems.add(at, &shown, &Reason::MoneyMissing);
            return Err(Noted);
        }
    };
    if due < 0 {
        input.gathered.problems.add(at.clone(), &shown, &Reason::NegativeAmount);
    }
    let waived_column = column(Field::Waived);
    let waived_at = input.place(waived_column);
    let waived = waived.or(waived_column.map(|_| 0));
    let (due, waived) = charge::waiver(input, waived_at, (due, waived));
    let left = due - waived.unwrap_or(0);
    let open = arrears_column.filter(|_| due_column.is_some());
    let paid = match (paid_column, open) {
        (Some(_), _) => Some(paid.unwrap_or(0)),
        (None, Some(_)) => Some(left - arrears.unwrap_or(0)),
        (None, None) => None,
    };
    Ok(Some(Line { at, part: first.part.clone(), due, waived, paid }))
}

/// The period of a line and the last day to pay, from its heading or from the row.
fn when(input: &mut RowIn<'_>, line: &Line) -> Result<(String, NaiveDate), Noted> {
    let Some(period) = line.part.period else { return charge::when(input) };
    // The heading of the table has told that the year is missing.
    let period = input.gathered.year_of(period).ok_or(Noted)?;
    let due_on = period.last_day().map_err(|reason| {
        input.gathered.problems.add(line.at.clone(), "", &reason);
        Noted
    })?;
    Ok((period.to_string(), due_on))
}

/// Gives what the row as a whole was paid, or lacks, to its lines in their order; answers the day
/// and the sum when the row says on which day it was.
fn spread(input: &mut RowIn<'_>, lines: &mut [Line]) -> Result<Option<(NaiveDate, i64)>, Noted> {
    let own = input
        .columns
        .parts()
        .iter()
        .any(|part| matches!(part.part.field, Field::Paid | Field::Arrears));
    let has = |field| input.columns.has(field);
    if own || lines.is_empty() || !(has(Field::Paid) || has(Field::Arrears)) {
        return Ok(None);
    }
    let by_paid = has(Field::Paid);
    let left: i64 = lines.iter().map(|line| line.due - line.waived.unwrap_or(0)).sum();
    let paid = input.money(Field::Paid)?;
    let arrears = input.money(Field::Arrears)?;
    let paid = match by_paid {
        true => paid.unwrap_or(0),
        false => left - arrears.unwrap_or(0),
    };
    if by_paid && arrears.is_some_and(|arrears| arrears != left - paid) {
        input.note(Field::Arrears, &Reason::ArrearsDiffer { due_less_paid: left - paid });
    }
    if paid > 0
        && let Some(day) = input.day(Field::PaidOn)?
    {
        return Ok(Some((day, paid)));
    }
    let mut rest = paid;
    let last = lines.len().saturating_sub(1);
    for (nth, line) in lines.iter_mut().enumerate() {
        let open = (line.due - line.waived.unwrap_or(0)).max(0);
        let share = if nth == last { rest } else { rest.clamp(0, open) };
        line.paid = Some(share);
        rest -= share;
    }
    Ok(None)
}

/// Holds a sum of the row against its lines. What is not called a sum may stand beside them.
fn check_total(input: &mut RowIn<'_>, sum: i64) -> Result<(), Noted> {
    if let Some(column) = input.columns.total()
        && let Ok(Some(total)) = money::read(input.row.cell(column))
        && total != sum
    {
        let at = input.place(Some(column));
        let shown = input.row.cell(column).shown();
        input.gathered.problems.add(at, &shown, &Reason::TotalDiffers { sum });
    }
    let times = input.columns.parts().iter().any(|part| part.part.period.is_some());
    for field in [Field::Due, Field::Amount] {
        let total = input.money(field)?;
        if total.is_none_or(|total| total == sum) {
            continue;
        }
        if times || input.columns.is_sum(field) {
            input.note(field, &Reason::TotalDiffers { sum });
        } else {
            return Err(input.note(field, &Reason::PartsDiffer { sum }));
        }
    }
    Ok(())
}
