//! A row with a column for each month becomes a charge for each.

use super::{Noted, RowIn, charge};
use crate::{
    book::ChargeRow,
    fields::Field,
    gathered,
    headings::MonthColumn,
    periods::Period,
    reasons::Reason,
    rooms::{Named, Room},
};

/// Reads every month of the row. An empty cell is a month in which nothing is due.
pub(super) fn read(input: &mut RowIn<'_>, room: &Named) -> Result<(), Noted> {
    let columns = input.columns.months().to_vec();
    let mut periods: Vec<Period> = Vec::new();
    for month in &columns {
        if !periods.contains(&month.period) {
            periods.push(month.period);
        }
    }
    let mut sum = Some(0_i64);
    for period in periods {
        let own: Vec<MonthColumn> =
            columns.iter().copied().filter(|month| month.period == period).collect();
        let read = read_month(input, room, &own);
        sum = sum.zip(read.ok()).map(|(sum, fen)| sum.saturating_add(fen));
    }
    if let Some(sum) = sum {
        check_total(input, sum);
    }
    Ok(())
}

/// Reads one month; answers what is due for it.
fn read_month(input: &mut RowIn<'_>, room: &Named, own: &[MonthColumn]) -> Result<i64, Noted> {
    let column_of = |field: Field| own.iter().find(|month| month.field == field);
    let column = |fields: &[Field]| fields.iter().find_map(|field| column_of(*field)).copied();
    let mut money = |column: Option<MonthColumn>| match column {
        Some(month) => input.money_at(month.column),
        None => Ok(None),
    };
    let due_column = column(&[Field::Due, Field::Amount]);
    let (paid_column, arrears_column) = (column(&[Field::Paid]), column(&[Field::Arrears]));
    let (due, paid) = (money(due_column)?, money(paid_column)?);
    let (waived, arrears) = (money(column(&[Field::Waived]))?, money(arrears_column)?);
    let nothing = [due, paid, waived, arrears].iter().all(|fen| fen.unwrap_or(0) == 0);
    let Some(first) = own.first().filter(|_| !nothing) else { return Ok(0) };
    let at = gathered::at(input.sheet, input.row.number, Some(first.column));
    let shown = input.row.cell(first.column).shown();
    // What is open and what was paid of it are what was due.
    let due = match (due, due_column) {
        (Some(due), _) => due,
        (None, None) if arrears.is_some() => {
            arrears.unwrap_or(0) + paid.unwrap_or(0) + waived.unwrap_or(0)
        }
        _ => {
            input.gathered.problems.add(at, &shown, &Reason::MoneyMissing);
            return Err(Noted);
        }
    };
    if due < 0 {
        input.gathered.problems.add(at.clone(), &shown, &Reason::NegativeAmount);
    }
    // The heading of the table has told that the year is missing.
    let period = input.gathered.year_of(first.period).ok_or(Noted)?;
    let due_on = period.last_day().map_err(|reason| {
        input.gathered.problems.add(at.clone(), &shown, &reason);
        Noted
    })?;
    let left = due - waived.unwrap_or(0);
    let paid_fen = match (paid_column, arrears_column.filter(|_| due_column.is_some())) {
        (Some(_), _) => Some(paid.unwrap_or(0)),
        (None, Some(_)) => Some(left - arrears.unwrap_or(0)),
        (None, None) => None,
    };
    let charge = ChargeRow {
        at,
        room: Room::default(),
        item: charge::item(input),
        period: period.to_string(),
        due_on,
        amount_fen: due,
        paid_fen,
        waived_fen: waived,
        owner_name: charge::owner_name(input),
    };
    input.gathered.add_charge(room.clone(), charge);
    Ok(due)
}

/// Holds a sum at the end of the row against its months.
fn check_total(input: &mut RowIn<'_>, sum: i64) {
    for field in [Field::Due, Field::Amount] {
        let Some(column) = input.columns.first(field) else { continue };
        let total = input.money_at(column).ok().flatten();
        if total.is_some_and(|total| total != sum) {
            input.note(field, &Reason::TotalDiffers { sum });
        }
    }
}
