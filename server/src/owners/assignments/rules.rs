//! Who looks after a unit on which day: from whose it is, and who stands in for whom.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::kernel::ids::MembershipId;

/// A time in which one person looks after a unit. Days are inclusive; no end is the present and on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Who looks after it.
    pub steward: MembershipId,
    /// Whose it is, if that is somebody else.
    pub stands_in_for: Option<MembershipId>,
    /// First day.
    pub from_on: NaiveDate,
    /// Last day.
    pub to_on: Option<NaiveDate>,
}

impl Period {
    /// Whose the unit is.
    pub fn owner(&self) -> MembershipId {
        self.stands_in_for.unwrap_or(self.steward)
    }
}

/// Somebody is away; days are inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leave {
    /// Who is away.
    pub absent: MembershipId,
    /// Who stands in.
    pub stand_in: MembershipId,
    /// First day.
    pub from_on: NaiveDate,
    /// Last day.
    pub to_on: NaiveDate,
}

/// Who does the work of somebody on a day: who stands in, or who stands in for that one. None when it goes in a circle.
pub fn acting(owner: MembershipId, leaves: &[Leave], day: NaiveDate) -> Option<MembershipId> {
    let mut acting = owner;
    // A chain longer than the leaves goes in a circle.
    for _ in 0..=leaves.len() {
        let away =
            |leave: &&Leave| leave.absent == acting && leave.from_on <= day && day <= leave.to_on;
        match leaves.iter().find(away) {
            Some(leave) => acting = leave.stand_in,
            None => return Some(acting),
        }
    }
    None
}

/// Whose the unit is from a day on: the periods without those who only stand in. Neighbours of one owner are one.
pub fn owned(periods: &[Period], from: NaiveDate) -> Vec<Period> {
    let mut all: Vec<Period> = periods
        .iter()
        .filter(|period| period.to_on.is_none_or(|to| to >= from && to >= period.from_on))
        .map(|period| Period {
            steward: period.owner(),
            stands_in_for: None,
            from_on: period.from_on.max(from),
            to_on: period.to_on,
        })
        .collect();
    all.sort_by_key(|period| period.from_on);
    joined(all)
}

/// What follows from whose a unit is and from the leaves: each day has one steward at most.
pub fn planned(owned: &[Period], leaves: &[Leave]) -> Vec<Period> {
    let mut pieces = Vec::new();
    for period in owned {
        let cuts = leaves.iter().flat_map(|leave| [leave.from_on, leave.to_on + Days::new(1)]);
        let inside =
            |day: &NaiveDate| *day > period.from_on && period.to_on.is_none_or(|to| *day <= to);
        let begins: BTreeSet<NaiveDate> = cuts.filter(inside).chain([period.from_on]).collect();
        let ends = begins.iter().skip(1).map(|next| next.pred_opt()).chain([period.to_on]);
        for (from_on, to_on) in begins.iter().copied().zip(ends) {
            let Some(steward) = acting(period.steward, leaves, from_on) else { continue };
            let stands_in_for = Some(period.steward).filter(|owner| *owner != steward);
            pieces.push(Period { steward, stands_in_for, from_on, to_on });
        }
    }
    joined(pieces)
}

/// Joins neighbours that say the same.
fn joined(pieces: Vec<Period>) -> Vec<Period> {
    let mut joined: Vec<Period> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some(last)
                if (last.steward, last.stands_in_for) == (piece.steward, piece.stands_in_for)
                    && last.to_on.and_then(|to| to.succ_opt()) == Some(piece.from_on) =>
            {
                last.to_on = piece.to_on;
            }
            _ => joined.push(piece),
        }
    }
    joined
}

/// Why a leave cannot be arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Nobody stands in for themselves.
    Oneself,
    /// They are away in these days already.
    Overlaps,
    /// Who stands in is away, and in the end it comes back to who is away.
    Circle,
}

