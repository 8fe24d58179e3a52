//! The table: what was measured, against what, and what was aimed at.

use std::{fmt::Write as _, fs};

use crate::Result;

/// Rows of the table, in the order in which they were taken.
pub(crate) struct Report {
    units: u64,
    seconds: u64,
    rows: Vec<Row>,
}

struct Row {
    target: &'static str,
    what: String,
    measured: String,
    aim: &'static str,
}

impl Report {
    pub(crate) fn begin(units: u64, seconds: u64) -> Self {
        Self { units, seconds, rows: Vec::new() }
    }

    /// A figure: which target it belongs to, what it is, what was measured, what is aimed at.
    pub(crate) fn row(
        &mut self,
        target: &'static str,
        what: &str,
        measured: String,
        aim: &'static str,
    ) {
        eprintln!("{target:4} {what}: {measured}  (aim: {aim})");
        self.rows.push(Row { target, what: what.to_owned(), measured, aim });
    }

    /// A ratio with the rates it was made from.
    pub(crate) fn ratio(
        &mut self,
        (target, aim): (&'static str, &'static str),
        what: &str,
        (ours, theirs): (f64, f64),
    ) {
        let measured =
            format!("{:.2} ({ours:.0}/s to {theirs:.0}/s)", ours / theirs.max(f64::MIN_POSITIVE));
        self.row(target, what, measured, aim);
    }

    fn table(&self) -> String {
        let mut text = format!(
            "{} units, turns of {} s, {} processors, one machine for everything.\n\n| | what | measured | aim |\n| --- | --- | --- | --- |\n",
            self.units,
            self.seconds,
            std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        );
        for row in &self.rows {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} |",
                row.target, row.what, row.measured, row.aim
            );
        }
        text
    }

    /// Prints the table, and writes it where the page has its place for it.
    pub(crate) fn publish(&self, page: Option<&str>) -> Result<()> {
        let table = self.table();
        print!("{table}");
        if let Some(page) = page {
            fs::write(page, table)?;
        }
        Ok(())
    }
}

/// The middle of three or more.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
