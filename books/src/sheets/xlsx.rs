//! Rows of .xlsx and .xlsm, streamed. Macros are never looked at.

use std::io::Cursor;

use calamine::{
    DataRef, Dimensions, Reader, Sheet, SheetType, SheetVisible, Xlsx,
    XlsxCellFormulaMetadataRecord, XlsxError,
};

use super::{
    Bounded, Head, Merge,
    percents::{self, Places},
    xlsx_percents::Percents,
};
use crate::{
    cells::{Cell, Fault, Row},
    options::Limits,
    refused::Refused,
};

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Hands every row to the sink. The bytes must have passed [`super::xlsx_bounds::check`].
///
/// # Errors
/// When the workbook is damaged, protected, or has too many rows.
pub(super) fn each_row(
    bytes: &[u8],
    limits: &Limits,
    sink: &mut Bounded<'_>,
) -> Result<(), Refused> {
    let mut workbook: Workbook<'_> = Xlsx::new(Cursor::new(bytes)).map_err(refused)?;
    let sheets: Vec<Sheet> = workbook.sheets_metadata().to_vec();
    let mut percents = Percents::of(bytes);
    let sheets = sheets.into_iter().enumerate();
    for (nth, sheet) in sheets.filter(|(_, sheet)| sheet.typ == SheetType::WorkSheet) {
        let merged = workbook.merge_cells_by_sheet_name(&sheet.name).map_err(refused)?;
        let head = Head {
            name: sheet.name.clone(),
            hidden: sheet.visible != SheetVisible::Visible,
            merges: merges(&merged),
        };
        if sink.begin(head) {
            let percents = percents.cells(nth)?;
            sheet_rows(&mut workbook, (&sheet.name, &percents), limits, sink)?;
            sink.end();
        }
    }
    Ok(())
}

/// Merged cells that reach over several rows; a title over several columns is of no use.
pub(super) fn merges(merged: &[Dimensions]) -> Vec<Merge> {
    merged
        .iter()
        .filter(|area| area.end.0 > area.start.0)
        .map(|area| Merge {
            column: area.start.1 as usize,
            first: area.start.0.saturating_add(1),
            last: area.end.0.saturating_add(1),
        })
        .collect()
}

fn sheet_rows(
    workbook: &mut Workbook<'_>,
    (name, percents): (&str, &Places),
    limits: &Limits,
    sink: &mut Bounded<'_>,
) -> Result<(), Refused> {
    let mut cells = workbook.worksheet_cells_reader(name).map_err(refused)?;
    let mut row = Row { number: 0, cells: Vec::new() };
    while let Some(record) = cells.next_cell_with_formula_metadata().map_err(refused)? {
        let number = record.pos.0.saturating_add(1);
        if number != row.number {
            sink.row(std::mem::replace(&mut row, Row { number, cells: Vec::new() }))?;
        }
        let column = record.pos.1 as usize;
        if column < limits.columns {
            if row.cells.len() <= column {
                row.cells.resize(column + 1, Cell::Empty);
            }
            if let Some(place) = row.cells.get_mut(column) {
                let percent = percents.contains(&record.pos);
                let cell = cell(record);
                *place = if percent { percents::shown(cell) } else { cell };
            }
        }
    }
    sink.row(row)
}

fn cell(record: XlsxCellFormulaMetadataRecord<'_>) -> Cell {
    match record.value {
        DataRef::Empty if record.formula.is_some() => Cell::Fault(Fault::NoValue),
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(number as f64),
        DataRef::Float(number) => Cell::Number(number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Cell::text(&text)
        }
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Bool(value) => Cell::Bool(value),
        DataRef::DateTime(moment) => super::day(moment),
        DataRef::Error(_) => Cell::Fault(Fault::Error),
    }
}

/// A damaged workbook is the office's to mend; which part of the format broke is for the log.
fn refused(error: XlsxError) -> Refused {
    match error {
        XlsxError::Password => Refused::Password,
        XlsxError::FileNotFound(_) => Refused::WrongKind,
        error => Refused::Damaged(error.to_string()),
    }
}
