//! What is owed at the end of a day and how long it has been (rule 11). Pure; the same figure of a whole community is one
//! statement in `ageing.sql`.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate};

use super::{
    allocation::{By, Movements},
    entries::{Charge, Entries},
    periods::Span,
};

/// Days past due at which a bucket ends; the sixth has no end.
pub const ENDS: [u64; 5] = [30, 60, 90, 180, 365];
/// 1–30, 31–60, 61–90, 91–180, 181–365, over 365 days.
pub const BUCKETS: usize = ENDS.len() + 1;

/// Fen that are open, apart from each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Of charges.
    pub principal_fen: i64,
    /// Of billed penalties.
    pub penalty_fen: i64,
}

impl Split {
    /// Both.
    pub fn fen(self) -> i64 {
        self.principal_fen + self.penalty_fen
    }

    /// Adds to one of them.
    pub fn add(&mut self, is_penalty: bool, fen: i64) {
        *(if is_penalty { &mut self.penalty_fen } else { &mut self.principal_fen }) += fen;
    }
}

/// Money that came on a day nobody wrote down: before the day of the book, what was owed is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Fen.
    pub fen: i64,
    /// From this day on it is known.
    pub until: NaiveDate,
}

/// What was owed at the end of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// Past due, by how long.
    pub buckets: [Split; BUCKETS],
    /// Not due yet.
    pub not_due: Split,
    /// Of what is past due: for periods that ended before the year of the day.
    pub historical_fen: i64,
    /// Money and red letters that settle nothing. Negative when more was given back than had come.
    pub credit_fen: i64,
    /// Due day of the oldest that is past due.
    pub oldest_due_on: Option<NaiveDate>,
    /// Accounts with something past due.
    pub accounts: i64,
    /// What makes the figure uncertain.
    pub unknown: Option<Unknown>,
}

impl Figure {
    /// Of one account.
    pub fn of(entries: &Entries, movements: &Movements, on: NaiveDate) -> Self {
        let mut figure = Self { credit_fen: credit(entries, movements, on), ..Self::default() };
        let mut gone = BTreeMap::new();
        for ((_, charge, _), fen) in movements.iter().filter(|((_, _, day), _)| *day <= on) {
            *gone.entry(*charge).or_insert(0) += fen;
        }
        for charge in entries.charges.iter().filter(|charge| charge.effective_on <= on) {
            let fen = charge.amount_fen - gone.get(&charge.id).unwrap_or(&0);
            figure.take(charge, fen, on);
        }
        figure.accounts = i64::from(figure.oldest_due_on.is_some());
        let later = entries.payments.iter().filter(|one| one.day_unknown && one.effective_on > on);
        let last = later.clone().map(|one| one.effective_on).max();
        figure.unknown =
            last.map(|until| Unknown { fen: later.map(|one| one.amount_fen).sum(), until });
        figure
    }

    fn take(&mut self, charge: &Charge, fen: i64, on: NaiveDate) {
        if fen == 0 {
            return;
        }
        let Some(bucket) = bucket_of(charge.due_on, on) else {
            return self.not_due.add(charge.is_penalty, fen);
        };
        if let Some(split) = self.buckets.get_mut(bucket) {
            split.add(charge.is_penalty, fen);
        }
        if is_historical(&charge.period, on) {
            self.historical_fen += fen;
        }
        let oldest = self.oldest_due_on.map_or(charge.due_on, |oldest| oldest.min(charge.due_on));
        self.oldest_due_on = Some(oldest);
    }

    /// Fen past due: the sum of the buckets.
    pub fn overdue_fen(&self) -> i64 {
        self.buckets.iter().map(|split| split.fen()).sum()
    }

    /// Fen open, due or not.
    pub fn open_fen(&self) -> i64 {
        self.overdue_fen() + self.not_due.fen()
    }

    /// Fen of billed penalties among what is open.
    pub fn penalty_fen(&self) -> i64 {
        self.buckets.iter().map(|split| split.penalty_fen).sum::<i64>() + self.not_due.penalty_fen
    }
}

/// Into which bucket it falls; none when it is not past due.
pub fn bucket_of(due_on: NaiveDate, on: NaiveDate) -> Option<usize> {
    let days = u64::try_from((on - due_on).num_days()).ok().filter(|days| *days > 0)?;
    Some(ENDS.iter().position(|end| days <= *end).unwrap_or(ENDS.len()))
}

/// The earliest due day of each bucket but the last, as `ageing.sql` wants it.
pub fn earliest_due(on: NaiveDate) -> [NaiveDate; ENDS.len()] {
    ENDS.map(|days| on.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN))
}

/// Whether it is for a period that ended before the year of the day.
fn is_historical(period: &str, on: NaiveDate) -> bool {
    Span::of(period).is_some_and(|span| span.year() < on.year())
}

fn credit(entries: &Entries, movements: &Movements, on: NaiveDate) -> i64 {
    let there = |one: &&super::entries::Payment| {
        one.effective_on <= on && one.gone_on.is_none_or(|day| day > on)
    };
    let came: i64 = entries.payments.iter().filter(there).map(|one| one.amount_fen).sum();
    let reds = entries.red_letters.iter().filter(|one| one.effective_on <= on);
    let reds: i64 = reds.map(|one| one.amount_fen).sum();
    let refunds = entries.refunds.iter().filter(|one| one.effective_on <= on);
    let refunds: i64 = refunds.map(|one| one.amount_fen).sum();
    let used = movements
        .iter()
        .filter(|((by, _, day), _)| *day <= on && matches!(by, By::Payment(_) | By::RedLetter(_)));
    came + reds - refunds - used.map(|(_, fen)| fen).sum::<i64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_bucket_begins_the_day_after_the_one_before_it_ends() {
        let on = day("2026-11-23");
        let of = |days| bucket_of(on - Days::new(days), on);
        assert_eq!(bucket_of(on + Days::new(1), on), None);
        assert_eq!(of(0), None, "due today is not past due");
        let edges = [1, 30, 31, 60, 61, 90, 91, 180, 181, 365, 366].map(|days| of(days).unwrap());
        assert_eq!(edges, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5]);
    }

    #[test]
    fn a_period_that_reaches_into_the_year_is_current() {
        let on = day("2026-11-23");
        assert!(is_historical("2025", on));
        assert!(is_historical("2025-12", on));
        assert!(!is_historical("2025-11/2026-01", on));
        assert!(!is_historical("2026-Q1", on));
    }
}
