//! Why somebody is on the list, and what stands against asking them now. Pure.

use chrono::NaiveDate;

/// Why somebody is on the list, in the order of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "WorklistReason")]
pub enum Reason {
    /// The owner was seen at a gate today 目击: go or call at once.
    Sighted,
    /// A promise was broken or kept in part 失信.
    BrokenPromise,
    /// A case was handed up to you 升级, or a decision was left to you.
    Escalated,
    /// A promise falls due today 今日到期, and nobody has asked about it yet.
    PromiseDue,
    /// A call-back was agreed for today or before 约定回电.
    CallBack,
    /// A follow-up is due today.
    Due,
    /// A follow-up was due before today.
    Slipped,
    /// Money is owed and nothing is agreed.
    Quiet,
    /// A promise falls due today, and somebody asked about it today already.
    CalledToday,
    /// The account is on hold 暂停催缴: no dunning.
    OnHold,
    /// A promise is open and not yet due: no dunning.
    Promised,
    /// The promised day is over and the books are not known past it: no dunning.
    WaitsForBooks,
    /// The next step is planned for a later day.
    Planned,
}

impl Reason {
    /// Every reason, in the order of work; a reason's number in `list.sql` is its place here, from 1.
    const ALL: [Self; 13] = [
        Self::Sighted,
        Self::BrokenPromise,
        Self::Escalated,
        Self::PromiseDue,
        Self::CallBack,
        Self::Due,
        Self::Slipped,
        Self::Quiet,
        Self::CalledToday,
        Self::OnHold,
        Self::Promised,
        Self::WaitsForBooks,
        Self::Planned,
    ];

    /// By its number in `list.sql`.
    pub(super) fn of(number: i64) -> Self {
        let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        place.and_then(|place| Self::ALL.get(place)).copied().unwrap_or(Self::Planned)
    }

    /// Its number in `list.sql`.
    pub(super) fn number(self) -> i64 {
        let place = Self::ALL.iter().position(|one| *one == self).unwrap_or_default();
        i64::try_from(place + 1).unwrap_or(i64::MAX)
    }
}

/// What forbids to ask for money now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "DunningPauseKind")]
pub enum PauseKind {
    /// A promise is open: nobody is dunned until its day and grace are over.
    Promise,
    /// The promised day and grace are over, but the books are not known past them.
    WaitsForBooks,
    /// The account is on hold.
    Hold,
}

/// Something that forbids to ask for money now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// What it is.
    pub kind: PauseKind,
    /// Its last local day; none when it lasts until somebody acts.
    pub until: Option<NaiveDate>,
}

impl Pause {
    /// What an open promise forbids: dunning until its grace is over, and after that until the books are known (rule 2).
    pub fn of_promise(grace_until: NaiveDate, today: NaiveDate) -> Self {
        if grace_until >= today {
            Self { kind: PauseKind::Promise, until: Some(grace_until) }
        } else {
            Self { kind: PauseKind::WaitsForBooks, until: None }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_means_its_reason_and_back() {
        for (number, reason) in (1..).zip(Reason::ALL) {
            assert_eq!((reason.number(), Reason::of(number)), (number, reason));
        }
        assert_eq!(Reason::of(0), Reason::Planned);
    }

    #[test]
    fn a_promise_pauses_through_the_last_day_of_its_grace_and_then_waits_for_the_books() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let pause = |today| Pause::of_promise(day("2026-11-27"), day(today));
        for today in ["2026-11-26", "2026-11-27"] {
            let expected = Pause { kind: PauseKind::Promise, until: Some(day("2026-11-27")) };
            assert_eq!(pause(today), expected);
        }
        assert_eq!(pause("2026-11-28"), Pause { kind: PauseKind::WaitsForBooks, until: None });
    }
}
