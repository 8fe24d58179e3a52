//! The period of a charge: `2026-09`, `2026-Q3`, `2026`, or `2026-01/2026-06`. Pure.

use chrono::{Datelike as _, Months, NaiveDate};

/// The first and the last month of a period, counted from the year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    first: i32,
    last: i32,
}

impl Span {
    /// Reads a period; none when it is written in no known form.
    pub fn of(period: &str) -> Option<Self> {
        let (first, last) = period.split_once('/').unwrap_or((period, period));
        let span = Self { first: part(first)?.0, last: part(last)?.1 };
        (span.first <= span.last).then_some(span)
    }

    /// Whether they have a month in common.
    pub fn meets(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// From the first month of either to the last month of either.
    pub fn with(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last) }
    }

    /// Whether every month of another one is in it.
    pub fn has(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// The year in which it ends: the accounting year it belongs to.
    pub fn year(self) -> i32 {
        self.last.div_euclid(12)
    }

    /// Whether some month of it is still to come on that day.
    pub fn is_ahead_of(self, day: NaiveDate) -> bool {
        self.last > month_of(day)
    }

    /// Its last day.
    pub fn last_day(self) -> Option<NaiveDate> {
        let month = u32::try_from(self.last.rem_euclid(12)).ok()? + 1;
        let first = NaiveDate::from_ymd_opt(self.year(), month, 1)?;
        first.checked_add_months(Months::new(1))?.pred_opt()
    }
}

fn month_of(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0().cast_signed()
}

/// A year, quarter or month as its first and last month.
fn part(text: &str) -> Option<(i32, i32)> {
    let (year, rest) = match text.split_once('-') {
        Some((year, rest)) => (year, Some(rest)),
        None => (text, None),
    };
    let start = year.parse::<i32>().ok()? * 12;
    let Some(rest) = rest else { return Some((start, start + 11)) };
    if let Some(quarter) = rest.strip_prefix('Q') {
        let quarter: i32 = quarter.parse().ok().filter(|n| (1..=4).contains(n))?;
        return Some((start + quarter * 3 - 3, start + quarter * 3 - 1));
    }
    let month: i32 = rest.parse().ok().filter(|n| (1..=12).contains(n))?;
    Some((start + month - 1, start + month - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(period: &str) -> Span {
        Span::of(period).unwrap()
    }

    #[test]
    fn every_form_has_its_months() {
        assert_eq!(span("2026-Q3"), span("2026-07/2026-09"));
        assert_eq!(span("2026"), span("2026-01/2026-12"));
        assert_eq!(span("2025-11/2026-01").year(), 2026);
        assert_eq!(Span::of("九月"), None);
        assert_eq!(Span::of("2026-13"), None);
    }

    #[test]
    fn periods_meet_where_they_share_a_month() {
        assert!(span("2026").meets(span("2026-09")));
        assert!(span("2026-Q3").meets(span("2026-09")));
        assert!(!span("2026-Q3").meets(span("2026-10")));
    }

    #[test]
    fn a_period_is_ahead_until_its_last_month_begins_and_ends_with_that_month() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert!(span("2026-03").is_ahead_of(day("2026-02-28")));
        assert!(!span("2026-03").is_ahead_of(day("2026-03-01")));
        assert_eq!(span("2026-02").last_day(), Some(day("2026-02-28")));
        assert_eq!(span("2026").last_day(), Some(day("2026-12-31")));
    }
}
