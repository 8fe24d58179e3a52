//! Rows of .xls, the format before 2007.

use std::io::Cursor;

use calamine::{Data, Reader, Sheet, SheetType, SheetVisible, Xls, XlsError};

use super::{
    Bounded, Head,
    percents::{self, Places},
    xls_bounds::Checked,
    xlsx::merges,
};
use crate::{
    cells::{Cell, Fault, Row},
    options::Limits,
    refused::Refused,
};

/// Hands every row of a workbook to the sink.
///
/// # Errors
/// When the workbook is damaged, protected, or has too many rows.
pub(super) fn each_row(
    Checked { bytes, percents }: Checked,
    limits: &Limits,
    sink: &mut Bounded<'_>,
) -> Result<(), Refused> {
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(refused)?;
    let sheets: Vec<Sheet> = workbook.sheets_metadata().to_vec();
    let sheets = sheets.into_iter().zip(percents);
    for (sheet, percents) in sheets.filter(|(sheet, _)| sheet.typ == SheetType::WorkSheet) {
        let merged = workbook.merge_cells_by_sheet_name(&sheet.name).map_err(refused)?;
        let head = Head {
            name: sheet.name.clone(),
            hidden: sheet.visible != SheetVisible::Visible,
            merges: merges(&merged),
        };
        if sink.begin(head) {
            sheet_rows(&mut workbook, (&sheet.name, &percents), limits, sink)?;
            sink.end();
        }
    }
    Ok(())
}

fn sheet_rows(
    workbook: &mut Xls<Cursor<Vec<u8>>>,
    (name, percents): (&str, &Places),
    limits: &Limits,
    sink: &mut Bounded<'_>,
) -> Result<(), Refused> {
    let range = workbook.worksheet_range(name).map_err(refused)?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, number) in range.rows().zip(first_row.saturating_add(1)..) {
        let indent = (first_column as usize).min(limits.columns);
        let columns = (first_column..).zip(row);
        let read = columns.map(|(column, data)| match percents.contains(&(number - 1, column)) {
            true => percents::shown(cell(data)),
            false => cell(data),
        });
        let cells =
            std::iter::repeat_n(Cell::Empty, indent).chain(read).take(limits.columns).collect();
        sink.row(Row { number, cells })?;
    }
    Ok(())
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::text(text),
        Data::Bool(value) => Cell::Bool(*value),
        Data::DateTime(moment) => super::day(*moment),
        Data::Error(_) => Cell::Fault(Fault::Error),
    }
}

fn refused(error: XlsError) -> Refused {
    match error {
        XlsError::Password => Refused::Password,
        error => Refused::Damaged(error.to_string()),
    }
}
