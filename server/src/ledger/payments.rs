//! What a clerk does with a payment: enter it, confirm it, take it back, move it.
//!
//! Finance enters money at the desk, and it counts at once. What anybody else enters (a steward on site) is **provisional**:
//! it stops dunning, but settles nothing until somebody of finance who did not enter it has confirmed it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use guanjia_entity::{charge, confirmation, payment, payment_designation};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    events::{Acted, LedgerActed},
    settling::settle,
    store,
};
use crate::{
    kernel::{
        Failure, Problem, ProblemCode, Role, Text, Work, audit, calendar,
        ids::{self, AccountId, ChargeId, PaymentId},
        names::named,
    },
    owners::{self, events::AccountsChanged, store::AccountRow},
    people,
};

/// The longest receipt number, in characters.
const LONGEST_RECEIPT: usize = 64;
/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;
/// The largest amount, in fen: a hundred million yuan.
pub(super) const LARGEST_FEN: i64 = 10_000_000_000;
/// The most things a payer may name.
const MOST_NAMED: usize = 50;

/// How money came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "PaymentMethod")]
pub enum Method {
    /// 现金.
    Cash,
    /// 微信.
    Wechat,
    /// 支付宝.
    Alipay,
    /// 银行转账.
    Transfer,
    /// 刷卡.
    Card,
    /// 其他.
    Other,
}

// Written as the books write it.
named!(Method {
    Cash = "现金",
    Wechat = "微信",
    Alipay = "支付宝",
    Transfer = "转账",
    Card = "刷卡",
    Other = "其他",
});

/// Why a payment is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "ReversalCause")]
pub enum Cause {
    /// 录入错误: it was never there. Taken back on its own day.
    Mistake,
    /// 退票: the money was there and is gone. Taken back on the day it went.
    Bounce,
    /// 转户: it belongs to another account. Taken back on its own day.
    Move,
}

named!(Cause { Mistake = "MISTAKE", Bounce = "BOUNCE", Move = "MOVE" });

/// Money to be entered.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Chosen by the client, if it works without a network.
    pub id: Option<PaymentId>,
    /// For whom.
    pub account: AccountId,
    /// Fen.
    pub amount_fen: i64,
    /// How it came.
    pub method: Method,
    /// Receipt number.
    pub receipt: Option<String>,
    /// Day of the money.
    pub paid_on: NaiveDate,
    /// The charges that the payer named, in their order.
    pub charges: Vec<ChargeId>,
    /// The item that the payer named.
    pub fee_item: Option<String>,
    /// The period that the payer named.
    pub period: Option<String>,
}

/// Enters a payment.
pub async fn record(work: &mut Work, new: Record) -> Result<PaymentId, Failure> {
    let account = take(work, new.account).await?;
    let today = work.today(calendar::zone(&account.time_zone));
    let mut problems = amount_problems(new.amount_fen, LARGEST_FEN);
    if new.paid_on > today {
        let text = Text::new("收款日期不能晚于今天", "money cannot have come after today");
        problems.push(Problem::at("paidOn", ProblemCode::TooLate, text));
    }
    problems.extend(receipt_problems(work, &account, new.receipt.as_deref()).await?);
    let named = designations(work, &new).await?;
    let id = new.id.unwrap_or_else(ids::fresh);
    if store::payment(work.conn(), work.organization(), id).await?.is_some() {
        let text = Text::new("该收款编号已存在", "a payment with this id exists");
        problems.push(Problem::at("id", ProblemCode::Duplicate, text));
    }
    refuse(problems)?;
    let provisional = !work.actor()?.is_any(&[Role::Finance]);
    let row = payment::Model {
        provisional,
        method: Some(new.method.name().to_owned()),
        receipt: new.receipt,
        designated_item: new.fee_item,
        designated_period: new.period,
        ..blank(work, (id, new.account), (new.amount_fen, new.paid_on))
    };
    let facts = json!({ "accountId": new.account, "amountFen": row.amount_fen, "provisional": provisional });
    store::insert_payments(work.conn(), vec![row.clone()]).await?;
    store::insert_designations(work.conn(), designation_rows(work, id, named)).await?;
    audit::record(work, "PAYMENT_RECORDED", Some(id.into()), facts).await?;
    say(work, &row, if provisional { Acted::PaymentNoted } else { Acted::PaymentRecorded });
    if provisional {
        work.emit_summed(AccountsChanged::of([new.account]));
        return Ok(id);
    }
    settle(work, BTreeSet::from([new.account])).await?;
    Ok(id)
}

