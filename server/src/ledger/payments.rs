//! What a clerk does with a payment: enter it, confirm it, take it back, move it.
//!
//! Finance enters money at the desk, and it counts at once. What anybody else enters (a steward on site) is **provisional**:
//! it stops dunning, but settles nothing until somebody of finance who did not enter it has confirmed it.

mod afterwards;
mod checks;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use guanjia_entity::{charge, payment, payment_designation};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use self::afterwards::{Move, Reverse, confirm, move_to, reverse};
use self::checks::receipt_problems;
pub(super) use self::checks::{amount_problems, item_problem, no_charge, reason_problems, refuse};
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
    let item = new.fee_item.as_deref();
    problems.extend(item.and_then(|item| item_problem("designation.feeItem", item)));
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
        // A payment that goes back is spoken of as the one that came.
        subject: row.reverses_id.unwrap_or(row.id).into(),
        amount_fen: row.amount_fen.abs(),
        on: row.effective_on,
    });
}

/// Whether a charge can be named in an act: it stands and is owed by itself.
pub(super) fn is_debt(row: &charge::Model) -> bool {
    row.reverses_id.is_none() && row.amount_fen > 0
}
