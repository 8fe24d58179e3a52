//! What makes a promise, what it receives, how it ends. Pure.

use chrono::{Days, NaiveDate};

use crate::kernel::{Moment, Problem, ProblemCode, Text, names::named};

/// How it will be paid.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, serde::Serialize, serde::Deserialize,
)]
#[graphql(name = "PaymentWay")]
pub enum Way {
    /// 银行转账.
    Transfer,
    /// 微信.
    Wechat,
    /// 支付宝.
    Alipay,
    /// 到前台缴纳.
    Desk,
    /// 上门收取.
    OnSite,
}

named!(Way { Transfer = "TRANSFER", Wechat = "WECHAT", Alipay = "ALIPAY", Desk = "DESK", OnSite = "ON_SITE" });

/// Where a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "PromiseState")]
pub enum State {
    /// Its day is to come, or the books are not known past it yet.
    Pending,
    /// The whole amount came in time.
    Kept,
    /// Less than the amount, at least the policy's share of it.
    PartlyKept,
    /// Less than that, or nothing.
    Broken,
    /// A later promise took its place, or it was withdrawn or a mistake.
    Cancelled,
}

/// Why a promise was cancelled.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, serde::Serialize, serde::Deserialize,
)]
#[graphql(name = "PromiseEnd")]
pub enum End {
    /// 被新承诺取代: a later promise took its place.
    Superseded,
    /// 记录有误: it was never given, or by somebody else.
    Mistake,
    /// 业主撤回: the owner took it back before its day.
    Withdrawn,
    /// 另有安排: something else was agreed, such as a plan or a settlement.
    Settled,
}

named!(End {
    Superseded = "SUPERSEDED",
    Mistake = "MISTAKE",
    Withdrawn = "WITHDRAWN",
    Settled = "SETTLED",
});

/// How a promise came to us when no contact of ours holds it (rule 8).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, serde::Serialize, serde::Deserialize,
)]
#[graphql(name = "PromiseGivenHow")]
pub enum GivenHow {
    /// 在前台当面.
    AtDesk,
    /// 书面.
    InWriting,
    /// 通过他人转达, such as the office or a colleague.
    Relayed,
}

named!(GivenHow { AtDesk = "AT_DESK", InWriting = "IN_WRITING", Relayed = "RELAYED" });

impl State {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Kept, Self::PartlyKept, Self::Broken, Self::Cancelled];
}

named!(State {
    Pending = "PENDING",
    Kept = "KEPT",
    PartlyKept = "PARTLY_KEPT",
    Broken = "BROKEN",
    Cancelled = "CANCELLED",
});

/// What a community allows of promises.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// At most so many days ahead (rule 7).
    pub horizon_days: u64,
    /// Days after the due day in which money still counts.
    pub grace_days: u64,
    /// From this share of the amount on a promise is partly kept (rule 3).
    pub partly_kept_percent: i64,
}

/// Checks amount and date of a line against the day on which it was given, which may be days before it arrives; `field` is
/// the path of the line within the input.
pub fn check(
    terms: &Terms,
    given_on: NaiveDate,
    (amount_fen, due_on): (i64, NaiveDate),
    field: &str,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut add = |name: &str, code, zh: String, en: String| {
        problems.push(Problem::at(&format!("{field}.{name}"), code, Text::new(zh, en)));
    };
    if amount_fen <= 0 {
        add(
            "amount",
            ProblemCode::TooSmall,
            "承诺金额须大于零".into(),
            "the amount must be more than zero".into(),
        );
    }
    if due_on < given_on {
        let en = "the date cannot be before the day it was given";
        add("dueOn", ProblemCode::TooEarly, "承诺日期不能早于作出承诺的当天".into(), en.into());
    }
    let last = given_on + Days::new(terms.horizon_days);
    if due_on > last {
        add(
            "dueOn",
            ProblemCode::TooLate,
            format!("承诺日期最晚为 {last}"),
            format!("the date can be {last} at the latest"),
        );
    }
    problems
}

/// The last day on which money still counts.
pub fn grace_until(terms: &Terms, due_on: NaiveDate) -> NaiveDate {
    due_on + Days::new(terms.grace_days)
}

/// What was promised, as a verdict needs it.
#[derive(Clone, Copy, Debug)]
pub struct Promised {
    /// Fen promised.
    pub amount_fen: i64,
    /// The local day on which it was given.
    pub given_on: NaiveDate,
    /// The moment at which it was given, which may be before it was recorded.
    pub given_at: Moment,
    /// The last day on which money counts.
    pub grace_until: NaiveDate,
}

