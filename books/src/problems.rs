//! Problems: what stands in a book that cannot be taken as it stands.

use serde::Serialize;

use crate::{book::At, reasons::Reason};

/// How much a problem weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing is wrong; the reader says what it assumed or left out.
    Note,
    /// Something was dropped or guessed; the rest of the row stands.
    Warning,
    /// Money, a room or a date is unreadable: the file must not be applied.
    Blocking,
}

/// One problem, at one place, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where.
    pub at: At,
    /// What stands there, telephone numbers and names masked, at most 40 characters.
    pub value: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Stable name of the kind of problem, for programs.
    pub code: &'static str,
    /// What is wrong and what to do, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// Collects problems up to a limit, so that a file of nothing but rubbish stays bounded.
#[derive(Debug)]
pub(crate) struct Problems {
    list: Vec<Problem>,
    limit: usize,
    more: usize,
    more_severity: Severity,
}

impl Problems {
    /// Keeps `limit` problems and counts the rest.
    pub(crate) fn new(limit: usize) -> Self {
        Self { list: Vec::new(), limit, more: 0, more_severity: Severity::Note }
    }

    /// Adds one. `value` must be masked already where it names people.
    pub(crate) fn add(&mut self, at: At, value: &str, reason: &Reason) {
        let wording = reason.wording();
        // Thousands of notes must not crowd out the one problem that blocks.
        let room = match wording.severity {
            Severity::Note => self.limit / 4,
            Severity::Warning => self.limit / 2,
            Severity::Blocking => self.limit,
        };
        if self.list.len() >= room.max(1) {
            self.more += 1;
            self.more_severity = self.more_severity.max(wording.severity);
            return;
        }
        self.list.push(Problem {
            at,
            value: mask_digits(value, PERSONAL_DIGITS),
            severity: wording.severity,
            code: wording.code,
            zh: wording.zh,
            en: wording.en,
        });
    }

    /// Whether any problem so far forbids to apply the file.
    pub(crate) fn is_blocked(&self) -> bool {
        self.more_severity == Severity::Blocking
            || self.list.iter().any(|problem| problem.severity == Severity::Blocking)
    }

    /// The list in the order of finding; a last entry counts what the limit cut off, and weighs
    /// as much as the worst of it.
    pub(crate) fn into_list(mut self) -> Vec<Problem> {
        if let (true, Some(last)) = (self.more > 0, self.list.last()) {
            let wording = Reason::MoreProblems(self.more).wording();
            self.list.push(Problem {
                at: At { column: None, ..last.at.clone() },
                value: String::new(),
                severity: self.more_severity,
                code: wording.code,
                zh: wording.zh,
                en: wording.en,
            });
        }
        self.list
    }
}

/// Masks a name: the first character stays.
pub(crate) fn mask_name(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        let rest = chars.count().min(3);
        std::iter::once(first).chain(std::iter::repeat_n('*', rest)).collect()
    })
}

/// From so many digits on a run may be a telephone or identity number; a date has eight.
const PERSONAL_DIGITS: usize = 11;

/// Masks a text that was meant as a telephone number, however short or broken.
pub(crate) fn mask_phone(text: &str) -> String {
    mask_digits(text, 6)
}

/// Masks the middle of every run of `least` or more digits, and cuts at 40 characters. A run may
/// hold spaces and hyphens, as telephones do.
fn mask_digits(text: &str, least: usize) -> String {
    let chars: Vec<char> = text.chars().take(40).collect();
    let mut masked = String::with_capacity(text.len().min(120));
    let mut rest = chars.as_slice();
    while let Some((&first, tail)) = rest.split_first() {
        let run = digit_run(rest);
        let digits = rest.iter().take(run).filter(|c| c.is_numeric()).count();
        if digits < least {
            masked.push(first);
            rest = tail;
            continue;
        }
        let (here, after) = rest.split_at(run);
        mask_run(here, digits, &mut masked);
        rest = after;
    }
    masked
}

/// Length of the run of digits, spaces and hyphens at the start, which begins with a digit.
fn digit_run(chars: &[char]) -> usize {
    let end = chars.iter().take_while(|c| c.is_numeric() || matches!(c, ' ' | '-' | '－')).count();
    match chars.first() {
        Some(first) if first.is_numeric() => end,
        _ => 0,
    }
}

fn mask_run(run: &[char], digits: usize, into: &mut String) {
    let mut nth = 0;
    for &c in run {
        let hide = c.is_numeric() && nth >= 3 && nth + 2 < digits;
        into.push(if hide { '*' } else { c });
        nth += usize::from(c.is_numeric());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_numbers_are_masked_and_dates_are_not() {
        assert_eq!(mask_digits("备用15864675851", 11), "备用158******51");
        assert_eq!(mask_phone("177-0542-2280"), "177-****-**80");
        assert_eq!(mask_digits("2025-01-15", 11), "2025-01-15");
        assert_eq!(mask_name("欧阳雨军"), "欧***");
    }

    #[test]
    fn notes_leave_room_for_what_blocks() {
        let at = At { sheet: "a".into(), row: 1, column: None };
        let mut problems = Problems::new(8);
        for _ in 0..100 {
            problems.add(at.clone(), "", &Reason::PhonePlaceholder);
        }
        problems.add(at, "", &Reason::NotMoney);
        let codes: Vec<_> = problems.into_list().iter().map(|problem| problem.code).collect();
        let expected = ["phone_placeholder", "phone_placeholder", "money_unreadable"];
        assert_eq!(codes[..3], expected);
        assert_eq!(codes[3..], ["more_problems"]);
    }

    #[test]
    fn what_the_limit_cuts_off_is_counted_and_weighed() {
        let at = At { sheet: "a".into(), row: 1, column: None };
        let mut problems = Problems::new(1);
        problems.add(at.clone(), "x", &Reason::UnitTwice);
        problems.add(at, "y", &Reason::NotMoney);
        let list = problems.into_list();
        assert_eq!(list.len(), 2);
        assert_eq!(list.last().unwrap().severity, Severity::Blocking);
    }
}
