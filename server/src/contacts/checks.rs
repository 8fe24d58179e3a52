//! What can be said of a report without looking anything up. Pure.

use std::collections::BTreeSet;

use super::{
    contact::{Direction, LogContact, Next, PromiseGiven},
    dispositions::{Disposition, RightParty, consequence},
};
use crate::kernel::{Failure, Problem, ProblemCode, Text, ids::AccountId};

/// The longest note, in characters.
pub(super) const LONGEST_NOTE: usize = 2000;
/// The most accounts one contact may be about.
const MOST_ACCOUNTS: usize = 50;
/// The most rounds of one day.
const MOST_ROUNDS: usize = 8;
/// The longest name and relation of a third party, in characters.
const LONGEST_NAME: usize = 100;

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
        problems.extend(self.outcome_problems());
        problems.extend(self.round_problems());
        problems.extend(self.confirm.and_then(|confirm| confirm.problem()));
        if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(problems)) }
    }

    /// Outcomes that cannot come of this channel or direction, and who else was reached.
    fn outcome_problems(&self) -> Vec<Problem> {
        use ProblemCode::{Inconsistent, TooLong};
        let follows = consequence(self.disposition);
        let inbound = self.direction == Direction::Inbound;
        let third = self.third_party.as_ref();
        let texts = third.into_iter().flat_map(|third| [&third.name, &third.relation]).flatten();
        let long = texts.into_iter().any(|text| text.chars().count() > LONGEST_NAME);
        found([
            (
                !follows.on.contains(&self.channel),
                "disposition",
                Inconsistent,
                ("该联系方式不会有这种结果", "this outcome cannot come of this channel"),
            ),
            (
                inbound && !follows.inbound,
                "disposition",
                Inconsistent,
                (
                    "业主主动联系时不会有这种结果",
                    "this outcome cannot come of a contact that the owner began",
                ),
            ),
            (
                third.is_some() && follows.right_party == RightParty::Yes,
                "thirdParty",
                Inconsistent,
                ("本人接通时不填第三人", "the right person was reached, not somebody else"),
            ),
            (
                long,
                "thirdParty",
                TooLong,
                ("姓名和关系最多 100 字", "name and relation have at most 100 characters"),
            ),
        ])
    }

    /// Rounds are of one day, each at its own hour, one after the other.
    fn round_problems(&self) -> Vec<Problem> {
        use ProblemCode::{Inconsistent, Required, TooLarge, TooLong};
        let hour = |round: &Next| (round.on, round.at);
        let pairs = || self.rounds.iter().zip(self.rounds.iter().skip(1));
        let in_order = pairs().all(|(one, next)| one.on == next.on && hour(one) < hour(next));
        let note = |round: &Next| {
            round.note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE)
        };
        found([
            (
                !self.rounds.is_empty() && self.next.is_some(),
                "rounds",
                Inconsistent,
                ("下次跟进与多轮安排只能填一种", "name the next step or rounds, not both"),
            ),
            (
                self.rounds.len() > MOST_ROUNDS,
                "rounds",
                TooLarge,
                ("一天最多 8 轮", "at most 8 rounds of one day"),
            ),
            (
                self.rounds.iter().any(|round| round.at.is_none()),
                "rounds",
                Required,
                ("每一轮须有时间", "each round needs its hour"),
            ),
            (
                !in_order,
                "rounds",
                Inconsistent,
                ("各轮须在同一天并按时间先后", "rounds are of one day, one hour after the other"),
            ),
            (
                self.rounds.iter().any(note),
                "rounds",
                TooLong,
                ("备注最多 2000 字", "a note has at most 2000 characters"),
            ),
        ])
    }

    fn problems(&self) -> Vec<Problem> {
        use ProblemCode::{Duplicate, Required, TooLarge, TooLong, TooSmall};
        let too_long = self.note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE);
        let planned = self.next.as_ref().and_then(|next| next.note.as_ref());
        let plan_too_long = planned.is_some_and(|note| note.chars().count() > LONGEST_NOTE);
        let no_hour = self.disposition == Disposition::CallbackAgreed
            && self.next.is_none()
            && self.rounds.is_empty();
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
        let lines: Vec<AccountId> = self.lines.iter().map(|line| line.account).collect();
        let long = self.note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE);
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
            (
                long,
                "promise.note",
                ProblemCode::TooLong,
                ("备注最多 2000 字", "a note has at most 2000 characters"),
            ),
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
