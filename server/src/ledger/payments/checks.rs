//! What may be wrong with what a clerk says of a payment.

use crate::{
    kernel::{Failure, Problem, ProblemCode, Text, Work},
    ledger::store,
    owners::store::AccountRow,
};

/// The longest receipt number, in characters.
const LONGEST_RECEIPT: usize = 64;
/// The longest name of a fee item, in characters.
const LONGEST_ITEM: usize = 64;
/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// What is wrong with an amount in the field `amount`.
pub(in crate::ledger) fn amount_problems(fen: i64, most_fen: i64) -> Vec<Problem> {
    let (code, text) = if fen <= 0 {
        let text = Text::new("金额须大于零", "the amount must be more than zero");
        (ProblemCode::TooSmall, text)
    } else if fen > most_fen {
        let most = crate::kernel::Fen(most_fen);
        let text =
            Text::new(format!("金额最多为 {most}"), format!("the amount can be {most} at most"));
        (ProblemCode::TooLarge, text)
    } else {
        return Vec::new();
    };
    vec![Problem::at("amount", code, text)]
}

/// Refuses the act if anything is wrong.
pub(in crate::ledger) fn refuse(problems: Vec<Problem>) -> Result<(), Failure> {
    if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(problems)) }
}

/// What is wrong with a reason in the field `reason`.
pub(in crate::ledger) fn reason_problems(reason: &str) -> Vec<Problem> {
    let (code, text) = if reason.trim().is_empty() {
        (ProblemCode::Required, Text::new("请填写原因", "say why"))
    } else if reason.chars().count() > LONGEST_REASON {
        let text = Text::new("原因最多 500 字", "a reason has at most 500 characters");
        (ProblemCode::TooLong, text)
    } else {
        return Vec::new();
    };
    vec![Problem::at("reason", code, text)]
}

/// What is wrong with the name of a fee item: written otherwise it would be no item at all, and nobody would notice.
pub(in crate::ledger) fn item_problem(field: &str, item: &str) -> Option<Problem> {
    let (code, text) = if item.trim().is_empty() || item.trim() != item {
        let text = Text::new(
            "收费项目不能为空,前后不能有空格",
            "a fee item is not empty and has no spaces around it",
        );
        (ProblemCode::Invalid, text)
    } else if item.chars().count() > LONGEST_ITEM {
        let text = Text::new("收费项目最多 64 字", "a fee item has at most 64 characters");
        (ProblemCode::TooLong, text)
    } else {
        return None;
    };
    Some(Problem::at(field, code, text))
}

pub(super) async fn receipt_problems(
    work: &Work,
    account: &AccountRow,
    receipt: Option<&str>,
) -> Result<Vec<Problem>, Failure> {
    let Some(receipt) = receipt else { return Ok(Vec::new()) };
    let at = |code, text| Ok(vec![Problem::at("receipt", code, text)]);
    if receipt.trim() != receipt || receipt.is_empty() {
        let text = Text::new(
            "收据号不能为空或带空格",
            "a receipt number is not empty and has no spaces around it",
        );
        return at(ProblemCode::Invalid, text);
    }
    if receipt.chars().count() > LONGEST_RECEIPT {
        let text = Text::new("收据号最多 64 字", "a receipt number has at most 64 characters");
        return at(ProblemCode::TooLong, text);
    }
    let place = (work.organization(), account.community_id);
    if store::has_receipt(work.conn(), place, receipt).await? {
        let text = Text::new(
            format!("本小区已有收据号 {receipt} 的收款"),
            format!("a payment with receipt {receipt} exists in this community"),
        );
        return at(ProblemCode::Duplicate, text);
    }
    Ok(Vec::new())
}

/// There is no such charge on the account.
pub(in crate::ledger) fn no_charge(field: &str) -> Problem {
    let text = Text::new("该户没有这笔应收", "the account has no such charge");
    Problem::at(field, ProblemCode::NotFound, text)
}

pub(super) fn wrong(field: &str, text: Text) -> Failure {
    Failure::problem(Problem::at(field, ProblemCode::Inconsistent, text))
}
