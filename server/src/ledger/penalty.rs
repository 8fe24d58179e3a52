//! Penalties for paying late (rule 14): computed from the contract until they are billed. Pure.
//!
//! For each day from the one after the due day, and after the free days of the contract, the part of the charge that was open
//! at the end of the day before bears the daily rate. Simple, never on a penalty; rounded to the fen once, at the end.

use chrono::{Days, NaiveDate};
use guanjia_entity::penalty_freeze;

use super::{
    allocation::Movements,
    entries::{Charge, Entries},
    policy::{Policy, Terms},
};
use crate::kernel::{Moment, ids::ChargeId};

/// Days on which penalties stand still, both inclusive.
pub type Frozen = Vec<(NaiveDate, NaiveDate)>;

/// What a charge bears by the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Borne {
    /// The charge.
    pub charge: ChargeId,
    /// Millionths a day by its contract.
    pub daily_ppm: i64,
    /// Fen computed since the beginning, at most the cap.
    pub accrued_fen: i64,
    /// Fen of it that were billed.
    pub billed_fen: i64,
    /// Fen of it that were waived before they were billed.
    pub waived_fen: i64,
}

impl Borne {
    /// Fen that could be billed.
    pub fn unbilled_fen(&self) -> i64 {
        (self.accrued_fen - self.billed_fen - self.waived_fen).max(0)
    }
}

/// What the charges of an account bear by the end of a day; charges that bear nothing are left out.
pub fn borne(
    (entries, movements): (&Entries, &Movements),
    policy: &Policy,
    frozen: &Frozen,
    on: NaiveDate,
) -> Vec<Borne> {
    let there = entries.charges.iter().filter(|charge| charge.effective_on <= on);
    let bears = |charge: &Charge| {
        let terms = policy.terms_of(charge)?;
        let of = entries.penalties.iter().filter(|one| one.charge == charge.id);
        let of = of.filter(|one| one.effective_on <= on);
        let sum =
            |billed| of.clone().filter(|one| one.billed == billed).map(|one| one.amount_fen).sum();
        let one = Borne {
            charge: charge.id,
            daily_ppm: terms.daily_ppm,
            accrued_fen: accrued(charge, movements, (terms, frozen), on),
            billed_fen: sum(true),
            waived_fen: sum(false),
        };
        (one.accrued_fen > 0 || one.billed_fen > 0).then_some(one)
    };
    there.filter_map(bears).collect()
}

