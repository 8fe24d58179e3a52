//! On which day a step falls: what was wanted, moved by holds and by rest days. Pure.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::follow_up::{Purpose, Source};
use crate::kernel::{calendar::Calendar, names::named};

/// Where a step goes that the system planned for a rest day (rule 37).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Default, async_graphql::Enum, Serialize, Deserialize,
)]
pub enum RestDayRule {
    /// It stays.
    Stay,
    /// To the next workday.
    #[default]
    Next,
    /// To the workday before; to the next one where that is over already, or still within a hold.
    Previous,
}

named!(RestDayRule { Stay = "STAY", Next = "NEXT", Previous = "PREVIOUS" });

/// What decides whether a step may be moved.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Where it comes from.
    pub source: Source,
    /// What to do.
    pub purpose: Purpose,
    /// Whether it was given to somebody by name.
    pub given: bool,
}

/// What a hold does to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnderHold {
    /// It stays: agreed with the owner, about the money, or for somebody who decides.
    Stays,
    /// It waits for the day of waking up.
    Waits,
    /// Nobody asked for it: the waking up takes its place.
    GivesWay,
}

impl Step {
    /// What a hold does to it. Routine dunning waits; what was agreed with the owner, looking at the books and deciding
    /// do not (rule 28).
    pub fn under_hold(self) -> UnderHold {
        match self.source {
            Source::CallBack
            | Source::Promise
            | Source::WakeUp
            | Source::Escalation
            | Source::Referred
            | Source::Sighting => UnderHold::Stays,
            _ if self.given || self.purpose.asks_nobody() => UnderHold::Stays,
            Source::Opening | Source::Default => UnderHold::GivesWay,
            Source::Manual if self.purpose == Purpose::Review => UnderHold::Stays,
            Source::Manual | Source::BrokenPromise | Source::Outcome | Source::Round => {
                UnderHold::Waits
            }
        }
    }

    /// Whether the system chose the day. What a person named, and what was agreed or promised, stays on its day.
    pub fn is_ours(self) -> bool {
        match self.source {
            Source::Manual
            | Source::CallBack
            | Source::Promise
            | Source::Sighting
            | Source::Round => false,
            Source::Opening
            | Source::BrokenPromise
            | Source::Outcome
            | Source::Default
            | Source::WakeUp
            | Source::Escalation
            | Source::Referred => true,
        }
    }
}

/// What lies between a wanted day and the day it becomes.
pub struct Terrain<'c> {
    /// Which days are worked.
    pub calendar: &'c Calendar,
    /// What the community does with rest days.
    pub rule: RestDayRule,
    /// Last day of the holds in force.
    pub held_until: Option<NaiveDate>,
    /// The local day.
    pub today: NaiveDate,
}