/// Whether a leave fits those that are arranged.
pub fn unfit(new: &Leave, leaves: &[Leave]) -> Option<Unfit> {
    if new.absent == new.stand_in {
        return Some(Unfit::Oneself);
    }
    let shares_a_day = |leave: &&Leave| leave.from_on <= new.to_on && new.from_on <= leave.to_on;
    let meanwhile: Vec<Leave> = leaves.iter().filter(shares_a_day).copied().collect();
    if meanwhile.iter().any(|leave| leave.absent == new.absent) {
        return Some(Unfit::Overlaps);
    }
    let mut all = meanwhile;
    all.push(*new);
    // Who acts changes only where a leave begins.
    let begins = all.iter().map(|leave| leave.from_on.max(new.from_on));
    let circle = begins.clone().any(|day| acting(new.absent, &all, day).is_none());
    circle.then_some(Unfit::Circle)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person(number: u128) -> MembershipId {
        MembershipId(uuid::Uuid::from_u128(number))
    }

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 1).unwrap() + Days::new(number)
    }

    fn own(steward: u128, from: u64, to: Option<u64>) -> Period {
        Period {
            steward: person(steward),
            stands_in_for: None,
            from_on: day(from),
            to_on: to.map(day),
        }
    }

    fn leave(absent: u128, stand_in: u128, from: u64, to: u64) -> Leave {
        let (absent, stand_in) = (person(absent), person(stand_in));
        Leave { absent, stand_in, from_on: day(from), to_on: day(to) }
    }

    #[test]
    fn the_stand_in_has_it_in_the_days_of_the_leave_and_then_it_comes_back() {
        let plan = planned(&[own(1, 0, None)], &[leave(1, 2, 5, 9)]);
        let stand_in = Period { stands_in_for: Some(person(1)), ..own(2, 5, Some(9)) };
        assert_eq!(plan, [own(1, 0, Some(4)), stand_in, own(1, 10, None)]);
        assert_eq!(owned(&plan, day(0)), [own(1, 0, None)], "whose it is does not change");
    }

    #[test]
    fn when_the_stand_in_leaves_too_it_goes_on_to_theirs() {
        let plan = planned(&[own(1, 0, None)], &[leave(1, 2, 5, 9), leave(2, 3, 7, 12)]);
        let names: Vec<_> = plan.iter().map(|period| (period.steward, period.from_on)).collect();
        assert_eq!(
            names,
            [(person(1), day(0)), (person(2), day(5)), (person(3), day(7)), (person(1), day(10))]
        );
    }

    #[test]
    fn leaves_that_do_not_fit_are_refused() {
        let there = [leave(1, 2, 5, 9)];
        assert_eq!(unfit(&leave(1, 1, 0, 1), &[]), Some(Unfit::Oneself));
        assert_eq!(unfit(&leave(1, 3, 9, 12), &there), Some(Unfit::Overlaps));
        assert_eq!(unfit(&leave(1, 3, 10, 12), &there), None);
        assert_eq!(unfit(&leave(2, 1, 9, 12), &there), Some(Unfit::Circle));
        assert_eq!(unfit(&leave(2, 1, 10, 12), &there), None);
        assert_eq!(unfit(&leave(2, 3, 9, 12), &there), None);
        let chain = [leave(1, 2, 5, 9), leave(2, 3, 5, 9)];
        assert_eq!(unfit(&leave(3, 1, 9, 9), &chain), Some(Unfit::Circle));
    }

    proptest! {
        /// Whatever leaves were arranged one after the other: the plan says of each day what the leaves say of it.
        #[test]
        fn the_plan_is_what_the_days_say(
            wishes in prop::collection::vec((1..5_u128, 1..5_u128, 0..30_u64, 0..10_u64), 0..8),
            change in 1..30_u64,
        ) {
            let mut leaves: Vec<Leave> = Vec::new();
            for (absent, stand_in, from, length) in wishes {
                let new = leave(absent, stand_in, from, from + length);
                if unfit(&new, &leaves).is_none() {
                    leaves.push(new);
                }
            }
            let mine = [own(1, 0, Some(change - 1)), own(2, change, None)];
            let plan = planned(&mine, &leaves);
            for number in 0..50 {
                let today = day(number);
                let now = plan.iter().filter(|p| p.from_on <= today && p.to_on.is_none_or(|to| today <= to));
                let stewards: Vec<_> = now.map(|period| period.steward).collect();
                let owner = person(if number < change { 1 } else { 2 });
                prop_assert_eq!(stewards, acting(owner, &leaves, today).into_iter().collect::<Vec<_>>());
                prop_assert!(acting(owner, &leaves, today).is_some(), "no circle was let in");
            }
            prop_assert_eq!(owned(&plan, day(0)), mine.to_vec());
            prop_assert_eq!(planned(&owned(&plan, day(7)), &leaves), planned(&owned(&mine, day(7)), &leaves));
        }
    }
}
