//! Tables that are printed side by side: the same headings stand two or more times in one row.

use crate::{
    cells::{Cell, Row},
    fields::Field,
    headings::{self, Columns},
};

/// How wide each of the tables is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Blocks {
    /// Columns from one table to the next.
    pub(crate) width: usize,
    /// How many tables.
    count: usize,
}

/// Whether the headings say the same again from the second room on; none when they do not.
pub(crate) fn blocks(headings: &[String], columns: &Columns) -> Option<Blocks> {
    let texts: Vec<String> = headings.iter().map(|text| headings::normalised(text)).collect();
    let room = columns.first(Field::Room)?;
    let name = texts.get(room)?;
    let first = texts.iter().position(|text| text == name)?;
    let second = first + 1 + texts.get(first + 1..)?.iter().position(|text| text == name)?;
    let width = second - first;
    let end = texts.iter().rposition(|text| !text.is_empty())? + 1;
    let same = texts.iter().take(end).zip(texts.iter().take(end).skip(width)).all(|(a, b)| a == b);
    let count = end.div_ceil(width);
    (same && width > 1).then_some(Blocks { width, count })
}

/// The rows of the single tables, each with how many columns it was moved to the left.
pub(crate) fn split(row: Row, blocks: Option<Blocks>) -> Vec<(usize, Row)> {
    let Some(Blocks { width, count }) = blocks else { return vec![(0, row)] };
    let part = |nth: usize| {
        let cells: Vec<Cell> = row.cells.iter().skip(nth * width).take(width).cloned().collect();
        (nth * width, Row { number: row.number, cells })
    };
    (0..count).map(part).filter(|(_, row)| row.filled() > 0).collect()
}
