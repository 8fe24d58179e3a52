//! One cell, whatever kind of file it came from.

use chrono::NaiveDate;

use crate::reasons::Reason;

/// The value of a cell. A formula is its stored value.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Cell {
    /// Nothing, or text of nothing but spaces.
    #[default]
    Empty,
    /// Text as it stands, never empty.
    Text(String),
    /// A number that is not shown as a date.
    Number(f64),
    /// A number that the workbook shows as a date.
    Day(NaiveDate),
    /// TRUE or FALSE.
    Bool(bool),
    /// No value to read.
    Fault(Fault),
}

/// Why a cell has no value to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// `#REF!`, `#N/A` and their like.
    Error,
    /// A formula that was never computed.
    NoValue,
}

impl Fault {
    /// The problem that this is.
    pub(crate) fn reason(self) -> Reason {
        match self {
            Self::Error => Reason::ErrorValue,
            Self::NoValue => Reason::FormulaWithoutValue,
        }
    }
}

/// One row with at least one cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// From 1, as Excel shows it.
    pub(crate) number: u32,
    /// From column A on; the end may be missing.
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    /// The cell of a column, counted from 0.
    pub(crate) fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }

    /// How many cells hold something.
    pub(crate) fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| **cell != Cell::Empty).count()
    }

    /// The texts of the row.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().filter_map(|cell| match cell {
            Cell::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

impl Cell {
    /// Text as a cell; nothing but spaces is empty. The apostrophe that keeps a text from being
    /// taken for a formula is not part of it: see [`escaped`].
    pub(crate) fn text(text: &str) -> Self {
        let text = text.strip_prefix('\'').filter(|text| text.starts_with(FORMULA)).unwrap_or(text);
        if text.trim().is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// What the cell shows, near enough to read words and codes from it: a whole number without
    /// decimals (telephones, rooms), a day as `2026-09-15`.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => format!("{number}"),
            Self::Day(day) => day.to_string(),
            Self::Bool(value) => (if *value { "TRUE" } else { "FALSE" }).to_owned(),
            Self::Fault(Fault::Error) => "#!".to_owned(),
            Self::Fault(Fault::NoValue) => "=".to_owned(),
        }
    }
}

/// What makes a spreadsheet take a text for a formula.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// A text that no spreadsheet takes for a formula: one that begins like one is given an
/// apostrophe, which [`Cell::text`] takes off again.
pub(crate) fn escaped(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

/// The letters of a column, counted from 0: 0 is `A`, 26 is `AA`.
pub(crate) fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_excel() {
        let shown: Vec<String> = [0, 25, 26, 51, 701, 702].map(letters).into();
        assert_eq!(shown, ["A", "Z", "AA", "AZ", "ZZ", "AAA"]);
    }

    #[test]
    fn a_formula_as_text_is_escaped_and_comes_back() {
        for text in ["=1+1", "-12.00", "@SUM(A1)", "+86"] {
            assert_eq!(escaped(text), format!("'{text}"));
            assert_eq!(Cell::text(&escaped(text)), Cell::Text(text.to_owned()));
        }
        assert_eq!(escaped("1-1-301"), "1-1-301");
    }

    #[test]
    fn whole_numbers_show_without_decimals() {
        assert_eq!(Cell::Number(13_892_668_587.0).shown(), "13892668587");
        assert_eq!(Cell::Number(301.0).shown(), "301");
    }
}