impl Terrain<'_> {
    /// The day on which a step falls that is wanted on a day.
    pub fn settle(&self, wanted: NaiveDate, step: Step) -> NaiveDate {
        // The waking up itself is never within the hold.
        let bound = step.source == Source::WakeUp || step.under_hold() != UnderHold::Stays;
        let awake = self.held_until.filter(|_| bound).map(|until| until + Days::new(1));
        let day = awake.map_or(wanted, |awake| awake.max(wanted));
        if day == wanted && !step.is_ours() {
            return day;
        }
        self.off_rest_days(day, awake.unwrap_or(self.today))
    }

    fn off_rest_days(&self, day: NaiveDate, earliest: NaiveDate) -> NaiveDate {
        let next = self.calendar.workday_from(day);
        match self.rule {
            RestDayRule::Stay => day,
            RestDayRule::Next => next,
            RestDayRule::Previous => {
                let before = self.calendar.workday_until(day);
                if before >= earliest || before == day { before } else { next }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULES: [RestDayRule; 3] = [RestDayRule::Stay, RestDayRule::Next, RestDayRule::Previous];
    const SOURCES: [Source; 12] = [
        Source::Opening,
        Source::Manual,
        Source::CallBack,
        Source::Promise,
        Source::BrokenPromise,
        Source::Outcome,
        Source::Default,
        Source::WakeUp,
        Source::Escalation,
        Source::Referred,
        Source::Sighting,
        Source::Round,
    ];
    const PURPOSES: [Purpose; 5] =
        [Purpose::Call, Purpose::Visit, Purpose::Message, Purpose::CheckPayment, Purpose::Review];

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn call(source: Source) -> Step {
        Step { source, purpose: Purpose::Call, given: false }
    }

    fn settled(rule: RestDayRule, wanted: &str, step: Step) -> NaiveDate {
        let calendar = Calendar::shipped();
        let terrain =
            Terrain { calendar: &calendar, rule, held_until: None, today: day("2026-09-01") };
        terrain.settle(day(wanted), step)
    }

    #[test]
    fn a_step_of_ours_on_a_holiday_goes_where_the_community_wants_it() {
        let step = call(Source::Outcome);
        assert_eq!(settled(RestDayRule::Stay, "2026-10-01", step), day("2026-10-01"));
        assert_eq!(settled(RestDayRule::Next, "2026-10-01", step), day("2026-10-08"));
        assert_eq!(settled(RestDayRule::Previous, "2026-10-01", step), day("2026-09-30"));
        assert_eq!(settled(RestDayRule::Next, "2026-09-20", step), day("2026-09-20"), "made up");
    }

    #[test]
    fn what_was_agreed_or_named_by_a_person_stays_on_its_day() {
        for source in [Source::CallBack, Source::Promise, Source::Manual] {
            assert_eq!(settled(RestDayRule::Next, "2026-10-01", call(source)), day("2026-10-01"));
        }
    }

    #[test]
    fn a_day_before_that_is_over_already_is_none() {
        let calendar = Calendar::shipped();
        let rule = RestDayRule::Previous;
        let terrain =
            Terrain { calendar: &calendar, rule, held_until: None, today: day("2026-10-01") };
        assert_eq!(terrain.settle(day("2026-10-01"), call(Source::Default)), day("2026-10-08"));
    }

    #[test]
    fn a_claim_to_have_paid_is_checked_during_its_hold() {
        let step = Step { source: Source::Outcome, purpose: Purpose::CheckPayment, given: false };
        assert_eq!(step.under_hold(), UnderHold::Stays);
        assert_eq!(call(Source::Outcome).under_hold(), UnderHold::Waits);
        assert_eq!(call(Source::Opening).under_hold(), UnderHold::GivesWay);
    }

    proptest! {
        #[test]
        fn no_step_that_waits_falls_into_a_hold_and_none_is_lost(
            wanted in 0u64..700, held in proptest::option::of(0u64..700),
            rule in 0usize..3, source in 0usize..11, purpose in 0usize..5, given: bool,
        ) {
            let calendar = Calendar::shipped();
            let start = day("2025-06-01");
            let (wanted, held_until) =
                (start + Days::new(wanted), held.map(|days| start + Days::new(days)));
            let step = Step { source: SOURCES[source], purpose: PURPOSES[purpose], given };
            let rule = RULES[rule];
            let terrain = Terrain { calendar: &calendar, rule, held_until, today: start };
            let settled = terrain.settle(wanted, step);
            let waits =
                step.under_hold() != UnderHold::Stays || step.source == Source::WakeUp;
            if let Some(until) = held_until.filter(|_| waits) {
                prop_assert!(settled > until);
            }
            let moved = waits && held_until.is_some_and(|until| until >= wanted);
            if !moved && !step.is_ours() {
                prop_assert_eq!(settled, wanted);
            } else if rule != RestDayRule::Stay {
                prop_assert!(calendar.is_workday(settled) || settled < start);
            }
            // Settling what is settled changes nothing.
            prop_assert_eq!(terrain.settle(settled, step), settled);
        }

        #[test]
        fn a_longer_hold_never_wakes_earlier(
            wanted in 0u64..400, held in 0u64..400, more in 0u64..60, rule in 0usize..3,
        ) {
            let calendar = Calendar::shipped();
            let start = day("2025-06-01");
            let settle = |until: u64| {
                let held_until = Some(start + Days::new(until));
                let terrain =
                    Terrain { calendar: &calendar, rule: RULES[rule], held_until, today: start };
                terrain.settle(start + Days::new(wanted), call(Source::BrokenPromise))
            };
            prop_assert!(settle(held) <= settle(held + more));
        }
    }
}