/// Finds the account for the actor and locks its community and it, in the order in which imports do.
async fn take(work: &Work, account: AccountId) -> Result<AccountRow, Failure> {
    let actor = work.actor()?;
    let day = owners::queries::reach_day(work.now);
    let found = owners::store::reachable(work.conn(), actor, day, &[account]).await?;
    let row = found.into_iter().next().ok_or(Failure::NotFound)?;
    people::queries::lock_community(work.conn(), work.organization(), row.community_id).await?;
    owners::store::lock(work.conn(), work.organization(), &[account]).await?;
    Ok(row)
}

fn blank(
    work: &Work,
    (id, account): (PaymentId, AccountId),
    (amount_fen, effective_on): (i64, NaiveDate),
) -> payment::Model {
    payment::Model {
        organization_id: work.organization(),
        id,
        account_id: account,
        amount_fen,
        method: None,
        receipt: None,
        designated_period: None,
        designated_item: None,
        provisional: false,
        day_unknown: false,
        effective_on,
        recorded_at: work.now,
        reverses_id: None,
        replaces_id: None,
        import_id: None,
        recorded_by: work.by().person(),
        cause: None,
        reason: None,
        moved_from_id: None,
    }
}

/// What is wrong with an amount in the field `amount`.
pub(super) fn amount_problems(fen: i64, most_fen: i64) -> Vec<Problem> {
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
pub(super) fn refuse(problems: Vec<Problem>) -> Result<(), Failure> {
    if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(problems)) }
}

