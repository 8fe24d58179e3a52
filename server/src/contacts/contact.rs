//! A contact as it is reported, and what can be said of it without looking anything up.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::dispositions::Disposition;
use crate::{
    cases::follow_up::Purpose,
    kernel::{
        Failure, Moment, Problem, ProblemCode, Text,
        ids::{AccountId, ContactId, ContactPointId, FollowUpId, PartyId},
        names::named,
    },
    owners::points::PointStatus,
    promises::rules::Way,
};

/// The longest note, in characters.
const LONGEST_NOTE: usize = 2000;
/// The most accounts one contact may be about.
const MOST_ACCOUNTS: usize = 50;

/// How somebody was contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "ContactChannel")]
pub enum Channel {
    /// 电话.
    Call,
    /// 上门.
    Visit,
    /// 短信.
    Message,
    /// 微信.
    Wechat,
    /// 信函.
    Letter,
}

named!(Channel { Call = "CALL", Visit = "VISIT", Message = "MESSAGE", Wechat = "WECHAT", Letter = "LETTER" });

/// Who began it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "ContactDirection")]
pub enum Direction {
    /// We did.
    Outbound,
    /// The owner did; it does not count as an attempt of ours.
    Inbound,
}

named!(Direction { Outbound = "OUTBOUND", Inbound = "INBOUND" });

/// A promise given in the contact.
#[derive(Clone, Debug, Serialize)]
pub struct PromiseGiven {
    /// How it will be paid.
    pub way: Way,
    /// Account, fen and day of each line.
    pub lines: Vec<(AccountId, i64, NaiveDate)>,
}

/// The next step, as the steward plans it.
#[derive(Clone, Debug, Serialize)]
pub struct Next {
    /// What to do.
    pub purpose: Purpose,
    /// The local day.
    pub on: NaiveDate,
    /// The local hour, if one was agreed.
    pub at: Option<NaiveTime>,
    /// Free text.
    pub note: Option<String>,
}

/// A contact as the phone reports it.
#[derive(Clone, Debug, Serialize)]
pub struct LogContact {
    /// Made by the client, so that an entry made offline is the same entry whenever it arrives.
    pub id: Option<ContactId>,
    /// What it was about, at least one.
    pub accounts: Vec<AccountId>,
    /// Whom.
    pub party: Option<PartyId>,
    /// The number or address used.
    pub point: Option<ContactPointId>,
    /// How.
    pub channel: Channel,
    /// Who began it.
    pub direction: Direction,
    /// What came of it.
    pub disposition: Disposition,
    /// What was learned of the number, if it is not what the disposition says.
    pub point_status: Option<PointStatus>,
    /// Free text.
    pub note: Option<String>,
    /// Length in seconds.
    pub duration_seconds: Option<i64>,
    /// When it happened by the phone; never later than it is recorded.
    pub occurred_at: Option<Moment>,
    /// Follow-ups it answers beside those that are due.
    pub answers: Vec<FollowUpId>,
    /// A promise given.
    pub promise: Option<PromiseGiven>,
    /// The next step.
    pub next: Option<Next>,
}

impl LogContact {
    /// Refuses what is wrong with the report itself.
    pub fn check(&self) -> Result<(), Failure> {
        let mut problems = self.problems();
        match (&self.promise, self.disposition) {
            (Some(promise), Disposition::Promised) => {
                problems.extend(promise.problems(&self.accounts))
            }
            (None, Disposition::Promised) => problems.push(wrong(
                "promise",
                ProblemCode::Required,
                (
                    "承诺缴费须填写金额、日期和方式",
                    "a promise needs an amount, a date and a way of paying",
                ),
            )),
            (Some(_), _) => problems.push(wrong(
                "promise",
                ProblemCode::Inconsistent,
                ("只有“承诺缴费”可以带承诺", "only the outcome PROMISED carries a promise"),
            )),
            (None, _) => {}
        }
        if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(problems)) }
    }

    fn problems(&self) -> Vec<Problem> {
        use ProblemCode::{Duplicate, Required, TooLarge, TooLong, TooSmall};
        let too_long = self.note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE);
        let planned = self.next.as_ref().and_then(|next| next.note.as_ref());
        let plan_too_long = planned.is_some_and(|note| note.chars().count() > LONGEST_NOTE);
        let no_hour = self.disposition == Disposition::CallbackAgreed && self.next.is_none();
        let checks = [
            (
                self.accounts.is_empty(),
                "accountIds",
                Required,
                ("请选择至少一个户", "name at least one account"),
            ),
            (
                self.accounts.len() > MOST_ACCOUNTS,
                "accountIds",
                TooLarge,
                ("一次最多 50 个户", "at most 50 accounts at once"),
            ),
            (
                !are_distinct(&self.accounts),
                "accountIds",
                Duplicate,
                ("同一户列了两次", "an account is listed twice"),
            ),
            (too_long, "note", TooLong, ("备注最多 2000 字", "a note has at most 2000 characters")),
            (
                self.duration_seconds.is_some_and(|seconds| seconds < 0),
                "durationSeconds",
                TooSmall,
                ("时长不能为负", "a duration cannot be negative"),
            ),
            (
                plan_too_long,
                "next.note",
                TooLong,
                ("备注最多 2000 字", "a note has at most 2000 characters"),
            ),
            (
                no_hour,
                "next",
                Required,
                ("请填写约定回电的时间", "say when the call-back was agreed for"),
            ),
        ];
        found(checks)
    }
}

impl PromiseGiven {
    /// What is wrong with the lines, given what the contact is about.
    fn problems(&self, accounts: &[AccountId]) -> Vec<Problem> {
        use ProblemCode::{Duplicate, Inconsistent, Required};
        let lines: Vec<AccountId> = self.lines.iter().map(|(account, ..)| *account).collect();
        let stranger = lines.iter().any(|account| !accounts.contains(account));
        let about =
            ("承诺的户不在本次联系中", "a line is for an account that the contact is not about");
        found([
            (
                lines.is_empty(),
                "promise.lines",
                Required,
                ("请填写承诺明细", "a promise needs at least one line"),
            ),
            (
                !are_distinct(&lines),
                "promise.lines",
                Duplicate,
                ("同一户有两条承诺", "an account has two lines"),
            ),
            (stranger, "promise.lines", Inconsistent, about),
        ])
    }
}

/// A rule of the report: broken or not, the field, the code, the sentence in Chinese and English.
type Check = (bool, &'static str, ProblemCode, (&'static str, &'static str));

fn found<const N: usize>(checks: [Check; N]) -> Vec<Problem> {
    let broken = checks.into_iter().filter(|(broken, ..)| *broken);
    broken.map(|(_, field, code, text)| wrong(field, code, text)).collect()
}

fn wrong(field: &str, code: ProblemCode, (zh, en): (&str, &str)) -> Problem {
    Problem::at(field, code, Text::new(zh, en))
}

fn are_distinct(ids: &[AccountId]) -> bool {
    ids.iter().collect::<BTreeSet<_>>().len() == ids.len()
}
