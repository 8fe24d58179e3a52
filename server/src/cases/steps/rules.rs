//! What may be done with a follow-up by hand. Pure.

use chrono::{Days, NaiveDate};

use crate::{
    cases::{
        days::{Step, UnderHold},
        follow_up::Source,
        terms::Terms,
    },
    kernel::{Problem, ProblemCode, Text},
};

/// What a person wants to do with a follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Put it off.
    PutOff,
    /// Say that it is done.
    Complete,
    /// Say that it is not wanted.
    Cancel,
    /// Give it to somebody else.
    Give,
}

/// Why a deed is refused, for people; none where it may be done. `due` says whether the follow-up is due by now, `asked`
/// whether it stands for an escalation that nobody has answered.
pub fn refusal(deed: Deed, source: Source, (due, asked): (bool, bool)) -> Option<Text> {
    if asked {
        let zh = "请接受或退回该升级";
        return Some(Text::new(zh, "accept the escalation or give it back instead"));
    }
    match (source, deed) {
        (Source::WakeUp, Deed::PutOff | Deed::Cancel) => Some(Text::new(
            "到期恢复跟进不能推迟或取消,请另设暂停催缴",
            "waking up cannot be put off or cancelled; place another hold instead",
        )),
        (Source::WakeUp, Deed::Complete) if !due => {
            Some(Text::new("暂停催缴未到期,请先解除", "the hold is not over; lift it first"))
        }
        (Source::Promise, Deed::PutOff | Deed::Cancel) => Some(Text::new(
            "承诺日核款随承诺而定",
            "looking at promised money goes with the promise",
        )),
        (Source::BrokenPromise, Deed::Cancel) => Some(Text::new(
            "失信后的联系不能取消",
            "the call after a broken promise cannot be cancelled",
        )),
        _ => None,
    }
}

/// When somebody wants a step.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The local day.
    pub on: NaiveDate,
    /// Whether its hour, if one was named, is over.
    pub passed: bool,
}

/// Checks the day of a step that a person names. `today` is the local day, `held_until` the last day of the holds.
pub fn check_day(
    wanted: Wanted,
    step: Step,
    terms: &Terms,
    (today, held_until): (NaiveDate, Option<NaiveDate>),
) -> Option<Problem> {
    if wanted.on < today || wanted.passed {
        let text = Text::new("时间已过", "this moment is over");
        let field = if wanted.on < today { "on" } else { "at" };
        return Some(Problem::at(field, ProblemCode::TooEarly, text));
    }
    let last = today + Days::new(u64::try_from(terms.horizon_days).unwrap_or_default());
    if wanted.on > last {
        let text = Text::new(format!("最晚为 {last}"), format!("{last} at the latest"));
        return Some(Problem::at("on", ProblemCode::TooLate, text));
    }
    let until = held_until.filter(|until| wanted.on <= *until)?;
    if step.under_hold() == UnderHold::Stays {
        return None;
    }
    let text = Text::new(
        format!("该户暂停催缴至 {until}"),
        format!("the account is on hold until {until}"),
    );
    Some(Problem::at("on", ProblemCode::OnHold, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::follow_up::Purpose;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn code(
        on: &str,
        (source, purpose): (Source, Purpose),
        held: Option<&str>,
    ) -> Option<ProblemCode> {
        let step = Step { source, purpose, given: false };
        let wanted = Wanted { on: day(on), passed: false };
        let place = (day("2026-11-23"), held.map(day));
        check_day(wanted, step, &Terms::PRESET, place).map(|problem| problem.code)
    }

    #[test]
    fn a_day_is_from_today_to_the_horizon() {
        let call = (Source::Manual, Purpose::Call);
        assert_eq!(code("2026-11-22", call, None), Some(ProblemCode::TooEarly));
        assert_eq!(code("2026-11-23", call, None), None);
        assert_eq!(code("2027-05-22", call, None), None);
        assert_eq!(code("2027-05-23", call, None), Some(ProblemCode::TooLate));
    }

    #[test]
    fn within_a_hold_only_what_is_no_dunning_is_planned() {
        let held = Some("2026-11-30");
        assert_eq!(
            code("2026-11-30", (Source::Manual, Purpose::Call), held),
            Some(ProblemCode::OnHold)
        );
        assert_eq!(code("2026-12-01", (Source::Manual, Purpose::Call), held), None);
        assert_eq!(code("2026-11-30", (Source::Manual, Purpose::CheckPayment), held), None);
        assert_eq!(code("2026-11-30", (Source::CallBack, Purpose::Call), held), None);
    }

    #[test]
    fn waking_up_and_escalations_are_not_got_rid_of() {
        for deed in [Deed::PutOff, Deed::Cancel] {
            assert!(refusal(deed, Source::WakeUp, (true, false)).is_some());
        }
        assert!(refusal(Deed::Complete, Source::WakeUp, (false, false)).is_some());
        assert!(refusal(Deed::Complete, Source::WakeUp, (true, false)).is_none());
        for deed in [Deed::PutOff, Deed::Complete, Deed::Cancel, Deed::Give] {
            assert!(refusal(deed, Source::Escalation, (true, true)).is_some());
            assert!(refusal(deed, Source::Manual, (true, false)).is_none());
        }
    }
}
