//! The rows of a file, sheet by sheet, one at a time.

mod delimited;
mod percents;
mod xls;
mod xls_bounds;
mod xls_percents;
mod xls_records;
mod xls_strings;
mod xlsx;
mod xlsx_bounds;
mod xlsx_percents;
mod xlsx_tags;

use calamine::ExcelDateTime;

use crate::{
    cells::{Cell, Row},
    options::Limits,
    refused::Refused,
    source::{Kind, Loaded},
};

/// What is known of a sheet before its first row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    /// Name.
    pub(crate) name: String,
    /// Whether the workbook hides it.
    pub(crate) hidden: bool,
    /// Cells merged over several rows.
    pub(crate) merges: Vec<Merge>,
}

/// Cells of one column that are merged over rows: only the first holds the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    /// Counted from 0.
    pub(crate) column: usize,
    /// First row, from 1.
    pub(crate) first: u32,
    /// Last row, from 1.
    pub(crate) last: u32,
}

/// Takes the rows of a file. Nothing of a sheet is kept for it.
pub(crate) trait Sink {
    /// A sheet begins; `false` skips it.
    fn begin(&mut self, head: Head) -> bool;
    /// A row of it, in the order of the file; rows without a value are left out.
    fn row(&mut self, row: Row);
    /// The sheet that began last is complete.
    fn end(&mut self);
}

/// Runs a reading of a file so that a panic in it is a refusal. The formats are read by crates
/// that were not written for hostile files, and a broken file must never end the server's task.
///
/// # Errors
/// Those of the reading, and [`Refused::Damaged`] when it panicked.
pub(crate) fn contained<T>(reading: impl FnOnce() -> Result<T, Refused>) -> Result<T, Refused> {
    // Nothing of the reading outlives a panic but the bytes of the file, which it cannot change.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(reading))
        .unwrap_or_else(|_| Err(Refused::Damaged("the parts do not fit together".to_owned())))
}

/// Hands every row of every sheet to the sink.
///
/// # Errors
/// When the file is damaged, protected or too large; the sink may have had rows by then.
pub(crate) fn each_row(
    file: &Loaded<'_>,
    limits: &Limits,
    sink: &mut dyn Sink,
) -> Result<(), Refused> {
    let mut sink = Bounded { sink, rows: 0, text_bytes: 0, limits };
    match file.kind {
        Kind::Xlsx => {
            xlsx_bounds::check(&file.bytes, limits)?;
            xlsx::each_row(&file.bytes, limits, &mut sink)
        }
        Kind::Xls => {
            let checked = xls_bounds::check(&file.bytes, limits)?;
            xls::each_row(checked, limits, &mut sink)
        }
        Kind::Csv => delimited::each_row(file, limits, &mut sink),
    }
}

/// A sink that stops at a number of rows and an amount of text. Cells may share one long text,
/// so the size of the file does not bound what comes out of it.
struct Bounded<'a> {
    sink: &'a mut dyn Sink,
    rows: usize,
    text_bytes: u64,
    limits: &'a Limits,
}

impl Bounded<'_> {
    fn begin(&mut self, head: Head) -> bool {
        self.sink.begin(head)
    }

    fn row(&mut self, row: Row) -> Result<(), Refused> {
        if row.filled() == 0 {
            return Ok(());
        }
        self.rows += 1;
        if self.rows > self.limits.rows {
            return Err(Refused::TooLarge { what: "rows", limit: self.limits.rows.to_string() });
        }
        self.text_bytes += row.texts().map(|text| text.len() as u64).sum::<u64>();
        if self.text_bytes > self.limits.text_bytes {
            let limit = format!("{} MB", self.limits.text_bytes >> 20);
            return Err(Refused::TooLarge { what: "text", limit });
        }
        self.sink.row(row);
        Ok(())
    }

    fn end(&mut self) {
        self.sink.end();
    }
}

/// A number that the workbook shows as a date, in the workbook's own epoch. What is no day, such
/// as a telephone number under a date format, stays a number.
fn day(moment: ExcelDateTime) -> Cell {
    let plausible = (0.0..3_000_000.0).contains(&moment.as_f64());
    let day = moment.as_datetime().filter(|_| plausible && moment.is_datetime());
    day.map_or(Cell::Number(moment.as_f64()), |day| Cell::Day(day.date()))
}