/// Money that came, as a verdict needs it.
#[derive(Clone, Copy, Debug)]
pub struct Money {
    /// Fen.
    pub fen: i64,
    /// Day of the money.
    pub effective_on: NaiveDate,
    /// Since when it is known.
    pub known_since: Moment,
    /// Nobody wrote down on which day it came; `effective_on` is the day of the book.
    pub day_unknown: bool,
}

/// Fen received on a promise: from the day it was given to the end of its grace. Money of that first day counts unless it
/// was known already. Money of an unknown day may have come in time, and counts for the owner unless it was known before:
/// the worst that can be done is to chase somebody who paid.
pub fn received(promised: &Promised, payments: &[Money]) -> i64 {
    let counts = |money: &&Money| {
        let new = money.known_since > promised.given_at;
        if money.day_unknown {
            return new;
        }
        let in_time = (promised.given_on..=promised.grace_until).contains(&money.effective_on);
        in_time && (new || money.effective_on > promised.given_on)
    };
    payments.iter().filter(counts).map(|money| money.fen).sum()
}

/// Whether a promise can be judged: its day and grace are over and the books are known past them.
pub fn is_ripe(grace_until: NaiveDate, today: NaiveDate, known_to: Option<NaiveDate>) -> bool {
    today > grace_until && known_to.is_some_and(|known_to| known_to >= grace_until)
}

/// How many of the newest judged promises were broken, one after the other (rule 7); `newest_first` may hold open and
/// cancelled ones, which do not count. One that was kept, even in part, ends the row.
pub fn broken_in_a_row(newest_first: impl IntoIterator<Item = State>) -> i64 {
    let judged = newest_first
        .into_iter()
        .filter(|state| !matches!(state, State::Pending | State::Cancelled));
    let row = judged.take_while(|state| *state == State::Broken);
    i64::try_from(row.count()).unwrap_or(i64::MAX)
}

/// How many promises for the same debt were not kept before a new one: broken, kept in part, or put off by a later one.
/// What was a mistake or withdrawn was no promise, and one that was kept begins anew.
pub fn not_kept_before(newest_first: impl IntoIterator<Item = (State, Option<End>)>) -> i64 {
    let since_kept = newest_first.into_iter().take_while(|(state, _)| *state != State::Kept);
    let counts = |(state, end): &(State, Option<End>)| match state {
        State::Cancelled => *end == Some(End::Superseded),
        State::Pending | State::Broken | State::PartlyKept => true,
        State::Kept => false,
    };
    i64::try_from(since_kept.filter(counts).count()).unwrap_or(i64::MAX)
}

/// Whether money is for a promise that names charges: it is, unless the payer named another month or fee item. `named` are
/// month and fee item of each charge; none at all means whatever is owed.
pub fn is_for(
    named: &[(String, String)],
    (period, item): (Option<&String>, Option<&String>),
) -> bool {
    let fits = |(of_period, of_item): &(String, String)| {
        period.is_none_or(|period| period == of_period) && item.is_none_or(|item| item == of_item)
    };
    named.is_empty() || named.iter().any(fits)
}

/// The verdict on a promise that is ripe.
pub fn verdict(amount_fen: i64, received_fen: i64, partly_kept_percent: i64) -> State {
    // Compared as products: nothing is divided, nothing is rounded.
    let (received, amount) = (i128::from(received_fen), i128::from(amount_fen));
    if received >= amount {
        State::Kept
    } else if received > 0 && received * 100 >= amount * i128::from(partly_kept_percent) {
        State::PartlyKept
    } else {
        State::Broken
    }
}

