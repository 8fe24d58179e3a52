//! When a case opens, closes, and opens again. Pure.

use chrono::NaiveDate;

use crate::kernel::Moment;

/// What is known of an account when its case is looked at.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Fen overdue today.
    pub overdue_fen: i64,
    /// When the oldest overdue charge became known.
    pub oldest_known_since: Option<Moment>,
    /// Due day of the oldest overdue charge.
    pub oldest_due_on: Option<NaiveDate>,
    /// The newest case of the account.
    pub last_case: Option<LastCase>,
}

/// The newest case of an account.
#[derive(Clone, Debug)]
pub struct LastCase {
    /// Whether it is open.
    pub open: bool,
    /// When it closed.
    pub closed_at: Option<Moment>,
    /// On which local day that was.
    pub closed_on: Option<NaiveDate>,
}

/// What happens to the case of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It stays as it is.
    Stay,
    /// A new spell of arrears begins.
    Open,
    /// The last spell goes on: what had been settled is owed again.
    Reopen,
    /// Nothing is overdue any more.
    Close,
}

/// Decides. A closed case is opened again when what is overdue was known and due before it closed: then it was part of
/// that spell. Anything later is a new one.
pub fn turn(standing: &Standing) -> Turn {
    let owes = standing.overdue_fen > 0;
    match &standing.last_case {
        Some(case) if case.open => {
            if owes {
                Turn::Stay
            } else {
                Turn::Close
            }
        }
        _ if !owes => Turn::Stay,
        Some(case) if part_of(standing, case) => Turn::Reopen,
        _ => Turn::Open,
    }
}

fn part_of(standing: &Standing, case: &LastCase) -> bool {
    let (Some(closed), Some(closed_on), Some(known), Some(due_on)) =
        (case.closed_at, case.closed_on, standing.oldest_known_since, standing.oldest_due_on)
    else {
        return false;
    };
    known <= closed && due_on < closed_on
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    fn standing(overdue_fen: i64, last_case: Option<LastCase>) -> Standing {
        Standing {
            overdue_fen,
            oldest_known_since: Some(at("2026-10-01T00:00:00Z")),
            oldest_due_on: "2026-10-15".parse().ok(),
            last_case,
        }
    }

    fn closed(on: &str) -> Option<LastCase> {
        let closed_on = Some(at(on).date_naive());
        Some(LastCase { open: false, closed_at: Some(at(on)), closed_on })
    }

    #[test]
    fn overdue_opens_a_case_and_nothing_overdue_closes_it() {
        let open = Some(LastCase { open: true, closed_at: None, closed_on: None });
        assert_eq!(turn(&standing(1, None)), Turn::Open);
        assert_eq!(turn(&standing(1, open.clone())), Turn::Stay);
        assert_eq!(turn(&standing(0, open)), Turn::Close);
        assert_eq!(turn(&standing(0, None)), Turn::Stay);
    }

    #[test]
    fn what_had_been_settled_reopens_its_case() {
        assert_eq!(turn(&standing(1, closed("2026-10-20T00:00:00Z"))), Turn::Reopen);
    }

    #[test]
    fn a_charge_that_fell_due_after_closing_starts_a_new_case() {
        assert_eq!(turn(&standing(1, closed("2026-10-12T00:00:00Z"))), Turn::Open);
    }

    #[test]
    fn a_charge_that_became_known_after_closing_starts_a_new_case() {
        let mut late = standing(1, closed("2026-10-20T00:00:00Z"));
        late.oldest_known_since = Some(at("2026-10-21T00:00:00Z"));
        assert_eq!(turn(&late), Turn::Open);
    }
}