/// Fen that a charge has borne by the end of a day, at most the cap.
pub fn accrued(
    charge: &Charge,
    movements: &Movements,
    (terms, frozen): (&Terms, &Frozen),
    on: NaiveDate,
) -> i64 {
    let mut changes: Vec<(NaiveDate, i64)> = movements
        .iter()
        .filter(|((_, of, _), _)| *of == charge.id)
        .map(|((_, _, day), fen)| (*day, *fen))
        .collect();
    changes.sort_unstable();
    let none = Frozen::new();
    let frozen = if terms.frozen_in_hold { frozen } else { &none };
    let mut first = later(charge.due_on, terms.free_days + 1).max(later(charge.effective_on, 1));
    let (mut open, mut fen_days) = (charge.amount_fen, 0_i128);
    for (day, fen) in changes {
        // What changes on a day bears its rate from the next day on.
        let last = day.min(on);
        fen_days += i128::from(open) * i128::from(days_between(first, last, frozen));
        first = first.max(later(last, 1));
        open -= fen;
    }
    fen_days += i128::from(open) * i128::from(days_between(first, on, frozen));
    let fen = (fen_days * i128::from(terms.daily_ppm) + 500_000).div_euclid(1_000_000);
    let cap = terms
        .cap_percent
        .map(|percent| (i128::from(charge.amount_fen) * i128::from(percent)).div_euclid(100));
    i64::try_from(cap.map_or(fen, |cap| fen.min(cap))).unwrap_or(i64::MAX)
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// Days from the first to the last, both inclusive, without those that are frozen.
fn days_between(first: NaiveDate, last: NaiveDate, frozen: &Frozen) -> i64 {
    if first > last {
        return 0;
    }
    let mut spans: Frozen = (frozen.iter())
        .map(|(from, until)| ((*from).max(first), (*until).min(last)))
        .filter(|(from, until)| from <= until)
        .collect();
    spans.sort_unstable();
    let (mut count, mut next) = ((last - first).num_days() + 1, first);
    for (from, until) in spans {
        let from = from.max(next);
        if from <= until {
            count -= (until - from).num_days() + 1;
            next = later(until, 1);
        }
    }
    count
}

/// The frozen days that were known at a moment: of each source the newest word.
pub fn frozen(rows: &[penalty_freeze::Model], at: Option<Moment>) -> Frozen {
    let known = rows.iter().filter(|row| at.is_none_or(|at| row.recorded_at <= at));
    let mut newest = std::collections::BTreeMap::new();
    let mut known: Vec<_> = known.collect();
    known.sort_by_key(|row| (row.recorded_at, row.id));
    for row in known {
        newest.insert(row.source_id, (row.from_on, row.until_on));
    }
    newest.into_values().filter(|(from, until)| from <= until).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{kernel::ids::PaymentId, ledger::allocation::By};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn charge(amount_fen: i64) -> Charge {
        Charge {
            id: ChargeId(Uuid::from_u128(1)),
            is_penalty: false,
            principal: None,
            fee_item: "物业费".to_owned(),
            period: "2026-01".to_owned(),
            due_on: day("2026-01-15"),
            effective_on: day("2026-01-01"),
            amount_fen,
        }
    }

    fn terms(cap_percent: Option<i64>) -> Terms {
        Terms {
            from_on: day("2020-01-01"),
            fee_item: None,
            daily_ppm: 500,
            cap_percent,
            free_days: 0,
            frozen_in_hold: true,
        }
    }

    fn paid(on: &str, fen: i64) -> Movements {
        let by = By::Payment(PaymentId(Uuid::from_u128(2)));
        Movements::from([((by, ChargeId(Uuid::from_u128(1)), day(on)), fen)])
    }

    fn on(text: &str, terms: &Terms, movements: &Movements, frozen: &Frozen) -> i64 {
        accrued(&charge(100_000), movements, (terms, frozen), day(text))
    }

    #[test]
    fn it_begins_the_day_after_due_and_what_is_paid_bears_until_its_day() {
        let (terms, none) = (terms(None), Frozen::new());
        assert_eq!(on("2026-01-15", &terms, &Movements::new(), &none), 0);
        assert_eq!(on("2026-01-16", &terms, &Movements::new(), &none), 50);
        // Paid on the first day late: one day.
        assert_eq!(on("2026-03-01", &terms, &paid("2026-01-16", 100_000), &none), 50);
        // Ten days on all of it, then ten days on half of it.
        assert_eq!(on("2026-02-04", &terms, &paid("2026-01-25", 50_000), &none), 500 + 250);
        assert_eq!(on("2026-03-01", &terms, &paid("2026-01-10", 100_000), &none), 0);
    }

    #[test]
    fn free_days_frozen_days_and_the_cap() {
        let none = Movements::new();
        let free = Terms { free_days: 5, ..terms(None) };
        assert_eq!(on("2026-01-21", &free, &none, &Frozen::new()), 50);
        let frozen = vec![
            (day("2026-01-10"), day("2026-01-20")),
            (day("2026-01-18"), day("2026-01-22")),
            (day("2026-02-01"), day("2026-02-01")),
        ];
        // From 16 January to 5 February are 21 days, eight of them frozen.
        assert_eq!(on("2026-02-05", &terms(None), &none, &frozen), 13 * 50);
        let running = Terms { frozen_in_hold: false, ..terms(None) };
        assert_eq!(on("2026-02-05", &running, &none, &frozen), 21 * 50);
        assert_eq!(on("2027-01-15", &terms(Some(10)), &none, &Frozen::new()), 10_000);
    }

    /// The same day by day, as one would do it by hand, in millionths of a fen.
    fn by_hand(movements: &Movements, terms: &Terms, frozen: &Frozen, until: NaiveDate) -> i128 {
        let charge = charge(100_000);
        let mut sum = 0_i128;
        let mut today = charge.due_on + Days::new(terms.free_days + 1);
        while today <= until {
            let still = frozen.iter().any(|(from, to)| (*from..=*to).contains(&today));
            let gone: i64 =
                movements.iter().filter(|((_, _, d), _)| *d < today).map(|(_, f)| f).sum();
            if !still {
                sum += i128::from(charge.amount_fen - gone) * i128::from(terms.daily_ppm);
            }
            today = today + Days::new(1);
        }
        sum
    }

    proptest! {
        #[test]
        fn it_is_what_one_computes_by_hand_never_falls_and_never_passes_the_cap(
            moves in prop::collection::vec((0_u64..120, 1_i64..20_000), 0..5),
            holds in prop::collection::vec((0_u64..120, 0_u64..30), 0..4),
            (free_days, until) in (0_u64..10, 0_u64..200),
            cap in prop::option::of(1_i64..20),
        ) {
            let from = |days| day("2026-01-10") + Days::new(days);
            let mut movements = Movements::new();
            for (number, (days, fen)) in (10_u128..).zip(&moves) {
                let by = By::Payment(PaymentId(Uuid::from_u128(number)));
                movements.insert((by, ChargeId(Uuid::from_u128(1)), from(*days)), *fen);
            }
            let frozen: Frozen = holds.iter().map(|(at, long)| (from(*at), from(at + long))).collect();
            let terms = Terms { free_days, cap_percent: cap, ..terms(None) };
            let of = |until| accrued(&charge(100_000), &movements, (&terms, &frozen), until);
            let rounded = (by_hand(&movements, &terms, &frozen, from(until)) + 500_000) / 1_000_000;
            let most = cap.map_or(i128::MAX, |percent| i128::from(percent) * 1_000);
            prop_assert_eq!(i128::from(of(from(until))), rounded.min(most));
            prop_assert!(of(from(until)) <= of(from(until + 1)));
        }
    }
}
