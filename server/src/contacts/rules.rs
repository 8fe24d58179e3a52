//! What a contact answers. Pure.

use chrono::NaiveDate;

use crate::{cases::follow_up::Source, kernel::Moment};

/// An open follow-up, as it is held against a contact.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// Where it comes from.
    pub source: Source,
    /// Due until the end of this local day.
    pub due_on: NaiveDate,
    /// When it was planned.
    pub planned_at: Moment,
    /// Whether the client named it.
    pub named: bool,
}

/// A contact, as it is held against a follow-up.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    /// The local day of the contact.
    pub day: NaiveDate,
    /// Its moment.
    pub at: Moment,
    /// Whether a person was reached.
    pub reached: bool,
}

/// What becomes of a follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// It is tried again at the next step.
    Again,
    /// It stays.
    Stays,
}

/// A contact answers what the client names, what was due by the end of its day, and the steps that nobody planned. It
/// answers nothing that was planned after it. A broken promise is answered only by a talk; a call that nobody took moves it.
pub fn answer(open: Open, made: Made) -> Answer {
    let is_due = open.due_on <= made.day;
    match open.source {
        // Waking up is mandatory: it is answered when it is due, not before.
        Source::WakeUp if is_due => Answer::Done,
        // Somebody else is to decide; a contact does not do that.
        Source::WakeUp | Source::Escalation | Source::Referred => Answer::Stays,
        _ if open.named => Answer::Done,
        _ if open.planned_at > made.at => Answer::Stays,
        Source::BrokenPromise if made.reached => Answer::Done,
        Source::BrokenPromise => {
            if is_due {
                Answer::Again
            } else {
                Answer::Stays
            }
        }
        Source::Opening | Source::Outcome | Source::Default => Answer::Done,
        Source::Manual | Source::CallBack | Source::Promise | Source::Sighting => {
            if is_due {
                Answer::Done
            } else {
                Answer::Stays
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(source: Source, due_on: &str) -> Open {
        Open {
            source,
            due_on: due_on.parse().unwrap(),
            planned_at: "2026-11-20T00:00:00Z".parse().unwrap(),
            named: false,
        }
    }

    fn made(reached: bool) -> Made {
        Made {
            day: "2026-11-23".parse().unwrap(),
            at: "2026-11-23T02:00:00Z".parse().unwrap(),
            reached,
        }
    }

    #[test]
    fn what_is_due_is_done_and_what_was_planned_for_later_stays() {
        for source in [Source::Manual, Source::CallBack, Source::Promise] {
            assert_eq!(answer(open(source, "2026-11-23"), made(false)), Answer::Done);
            assert_eq!(answer(open(source, "2026-11-24"), made(true)), Answer::Stays);
        }
    }

    #[test]
    fn a_step_that_nobody_planned_is_answered_by_any_contact() {
        for source in [Source::Opening, Source::Outcome, Source::Default] {
            assert_eq!(answer(open(source, "2026-11-30"), made(false)), Answer::Done);
        }
    }

    #[test]
    fn a_broken_promise_is_answered_by_a_talk_and_tried_again_without_one() {
        assert_eq!(answer(open(Source::BrokenPromise, "2026-11-30"), made(true)), Answer::Done);
        assert_eq!(answer(open(Source::BrokenPromise, "2026-11-23"), made(false)), Answer::Again);
        assert_eq!(answer(open(Source::BrokenPromise, "2026-11-30"), made(false)), Answer::Stays);
    }

    #[test]
    fn a_contact_answers_nothing_that_was_planned_after_it_unless_it_is_named() {
        let mut later = open(Source::BrokenPromise, "2026-11-23");
        later.planned_at = "2026-11-23T03:00:00Z".parse().unwrap();
        assert_eq!(answer(later, made(true)), Answer::Stays);
        later.named = true;
        assert_eq!(answer(later, made(true)), Answer::Done);
    }
}
