//! Sums of the columns of money, to hold the book's own totals against.

use crate::{
    cells::{Cell, Row},
    headings::Columns,
    money,
};

/// What the rows of one table come to so far.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    columns: Vec<Sum>,
    /// Whether a row of totals was met.
    pub(crate) closed: bool,
}

/// Of one column, in fen.
#[derive(Debug)]
struct Sum {
    column: usize,
    /// Since the headings.
    all: i64,
    /// Since the last row of totals.
    part: i64,
    /// Since the headings came again on this page.
    page: i64,
}

impl Sums {
    /// Nothing yet, for each column of money.
    pub(crate) fn new(columns: &Columns) -> Self {
        let money = columns.money().chain(columns.total());
        let columns = money.map(|column| Sum { column, all: 0, part: 0, page: 0 });
        Self { columns: columns.collect(), closed: false }
    }

    /// Adds a row of data; what is no amount there is reported by the reader of the row.
    pub(crate) fn add(&mut self, row: &Row) {
        for sum in &mut self.columns {
            let fen = amount(row.cell(sum.column)).unwrap_or(0);
            sum.all = sum.all.saturating_add(fen);
            sum.part = sum.part.saturating_add(fen);
            sum.page = sum.page.saturating_add(fen);
        }
    }

    /// The headings come again.
    pub(crate) fn begin_page(&mut self) {
        self.columns.iter_mut().for_each(|sum| sum.page = 0);
    }

    /// The columns of a row of totals that are neither the sum of all rows nor of those since
    /// the totals before or on this page, each with the nearest of these sums.
    pub(crate) fn check(&mut self, row: &Row) -> Vec<(usize, i64)> {
        let mut wrong = Vec::new();
        for sum in &mut self.columns {
            let Some(total) = amount(row.cell(sum.column)) else { continue };
            let sums = [sum.part, sum.all, sum.page];
            if !sums.contains(&total) {
                let nearer = sums.into_iter().min_by_key(|s| total.abs_diff(*s));
                wrong.push((sum.column, nearer.unwrap_or(sum.all)));
            }
            sum.part = 0;
        }
        wrong
    }
}

fn amount(cell: &Cell) -> Option<i64> {
    money::read(cell).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fen: f64) -> Row {
        Row { number: 1, cells: vec![Cell::Number(fen)] }
    }

    #[test]
    fn a_total_may_be_of_all_rows_or_of_those_since_the_last() {
        let columns = vec![Sum { column: 0, all: 0, part: 0, page: 0 }];
        let mut sums = Sums { columns, closed: false };
        sums.add(&row(1.10));
        assert!(sums.check(&row(1.10)).is_empty());
        sums.add(&row(2.20));
        assert!(sums.check(&row(2.20)).is_empty());
        assert!(sums.check(&row(3.30)).is_empty());
        assert_eq!(sums.check(&row(3.31)), [(0, 330)]);
    }
}
