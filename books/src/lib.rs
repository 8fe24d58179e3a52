//! Reads what a property office really has (.xlsx, .xls, .csv) into typed rows and problems.
//!
//! The crate is pure: no database, no network, no clock. [`read`] takes a file and gives a
//! [`Book`]; what cannot be read as it stands is a [`Problem`] in it, with sheet, row, column and
//! words in both languages. Only a file that is no book at all is [`Refused`].
//!
//! The way of a file: `source` agrees on its kind, `sheets` checks its bounds and streams its
//! rows, `table` finds headings and data, `entries` reads each row with the readers of single
//! cells (`money`, `dates`, `periods`, `rooms`, `phones`, `names`), and `finish`
//! looks at the book as a whole.
//!
//! To teach it a heading, add a word to `fields.rs`. To teach it a way of writing, add a case to
//! the test of the cell's reader first.

mod book;
mod cells;
mod date_text;
mod dated;
mod dates;
mod entries;
mod fields;
mod finish;
mod gathered;
mod heading_parts;
mod headings;
mod identity;
mod marked;
mod money;
mod names;
mod options;
mod periods;
mod phones;
mod preamble;
mod problems;
#[cfg(test)]
mod properties;
mod reasons;
mod refused;
mod repeated;
mod repeated_sheets;
mod room_parts;
mod room_text;
mod rooms;
mod sheets;
mod source;
mod summary;
mod sums;
mod table;
mod text;
mod units;

pub use book::{At, Book, ChargeRow, HolderRow, PaymentRow, UnitRow};
pub use fields::Field;
pub use identity::{IdentityRow, identity_number};
pub use marked::mark;
pub use options::{Limits, Mapping, Options};
pub use phones::phone_numbers;
pub use problems::{Problem, Severity};
pub use refused::Refused;
pub use room_parts::{Place, TypedPart, typed_room};
pub use rooms::Room;
pub use source::Source;
pub use summary::{Sum, Summary};
pub use text::fold;

/// Reads a whole file.
///
/// # Errors
/// When the file is no workbook, is protected, damaged, named for another kind, or larger than
/// [`Options::limits`] allow. What is wrong with single cells is in [`Book::problems`].
pub fn read<'a>(source: impl Into<Source<'a>>, options: &Options) -> Result<Book, Refused> {
    let file = source::load(source.into(), &options.limits)?;
    sheets::contained(|| {
        let mut tables = table::Tables::new(options, &file.name);
        sheets::each_row(&file, &options.limits, &mut tables)?;
        Ok(finish::book(tables.finish(), &options.rooms))
    })
}
