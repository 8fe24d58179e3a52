//! Waiving, writing off, correcting, billing a penalty; and taking that back.
//!
//! Who may do what is a limit of roles today. Approvals by amount will stand here, before anything is entered.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use guanjia_entity::{adjustment, charge};
use serde::Serialize;
use serde_json::json;

use super::{
    adjustment::Kind,
    entries::PENALTY,
    events::{Acted, LedgerActed},
    figures::{self, AsOf},
    payments::{LARGEST_FEN, is_debt, no_charge, reason_problems, refuse},
    settling::settle,
    store,
};
use crate::{
    kernel::{
        Actor, Failure, Fen, Problem, ProblemCode, Role, Text, Work, audit, calendar,
        ids::{self, AccountId, AdjustmentId, ChargeId},
    },
    owners,
};

/// What a billed penalty is called.
pub const PENALTY_ITEM: &str = "违约金";
/// The most charges in one act.
const MOST_LINES: usize = 100;

/// An act on some charges of an account.
#[derive(Clone, Debug, Serialize)]
pub struct Adjust {
    /// Whose.
    pub account: AccountId,
    /// What is done.
    pub kind: Kind,
    /// Charges and fen, positive.
    pub lines: Vec<(ChargeId, i64)>,
    /// Why.
    pub reason: String,
    /// True from this day on; today, if left out.
    pub on: Option<NaiveDate>,
}

impl Kind {
    /// Whether somebody has the authority.
    pub fn is_for(self, actor: &Actor) -> bool {
        actor.is_any(match self {
            Self::Waiver | Self::PenaltyWaiver => &[Role::Manager, Role::Director],
            Self::WriteOff => &[Role::Director],
            Self::Correction | Self::Penalty => &[Role::Finance],
        })
    }
}

/// What somebody without the authority is told; once there are approvals, they ask for one instead.
fn authority_problem(kind: Kind, actor: &Actor, field: &str) -> Option<Problem> {
    let text = || {
        Text::new("此类调整不在您的权限内", "this kind of adjustment is not within your authority")
    };
    (!kind.is_for(actor)).then(|| Problem::at(field, ProblemCode::Invalid, text()))
}

/// Enters adjustments; answers their ids in the order of the lines.
pub async fn adjust(work: &mut Work, input: Adjust) -> Result<Vec<AdjustmentId>, Failure> {
    let actor = work.actor()?;
    let found = owners::commands::take_accounts(work, actor, &[input.account]).await?;
    let account = found.first().ok_or(Failure::NotFound)?;
    let today = work.today(calendar::zone(&account.time_zone));
    let on = input.on.unwrap_or(today);
    let mut problems = reason_problems(&input.reason);
    problems.extend(authority_problem(input.kind, actor, "kind"));
    if on > today {
        let text = Text::new("生效日不能晚于今天", "it cannot be true from a day to come");
        problems.push(Problem::at("on", ProblemCode::TooLate, text));
    }
    problems.extend(line_problems(work, &input, on).await?);
    refuse(problems)?;
    let own = store::charges(work.conn(), work.organization(), &[input.account]).await?;
    let (mut charges, mut rows) = (Vec::new(), Vec::new());
    for (id, fen) in &input.lines {
        let Some(about) = own.iter().find(|row| row.id == *id) else { continue };
        let billed = (input.kind == Kind::Penalty).then(|| penalty_row(work, about, (*fen, on)));
        rows.push(row(work, &input, (about.id, *fen), (billed.as_ref().map(|row| row.id), on)));
        charges.extend(billed);
    }
    store::insert_charges(work.conn(), charges).await?;
    store::insert_adjustments(work.conn(), rows.clone()).await?;
    for row in &rows {
        let facts =
            json!({ "kind": row.kind, "amountFen": row.amount_fen, "chargeId": row.charge_id });
        audit::record(work, "LEDGER_ADJUSTED", Some(row.id.into()), facts).await?;
    }
    say(work, &rows, Acted::Adjusted(input.kind));
    settle(work, BTreeSet::from([input.account])).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

fn say(work: &mut Work, rows: &[adjustment::Model], acted: Acted) {
    let Some(first) = rows.first() else { return };
    work.emit(LedgerActed {
        account: first.account_id,
        acted,
        subject: first.id.into(),
        amount_fen: rows.iter().map(|row| row.amount_fen.abs()).sum(),
        on: first.effective_on,
    });
}

fn row(
    work: &Work,
    input: &Adjust,
    (charge_id, fen): (ChargeId, i64),
    (billed_charge_id, on): (Option<ChargeId>, NaiveDate),
) -> adjustment::Model {
    adjustment::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        account_id: input.account,
        kind: input.kind.name().to_owned(),
        charge_id,
        billed_charge_id,
        amount_fen: input.kind.sign() * fen,
        effective_on: on,
        reason: Some(input.reason.clone()),
        recorded_by: work.by().person(),
        recorded_at: work.now,
        reverses_id: None,
        import_id: None,
    }
}

