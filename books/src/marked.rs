//! A copy of the book with its problems marked, for the clerk who mends it.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Color, Format, FormatBorder, Note, Workbook, Worksheet, XlsxError};

use crate::{
    cells::{self, Cell, Fault, Row},
    options::Options,
    problems::{Problem, Severity},
    refused::Refused,
    sheets::{self, Head, Sink},
    source::{self, Source},
};

/// Excel's limit for a cell.
const MAX_CHARS: usize = 32_000;

/// Heading of the column with the problems of each row.
const HEADING: &str = "问题 / Problems";

/// Writes the book again as .xlsx, with its values but without its looks: the cells of the
/// problems coloured and commented, and all problems of a row in a column behind the last one.
/// No cell of it is a formula; texts that look like one are given an apostrophe, which
/// [`read`](crate::read) takes off again.
///
/// # Errors
/// As [`read`](crate::read), for the source must be read again; also when the copy cannot be
/// written, as when a sheet has more rows than .xlsx can hold.
pub fn mark<'a>(
    source: impl Into<Source<'a>>,
    problems: &[Problem],
    options: &Options,
) -> Result<Vec<u8>, Refused> {
    let file = source::load(source.into(), &options.limits)?;
    let mut copy = Copy::new(problems);
    sheets::contained(|| sheets::each_row(&file, &options.limits, &mut copy))?;
    copy.finish().map_err(|error| Refused::Damaged(error.to_string()))
}

/// Problems by row of a sheet.
type ByRow<'p> = BTreeMap<u32, Vec<&'p Problem>>;

/// The copy as far as it is written.
struct Copy<'p> {
    problems: BTreeMap<&'p str, ByRow<'p>>,
    workbook: Workbook,
    sheet: Option<Sheet<'p>>,
    looks: Looks,
    failed: Option<XlsxError>,
}

/// The sheet that is being written.
struct Sheet<'p> {
    worksheet: Worksheet,
    by_row: ByRow<'p>,
    /// Columns that hold anything, over all rows.
    columns: u16,
}

/// How cells look.
struct Looks {
    day: Format,
    heading: Format,
    note: Format,
    warning: Format,
    blocking: Format,
}

impl Looks {
    fn new() -> Self {
        let coloured = |colour: u32| {
            Format::new()
                .set_background_color(Color::RGB(colour))
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(0x00A6_A6A6))
        };
        Self {
            day: Format::new().set_num_format("yyyy-mm-dd"),
            heading: Format::new().set_bold(),
            note: coloured(0x00DD_EBF7),
            warning: coloured(0x00FF_EB9C),
            blocking: coloured(0x00FF_C7CE),
        }
    }

    fn of(&self, severity: Severity) -> &Format {
        match severity {
            Severity::Note => &self.note,
            Severity::Warning => &self.warning,
            Severity::Blocking => &self.blocking,
        }
    }
}

impl<'p> Copy<'p> {
    fn new(problems: &'p [Problem]) -> Self {
        let mut by_sheet: BTreeMap<&str, ByRow<'p>> = BTreeMap::new();
        for problem in problems {
            let rows = by_sheet.entry(problem.at.sheet.as_str()).or_default();
            rows.entry(problem.at.row).or_default().push(problem);
        }
        let (workbook, looks) = (Workbook::new(), Looks::new());
        Self { problems: by_sheet, workbook, sheet: None, looks, failed: None }
    }

    fn finish(mut self) -> Result<Vec<u8>, XlsxError> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.workbook.save_to_buffer(),
        }
    }

    /// Writes on unless something failed before; the first failure is the one to tell.
    fn attempt(&mut self, write: impl FnOnce(&mut Self) -> Result<(), XlsxError>) {
        if self.failed.is_none() {
            self.failed = write(self).err();
        }
    }
}