/// Whether a later look at the money takes a break back. A verdict is never made worse: what is reversed later re-opens
/// the case and leaves the promise as it was judged (rule 5).
pub fn improves(before: State, after: State) -> bool {
    let rank = |state| match state {
        State::Broken => 0,
        State::PartlyKept => 1,
        State::Kept => 2,
        State::Pending | State::Cancelled => 3,
    };
    rank(before) < 3 && rank(after) > rank(before)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TERMS: Terms = Terms { horizon_days: 30, grace_days: 1, partly_kept_percent: 50 };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    fn promised() -> Promised {
        Promised {
            amount_fen: 124_000,
            given_on: day("2026-11-23"),
            given_at: at("2026-11-23T02:00:00Z"),
            grace_until: day("2026-11-28"),
        }
    }

    fn money(fen: i64, on: &str, recorded: &str) -> Money {
        Money { fen, effective_on: day(on), known_since: at(recorded), day_unknown: false }
    }

    #[test]
    fn money_counts_from_the_day_it_was_promised_to_the_end_of_grace() {
        let late = "2026-12-01T00:00:00Z";
        let payments = [
            money(1, "2026-11-22", late),
            money(10, "2026-11-23", late),
            money(100, "2026-11-28", late),
            money(1000, "2026-11-29", late),
        ];
        assert_eq!(received(&promised(), &payments), 110);
    }

    #[test]
    fn money_of_the_same_day_that_was_known_already_does_not_count() {
        assert_eq!(received(&promised(), &[money(5, "2026-11-23", "2026-11-23T01:59:59Z")]), 0);
        assert_eq!(received(&promised(), &[money(5, "2026-11-23", "2026-11-23T02:00:01Z")]), 5);
    }

    #[test]
    fn money_of_an_unknown_day_counts_for_the_owner_unless_it_was_known_before() {
        let mut sometime = money(7, "2026-12-20", "2026-12-20T00:00:00Z");
        sometime.day_unknown = true;
        assert_eq!(received(&promised(), &[sometime]), 7);
        sometime.known_since = at("2026-11-01T00:00:00Z");
        assert_eq!(received(&promised(), &[sometime]), 0);
    }

    #[test]
    fn a_promise_waits_for_the_books() {
        let grace = day("2026-11-28");
        assert!(!is_ripe(grace, day("2026-11-28"), Some(day("2026-11-28"))), "the day is not over");
        assert!(
            !is_ripe(grace, day("2026-11-30"), Some(day("2026-11-27"))),
            "the books are behind"
        );
        assert!(!is_ripe(grace, day("2026-11-30"), None), "nobody has said what is known");
        assert!(is_ripe(grace, day("2026-11-29"), Some(grace)));
    }

    #[test]
    fn half_is_partly_kept_and_a_fen_less_is_broken() {
        assert_eq!(verdict(100, 100, 50), State::Kept);
        assert_eq!(verdict(101, 51, 50), State::PartlyKept);
        assert_eq!(verdict(101, 50, 50), State::Broken);
        assert_eq!(verdict(1, 0, 0), State::Broken);
    }

    #[test]
    fn amount_and_date_are_checked_by_field() {
        let today = day("2026-11-22");
        assert!(check(&TERMS, today, (1, today), "promise").is_empty());
        assert!(check(&TERMS, today, (1, day("2026-12-22")), "promise").is_empty());
        let wrong = check(&TERMS, today, (0, day("2026-12-23")), "promise.lines.0");
        let fields: Vec<_> = wrong.iter().map(|problem| problem.field.join(".")).collect();
        assert_eq!(fields, ["promise.lines.0.amount", "promise.lines.0.dueOn"]);
    }

    #[test]
    fn breaks_in_a_row_end_with_a_promise_that_was_kept_even_in_part() {
        use State::{Broken, Cancelled, Kept, PartlyKept, Pending};
        assert_eq!(broken_in_a_row([Pending, Broken, Cancelled, Broken, Kept, Broken]), 2);
        assert_eq!(broken_in_a_row([PartlyKept, Broken]), 0);
        assert_eq!(broken_in_a_row([]), 0);
    }

    #[test]
    fn promises_that_put_off_or_broke_count_towards_the_cap_and_mistakes_do_not() {
        use State::{Broken, Cancelled, Kept, Pending};
        let before = [
            (Pending, None),
            (Cancelled, Some(End::Mistake)),
            (Cancelled, Some(End::Superseded)),
            (Broken, None),
            (Cancelled, Some(End::Withdrawn)),
            (Kept, None),
            (Broken, None),
        ];
        assert_eq!(not_kept_before(before), 3);
    }

    #[test]
    fn money_that_the_payer_named_for_something_else_is_not_for_the_named_charges() {
        let named = [("2026-10".to_owned(), "物业费".to_owned())];
        let (october, november) = ("2026-10".to_owned(), "2026-11".to_owned());
        assert!(is_for(&named, (None, None)));
        assert!(is_for(&named, (Some(&october), None)));
        assert!(!is_for(&named, (Some(&november), None)));
        assert!(!is_for(&named, (None, Some(&"车位费".to_owned()))));
        assert!(is_for(&[], (Some(&november), None)));
    }

    proptest! {
        #[test]
        fn more_money_never_makes_a_verdict_worse(amount in 1_i64..10_000_000, less in 0_i64..10_000_000, more in 0_i64..10_000_000) {
            let (before, after) = (verdict(amount, less, 50), verdict(amount, less + more, 50));
            prop_assert!(before == after || improves(before, after));
        }
    }
}
