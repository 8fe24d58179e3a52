//! What is wrong with a row once it is held against what is known.

use chrono::NaiveDate;
use guanjia_books::{At, Problem, Room, Severity};

/// Problems that are listed; the rest is counted by what they did.
const MOST: usize = 2_000;
/// Missing rows that are named one by one.
const MOST_MISSING: usize = 500;

/// Problems, up to a limit. What blocks is never crowded out by notes.
#[derive(Default)]
pub(super) struct Notes {
    list: Vec<Problem>,
    missing: usize,
    more_blocking: bool,
}

impl Notes {
    /// Adds one.
    pub(super) fn add(&mut self, problem: Problem) {
        let blocks = problem.severity == Severity::Blocking;
        if !blocks {
            self.missing += 1;
            if self.missing > MOST_MISSING {
                return;
            }
        } else if self.list.len() >= MOST {
            self.more_blocking = true;
            return;
        }
        self.list.push(problem);
    }

    /// Whether one of them forbids the file.
    pub(super) fn is_blocked(&self) -> bool {
        self.more_blocking || super::plan::is_blocked(&self.list)
    }

    /// The list, what blocks first.
    pub(super) fn into_list(mut self) -> Vec<Problem> {
        self.list.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
        self.list
    }
}

fn problem(
    at: &At,
    value: String,
    (severity, code): (Severity, &'static str),
    (zh, en): (String, String),
) -> Problem {
    Problem { at: at.clone(), value, severity, code, zh, en }
}

/// A row of a room that stands in no register.
pub(super) fn unknown_room(at: &At, room: &Room) -> Problem {
    let texts = (
        format!("房号 {room} 不在业主台账中,也未曾导入"),
        format!("room {room} stands in no register, neither in this file nor in an earlier one"),
    );
    problem(at, room.to_string(), (Severity::Blocking, "room_unknown"), texts)
}

/// A row that says something else than before, about an entry that somebody reversed or moved by hand.
pub(super) fn taken_back(at: &At) -> Problem {
    let texts = (
        "这一行的记录已被人工冲正或转出,不能再用文件更正;请人工核对".to_owned(),
        "the entry of this row was reversed or moved by hand and cannot be corrected by a file; a person must look"
            .to_owned(),
    );
    problem(at, String::new(), (Severity::Blocking, "entry_taken_back"), texts)
}

/// Money whose receipt a person entered before, for the same room and amount.
pub(super) fn entered_by_hand(at: &At, receipt: &str) -> Problem {
    let texts = (
        "该收据已人工登记在本房号下,金额相同;保留人工登记,未重复读入".to_owned(),
        "a person entered this receipt for this room before, with the same amount; it was not entered again".to_owned(),
    );
    problem(at, receipt.to_owned(), (Severity::Note, "receipt_by_hand"), texts)
}

/// Money whose receipt a person entered before, for the same room and with another amount.
pub(super) fn differs_by_hand(at: &At, receipt: &str) -> Problem {
    let texts = (
        "该收据已人工登记在本房号下,金额不同;请先更正其中之一".to_owned(),
        "a person entered this receipt for this room before, with another amount; correct one of them first".to_owned(),
    );
    problem(at, receipt.to_owned(), (Severity::Blocking, "receipt_differs"), texts)
}

/// Money whose receipt a person entered before, for another room.
pub(super) fn elsewhere_by_hand(at: &At, receipt: &str) -> Problem {
    let texts = (
        "该收据号已人工登记在其他房号下;已照文件读入,请核对是否为同一笔收款".to_owned(),
        "a person entered this receipt for another room before; the row was entered, see whether it is the same money".to_owned(),
    );
    problem(at, receipt.to_owned(), (Severity::Warning, "receipt_elsewhere"), texts)
}

/// Money of a day that has not come.
pub(super) fn ahead(at: &At, day: NaiveDate) -> Problem {
    let texts = (
        "收款日期晚于今天,到那一天才计入;请核对年份".to_owned(),
        "this money is dated after today and counts from that day on; look at the year".to_owned(),
    );
    problem(at, day.to_string(), (Severity::Warning, "paid_ahead"), texts)
}

/// Identity numbers that nobody can keep.
pub(super) fn no_key(at: &At) -> Problem {
    let texts = (
        "系统未配置身份证号加密密钥,本文件中的身份证号未读入".to_owned(),
        "no key is set for identity numbers, so those of this file were left out".to_owned(),
    );
    problem(at, String::new(), (Severity::Warning, "identity_not_kept"), texts)
}

/// A row that an earlier file had and this one has not.
pub(super) fn missing(key: &str) -> Problem {
    let at = At { sheet: String::new(), row: 0, column: None };
    let texts = (
        "以前导入过的这一行在本文件中没有;原记录保留不变".to_owned(),
        "an earlier file had this row and this one has not; the entry is kept as it is".to_owned(),
    );
    problem(&at, key.to_owned(), (Severity::Note, "row_missing"), texts)
}
