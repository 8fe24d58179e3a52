//! What becomes of a payment that was entered: it is confirmed, taken back, moved.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use guanjia_entity::{confirmation, payment, payment_designation};
use serde::Serialize;
use serde_json::json;

use super::{
    Cause,
    checks::{amount_problems, reason_problems, refuse, wrong},
    say,
};
use crate::{
    kernel::{
        Failure, Problem, ProblemCode, Text, Work, audit, calendar,
        ids::{self, AccountId, PaymentId},
    },
    ledger::{events::Acted, settling::settle, store},
    owners,
};

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
