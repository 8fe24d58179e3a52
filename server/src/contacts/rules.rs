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
    /// The moment at which it is due.
    pub due_at: Moment,
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
    /// Whether it was the right one.
    pub right_party: bool,
    /// Whether it was a call or visit: something only sent keeps no agreed hour.
    pub in_person: bool,
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
/// An agreed hour is kept by a talk of that day, or by trying at that hour: the message with the account details is not yet
/// the call that confirms them. A round is done when its hour has come, and all of the day's when the right one was reached.
pub fn answer(open: Open, made: Made) -> Answer {
    let is_due = open.due_on <= made.day;
    let done_if = |done: bool| if done { Answer::Done } else { Answer::Stays };
    match open.source {
        // Waking up is mandatory: it is answered when it is due, not before.
        Source::WakeUp if is_due => Answer::Done,
        // Somebody else is to decide; a contact does not do that.
        Source::WakeUp | Source::Escalation | Source::Referred => Answer::Stays,
        _ if open.named => Answer::Done,
        _ if open.planned_at > made.at => Answer::Stays,
        Source::BrokenPromise if made.reached => Answer::Done,
        Source::BrokenPromise if is_due => Answer::Again,
        Source::BrokenPromise => Answer::Stays,
        Source::Opening | Source::Outcome | Source::Default => Answer::Done,
        Source::CallBack => {
            let tried = made.in_person && open.due_at <= made.at;
            done_if(is_due && (made.reached || tried))
        }
        Source::Round => done_if(is_due && (made.right_party || open.due_at <= made.at)),
        Source::Manual | Source::Promise | Source::Sighting => done_if(is_due),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(source: Source, due_on: &str) -> Open {
        Open {
            source,
            due_on: due_on.parse().unwrap(),
            due_at: "2026-11-23T07:30:00Z".parse().unwrap(),
            planned_at: "2026-11-20T00:00:00Z".parse().unwrap(),
            named: false,
        }
    }

    fn made(reached: bool) -> Made {
        Made {
            day: "2026-11-23".parse().unwrap(),
            at: "2026-11-23T02:00:00Z".parse().unwrap(),
            reached,
            right_party: reached,
            in_person: true,
        }
    }

    #[test]
    fn what_is_due_is_done_and_what_was_planned_for_later_stays() {
        for source in [Source::Manual, Source::Promise] {
            assert_eq!(answer(open(source, "2026-11-23"), made(false)), Answer::Done);
            assert_eq!(answer(open(source, "2026-11-24"), made(true)), Answer::Stays);
        }
    }

    #[test]
    fn an_agreed_hour_is_kept_by_a_talk_of_that_day_or_by_trying_at_that_hour() {
        let agreed = open(Source::CallBack, "2026-11-23");
        assert_eq!(answer(agreed, made(true)), Answer::Done);
        assert_eq!(answer(agreed, made(false)), Answer::Stays, "too early, and nobody took it");
        let later = Made { at: "2026-11-23T07:30:00Z".parse().unwrap(), ..made(false) };
        assert_eq!(answer(agreed, later), Answer::Done);
        assert_eq!(answer(agreed, Made { in_person: false, ..later }), Answer::Stays);
        assert_eq!(answer(open(Source::CallBack, "2026-11-24"), made(true)), Answer::Stays);
    }

    #[test]
    fn rounds_are_done_one_by_one_until_the_right_one_is_reached() {
        let round = open(Source::Round, "2026-11-23");
        assert_eq!(answer(round, made(false)), Answer::Stays);
        let at_its_hour = Made { at: "2026-11-23T07:31:00Z".parse().unwrap(), ..made(false) };
        assert_eq!(answer(round, at_its_hour), Answer::Done);
        assert_eq!(answer(round, made(true)), Answer::Done);
        let somebody_else = Made { right_party: false, ..made(true) };
        assert_eq!(answer(round, somebody_else), Answer::Stays);
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