impl Sink for Copy<'_> {
    fn begin(&mut self, head: Head) -> bool {
        let mut worksheet = Worksheet::new();
        let by_row = self.problems.remove(head.name.as_str()).unwrap_or_default();
        // A name that only a CSV file can have stays Excel's own, Sheet1.
        let named = worksheet.set_name(&head.name).is_ok();
        if named && head.hidden {
            worksheet.set_hidden(true);
        }
        self.sheet = Some(Sheet { worksheet, by_row, columns: 0 });
        true
    }

    fn row(&mut self, row: Row) {
        self.attempt(|copy| match &mut copy.sheet {
            Some(sheet) => sheet.write_row(&row, &copy.looks),
            None => Ok(()),
        });
    }

    fn end(&mut self) {
        self.attempt(|copy| {
            if let Some(mut sheet) = copy.sheet.take() {
                sheet.write_problems(&copy.looks)?;
                copy.workbook.push_worksheet(sheet.worksheet);
            }
            Ok(())
        });
    }
}

impl Sheet<'_> {
    fn write_row(&mut self, row: &Row, looks: &Looks) -> Result<(), XlsxError> {
        let problems = self.by_row.get(&row.number).map_or(&[][..], Vec::as_slice);
        for (column, cell) in (0_u16..).zip(&row.cells) {
            let letters = cells::letters(column.into());
            let here: Vec<&Problem> = problems
                .iter()
                .copied()
                .filter(|problem| problem.at.column.as_ref() == Some(&letters))
                .collect();
            let at = (row.number - 1, column);
            let worst = here.iter().map(|problem| problem.severity).max();
            write_cell(&mut self.worksheet, at, cell, (worst.map(|worst| looks.of(worst)), looks))?;
            if !here.is_empty() {
                let note = Note::new(words(&here)).add_author_prefix(false);
                self.worksheet.insert_note(at.0, at.1, &note)?;
            }
            if *cell != Cell::Empty {
                self.columns = self.columns.max(column + 1);
            }
        }
        Ok(())
    }

    fn write_problems(&mut self, looks: &Looks) -> Result<(), XlsxError> {
        if self.by_row.is_empty() {
            return Ok(());
        }
        let column = self.columns;
        self.worksheet.set_column_width(column, 60)?;
        for (row, problems) in &self.by_row {
            let worst = problems.iter().map(|problem| problem.severity).max();
            let format = worst.map_or(&looks.note, |worst| looks.of(worst));
            self.worksheet.write_with_format(row - 1, column, words(problems), format)?;
        }
        if !self.by_row.contains_key(&1) {
            self.worksheet.write_with_format(0, column, HEADING, &looks.heading)?;
        }
        Ok(())
    }
}

/// Writes one cell: in the colour of its worst problem, where it has one, and as a day where it
/// is one.
fn write_cell(
    worksheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    (marked, looks): (Option<&Format>, &Looks),
) -> Result<(), XlsxError> {
    let plain = Format::default();
    let format = marked.unwrap_or(&plain);
    match cell {
        Cell::Empty if marked.is_none() => {}
        Cell::Empty => {
            worksheet.write_blank(row, column, format)?;
        }
        Cell::Number(number) => {
            worksheet.write_with_format(row, column, *number, format)?;
        }
        Cell::Bool(value) => {
            worksheet.write_with_format(row, column, *value, format)?;
        }
        Cell::Day(day) => {
            let format = format.merge(&looks.day);
            worksheet.write_with_format(row, column, day, &format)?;
        }
        Cell::Text(text) => {
            let cut: String = cells::escaped(text).chars().take(MAX_CHARS).collect();
            worksheet.write_with_format(row, column, cut, format)?;
        }
        Cell::Fault(fault) => {
            let shown = if *fault == Fault::Error { "#ERROR" } else { "#NO VALUE" };
            worksheet.write_with_format(row, column, shown, format)?;
        }
    }
    Ok(())
}

/// The problems in both languages, a line each.
fn words(problems: &[&Problem]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| match &problem.at.column {
            Some(column) => format!("{column}: {} / {}", problem.zh, problem.en),
            None => format!("{} / {}", problem.zh, problem.en),
        })
        .collect();
    cells::escaped(&lines.join("\n")).chars().take(MAX_CHARS).collect()
}