/// A billed penalty is due on the day it is billed.
fn penalty_row(
    work: &Work,
    about: &charge::Model,
    (amount_fen, on): (i64, NaiveDate),
) -> charge::Model {
    charge::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        account_id: about.account_id,
        fee_item: PENALTY_ITEM.to_owned(),
        period: about.period.clone(),
        due_on: on,
        kind: PENALTY.to_owned(),
        amount_fen,
        effective_on: on,
        recorded_at: work.now,
        reverses_id: None,
        replaces_id: None,
        import_id: None,
    }
}

async fn line_problems(
    work: &Work,
    input: &Adjust,
    on: NaiveDate,
) -> Result<Vec<Problem>, Failure> {
    if input.lines.is_empty() || input.lines.len() > MOST_LINES {
        let text = Text::new("须有 1 到 100 笔应收", "there must be 1 to 100 charges");
        return Ok(vec![Problem::at("lines", ProblemCode::Invalid, text)]);
    }
    let (conn, organization) = (work.conn(), work.organization());
    let own = store::charges(conn, organization, &[input.account]).await?;
    let most = most(work, input, on).await?;
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, (id, fen)) in input.lines.iter().enumerate() {
        let at = |name: &str| format!("lines.{index}.{name}");
        if !seen.insert(*id) {
            let text = Text::new("同一笔应收只能出现一次", "a charge can be there once");
            problems.push(Problem::at(&at("chargeId"), ProblemCode::Duplicate, text));
            continue;
        }
        let Some(about) = own.iter().find(|row| row.id == *id && is_debt(row)) else {
            problems.push(no_charge(&at("chargeId")));
            continue;
        };
        if on < about.effective_on {
            let text = Text::new("不能早于应收本身", "it cannot be before the charge itself");
            problems.push(Problem::at("on", ProblemCode::TooEarly, text));
        }
        problems.extend(amount_problem(*fen, most(*id), &at("amount")));
    }
    Ok(problems)
}

fn amount_problem(fen: i64, most_fen: i64, field: &str) -> Option<Problem> {
    if fen <= 0 {
        let text = Text::new("金额须大于零", "the amount must be more than zero");
        return Some(Problem::at(field, ProblemCode::TooSmall, text));
    }
    let most = Fen(most_fen.min(LARGEST_FEN));
    let text =
        || Text::new(format!("金额最多为 {most}"), format!("the amount can be {most} at most"));
    (fen > most.0).then(|| Problem::at(field, ProblemCode::TooLarge, text()))
}

/// How much an act can take from, or bill for, each charge: what is open of it, or what it has borne and nobody billed.
async fn most(
    work: &Work,
    input: &Adjust,
    on: NaiveDate,
) -> Result<impl Fn(ChargeId) -> i64, Failure> {
    let (conn, organization) = (work.conn(), work.organization());
    let takes = input.kind.takes_from_the_charge();
    let open = store::balances(conn, organization, &[input.account]).await?;
    let as_of = AsOf { on, at: None };
    let (_, borne) = figures::penalties(conn, organization, input.account, as_of).await?;
    Ok(move |charge| {
        let of = borne.iter().find(|one| one.charge == charge);
        if takes {
            open.get(&charge).copied().unwrap_or(0)
        } else {
            of.map_or(0, |one| one.unbilled_fen())
        }
    })
}

/// Takes an adjustment back, as if it had never been; a billed penalty goes with it.
pub async fn reverse(
    work: &mut Work,
    (id, reason): (AdjustmentId, String),
) -> Result<AdjustmentId, Failure> {
    let (conn, organization) = (work.conn(), work.organization());
    let old = store::adjustment(conn, organization, id).await?.ok_or(Failure::NotFound)?;
    let kind = Kind::of_name(&old.kind).ok_or(Failure::NotFound)?;
    owners::commands::take_accounts(work, work.actor()?, &[old.account_id]).await?;
    let mut problems = reason_problems(&reason);
    problems.extend(authority_problem(kind, work.actor()?, "adjustmentId"));
    refuse(problems)?;
    if old.reverses_id.is_some() || store::is_void(conn, organization, id).await? {
        let text = Text::new("该调整已被撤销", "the adjustment was taken back already");
        return Err(Failure::problem(Problem::at("adjustmentId", ProblemCode::Inconsistent, text)));
    }
    let account = old.account_id;
    if let Some(billed) = old.billed_charge_id {
        let own = store::charges(conn, organization, &[account]).await?;
        let back = own.into_iter().filter(|row| row.id == billed).map(|row| charge::Model {
            id: ids::fresh(),
            amount_fen: -row.amount_fen,
            recorded_at: work.now,
            reverses_id: Some(row.id),
            ..row
        });
        store::insert_charges(conn, back.collect()).await?;
    }
    let back = adjustment::Model {
        id: ids::fresh(),
        billed_charge_id: None,
        amount_fen: -old.amount_fen,
        reason: Some(reason),
        recorded_by: work.by().person(),
        recorded_at: work.now,
        reverses_id: Some(old.id),
        import_id: None,
        ..old
    };
    store::insert_adjustments(conn, vec![back.clone()]).await?;
    let facts = json!({ "kind": back.kind, "amountFen": back.amount_fen });
    audit::record(work, "ADJUSTMENT_REVERSED", Some(id.into()), facts).await?;
    say(work, &[back], Acted::AdjustmentReversed);
    settle(work, BTreeSet::from([account])).await?;
    Ok(id)
}