/// What is wrong with a reason in the field `reason`.
pub(super) fn reason_problems(reason: &str) -> Vec<Problem> {
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

async fn receipt_problems(
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

/// What was named, as item and period: the books may correct a charge and give it another id.
async fn designations(
    work: &Work,
    new: &Record,
) -> Result<Vec<(Option<String>, Option<String>)>, Failure> {
    let mut problems = Vec::new();
    let mut named = Vec::new();
    if new.charges.len() > MOST_NAMED {
        let text = Text::new("最多指定 50 笔应收", "at most 50 charges can be named");
        problems.push(Problem::at("designation.chargeIds", ProblemCode::TooLong, text));
        return Err(Failure::Problems(problems));
    }
    let own = store::charges(work.conn(), work.organization(), &[new.account]).await?;
    for (index, id) in new.charges.iter().enumerate() {
        let found = own.iter().find(|row| row.id == *id && row.reverses_id.is_none());
        match found {
            Some(row) => named.push((Some(row.fee_item.clone()), Some(row.period.clone()))),
            None => problems.push(no_charge(&format!("designation.chargeIds.{index}"))),
        }
    }
    if new.period.as_deref().is_some_and(|period| super::periods::Span::of(period).is_none()) {
        let text = Text::new(
            "账期须形如 2026-09、2026-Q3、2026 或 2026-01/2026-06",
            "a period is written 2026-09, 2026-Q3, 2026 or 2026-01/2026-06",
        );
        problems.push(Problem::at("designation.period", ProblemCode::Invalid, text));
    }
    refuse(problems)?;
    named.dedup();
    Ok(named)
}

/// There is no such charge on the account.
pub(super) fn no_charge(field: &str) -> Problem {
    let text = Text::new("该户没有这笔应收", "the account has no such charge");
    Problem::at(field, ProblemCode::NotFound, text)
}

fn designation_rows(
    work: &Work,
    payment: PaymentId,
    named: Vec<(Option<String>, Option<String>)>,
) -> Vec<payment_designation::Model> {
    let row = |(position, (fee_item, period))| payment_designation::Model {
        organization_id: work.organization(),
        payment_id: payment,
        position,
        fee_item,
        period,
    };
    (0..).zip(named).map(row).collect()
}

fn say(work: &mut Work, row: &payment::Model, acted: Acted) {
    work.emit(LedgerActed {
        account: row.account_id,
        acted,
        subject: row.id.into(),
        amount_fen: row.amount_fen.abs(),
        on: row.effective_on,
    });
}

/// A payment that the actor reaches, its account locked, with whether it was taken back and whether it counts.
struct Held {
    row: payment::Model,
    confirmed: bool,
    today: NaiveDate,
}

/// Finds a payment for an act. One that is none, is itself a reversal or a refund, or was taken back is refused.
async fn hold(work: &Work, id: PaymentId, others: &[AccountId]) -> Result<Held, Failure> {
    let (conn, organization) = (work.conn(), work.organization());
    let row = store::payment(conn, organization, id).await?.ok_or(Failure::NotFound)?;
    let mut accounts = vec![row.account_id];
    accounts.extend(others);
    let found = owners::commands::take_accounts(work, work.actor()?, &accounts).await?;
    let own = found.iter().find(|one| one.account_id == row.account_id).ok_or(Failure::NotFound)?;
    let today = work.today(calendar::zone(&own.time_zone));
    if row.reverses_id.is_some() || row.amount_fen <= 0 {
        let text = Text::new("冲正和退款不能这样处理", "a reversal or refund cannot be treated so");
        return Err(wrong("paymentId", text));
    }
    if store::taken_back(conn, organization, &[id]).await?.contains(&id) {
        return Err(wrong(
            "paymentId",
            Text::new("该收款已被冲正或转出", "the payment was taken back already"),
        ));
    }
    let confirmed = store::is_confirmed(conn, organization, id).await?;
    Ok(Held { row, confirmed, today })
}

fn wrong(field: &str, text: Text) -> Failure {
    Failure::problem(Problem::at(field, ProblemCode::Inconsistent, text))
}

/// Confirms a provisional payment: from now on it counts, on its own day. Maker and checker are different people.
pub async fn confirm(work: &mut Work, id: PaymentId) -> Result<PaymentId, Failure> {
    let held = hold(work, id, &[]).await?;
    let person = work.actor()?.person;
    if !held.row.provisional || held.confirmed {
        return Err(wrong(
            "paymentId",
            Text::new("该收款无需确认", "the payment needs no confirmation"),
        ));
    }
    if held.row.recorded_by == Some(person) {
        let text = Text::new("经办人不能复核自己的收款", "who entered a payment cannot confirm it");
        return Err(wrong("paymentId", text));
    }
    let row = confirmation::Model {
        organization_id: work.organization(),
        payment_id: id,
        confirmed_by: person,
        recorded_at: work.now,
    };
    store::insert_confirmation(work.conn(), row).await?;
    let facts = json!({ "amountFen": held.row.amount_fen });
    audit::record(work, "PAYMENT_CONFIRMED", Some(id.into()), facts).await?;
    say(work, &held.row, Acted::PaymentConfirmed);
    settle(work, BTreeSet::from([held.row.account_id])).await?;
    Ok(id)
}

/// A payment to be taken back.
#[derive(Clone, Debug, Serialize)]
pub struct Reverse {
    /// Which.
    pub payment: PaymentId,
    /// Why.
    pub cause: Cause,
    /// The same in words.
    pub reason: String,
    /// The day on which it bounced; today, if left out.
    pub on: Option<NaiveDate>,
}

/// Takes a payment back. What it had settled is open again, from its own day if it was a mistake, from the bounce if it
/// bounced.
pub async fn reverse(work: &mut Work, input: Reverse) -> Result<PaymentId, Failure> {
    let held = hold(work, input.payment, &[]).await?;
    let bounced = input.cause == Cause::Bounce;
    let on = if bounced { input.on.unwrap_or(held.today) } else { held.row.effective_on };
    let mut problems = reason_problems(&input.reason);
    if input.on.is_some() && !bounced {
        let text = Text::new("录入错误按原收款日冲正", "a mistake is taken back on its own day");
        problems.push(Problem::at("on", ProblemCode::Inconsistent, text));
    }
    if input.cause == Cause::Move {
        let text = Text::new("转户请用 movePayment", "to move a payment use movePayment");
        problems.push(Problem::at("cause", ProblemCode::Invalid, text));
    }
    if on < held.row.effective_on {
        let text = Text::new("退票日不能早于收款日", "it cannot have bounced before it came");
        problems.push(Problem::at("on", ProblemCode::TooEarly, text));
    }
    if on > held.today {
        let text = Text::new("退票日不能晚于今天", "it cannot have bounced after today");
        problems.push(Problem::at("on", ProblemCode::TooLate, text));
    }
    refuse(problems)?;
    let back = reversal(work, &held.row, (input.cause, input.reason), on);
    let id = back.id;
    let facts = json!({ "amountFen": held.row.amount_fen, "cause": input.cause.name(), "on": on });
    store::insert_payments(work.conn(), vec![back.clone()]).await?;
    audit::record(work, "PAYMENT_REVERSED", Some(held.row.id.into()), facts).await?;
    say(work, &back, if bounced { Acted::PaymentBounced } else { Acted::PaymentReversed });
    settle(work, BTreeSet::from([held.row.account_id])).await?;
    Ok(id)
}

fn reversal(
    work: &Work,
    row: &payment::Model,
    (cause, reason): (Cause, String),
    on: NaiveDate,
) -> payment::Model {
    payment::Model {
        id: ids::fresh(),
        amount_fen: -row.amount_fen,
        effective_on: on,
        recorded_at: work.now,
        reverses_id: Some(row.id),
        replaces_id: None,
        import_id: None,
        recorded_by: work.by().person(),
        cause: Some(cause.name().to_owned()),
        reason: Some(reason),
        moved_from_id: None,
        ..row.clone()
    }
}

/// A payment, or a part of it, that belongs to another account.
#[derive(Clone, Debug, Serialize)]
pub struct Move {
    /// Which.
    pub payment: PaymentId,
    /// Where it belongs.
    pub to: AccountId,
    /// Fen; all of it, if left out.
    pub amount_fen: Option<i64>,
    /// Why.
    pub reason: String,
}

/// Moves a payment to the account to which it belonged from its first day on. Answers the payment there.
pub async fn move_to(work: &mut Work, input: Move) -> Result<PaymentId, Failure> {
    let found = store::payment(work.conn(), work.organization(), input.payment).await?;
    if found.is_some_and(|row| row.account_id == input.to) {
        hold(work, input.payment, &[]).await?;
        return Err(wrong(
            "toAccountId",
            Text::new("收款已在该户", "the payment is there already"),
        ));
    }
    let held = hold(work, input.payment, &[input.to]).await?;
    let amount_fen = input.amount_fen.unwrap_or(held.row.amount_fen);
    let mut problems = reason_problems(&input.reason);
    problems.extend(amount_problems(amount_fen, held.row.amount_fen));
    if held.row.provisional && !held.confirmed {
        let text = Text::new(
            "未确认的收款请先确认或冲正",
            "confirm or reverse a provisional payment first",
        );
        problems.push(Problem::at("paymentId", ProblemCode::Inconsistent, text));
    }
    refuse(problems)?;
    let old = held.row;
    let back = reversal(work, &old, (Cause::Move, input.reason), old.effective_on);
    let fresh = |id, account_id, amount_fen| payment::Model {
        id,
        account_id,
        amount_fen,
        provisional: false,
        recorded_at: work.now,
        import_id: None,
        recorded_by: work.by().person(),
        replaces_id: None,
        moved_from_id: None,
        ..old.clone()
    };
    let there =
        payment::Model { moved_from_id: Some(old.id), ..fresh(ids::fresh(), input.to, amount_fen) };
    let rest = payment::Model {
        replaces_id: Some(old.id),
        ..fresh(ids::fresh(), old.account_id, old.amount_fen - amount_fen)
    };
    let named = store::designations(work.conn(), work.organization(), &[old.account_id]).await?;
    let named = named.into_iter().filter(|one| one.payment_id == old.id);
    let mut rows = vec![back.clone(), there.clone()];
    rows.extend(Some(rest).filter(|rest| rest.amount_fen > 0));
    let named: Vec<_> = named.collect();
    let copies = rows.iter().filter(|row| row.reverses_id.is_none()).flat_map(|row| {
        let id = row.id;
        named.iter().map(move |one| payment_designation::Model { payment_id: id, ..one.clone() })
    });
    let copies = copies.collect();
    store::insert_payments(work.conn(), rows).await?;
    store::insert_designations(work.conn(), copies).await?;
    let facts = json!({ "amountFen": amount_fen, "toAccountId": input.to });
    audit::record(work, "PAYMENT_MOVED", Some(old.id.into()), facts).await?;
    let away = payment::Model { amount_fen, ..back };
    say(work, &away, Acted::PaymentMovedAway);
    say(work, &there, Acted::PaymentMovedHere);
    settle(work, BTreeSet::from([old.account_id, input.to])).await?;
    Ok(there.id)
}

/// Whether a charge can be named in an act: it stands and is owed by itself.
pub(super) fn is_debt(row: &charge::Model) -> bool {
    row.reverses_id.is_none() && row.amount_fen > 0
}
