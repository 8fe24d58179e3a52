//! An account's entries in the order of their days, with a running balance. Pure.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    adjustment::Kind,
    allocation::{By, Movements},
    entries::{Entries, Rows},
};
use crate::kernel::Moment;

/// What an entry of a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, async_graphql::Enum)]
#[graphql(name = "StatementEntryKind")]
pub enum LineKind {
    /// 应收: something is owed.
    Charge,
    /// 违约金: a penalty that was billed.
    Penalty,
    /// 红字: a negative charge.
    RedLetter,
    /// 减免: a waiver, as far as it took from its charge.
    Waiver,
    /// 坏账核销: a write-off, likewise.
    WriteOff,
    /// 更正: a correction, likewise.
    Correction,
    /// 实收: a payment.
    Payment,
    /// 退票: a payment that bounced on this day.
    Bounce,
    /// 退款: money that was given back.
    Refund,
}

/// An entry of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// True from this day on.
    pub on: NaiveDate,
    /// What it is.
    pub kind: LineKind,
    /// The charge, payment or adjustment behind it.
    pub id: Uuid,
    /// Fen; positive is owed more.
    pub amount_fen: i64,
    /// Fen owed after it, less credit.
    pub balance_fen: i64,
    /// Known from this moment on.
    pub known_at: Option<Moment>,
    /// Fee item of a charge, way of a payment.
    pub item: Option<String>,
    /// Period of a charge, receipt of a payment.
    pub reference: Option<String>,
}

impl Line {
    /// Its place in the order.
    pub fn place(&self) -> (NaiveDate, u8, Uuid) {
        (self.on, self.kind as u8, self.id)
    }
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Fen owed, less credit, at the end of the day before.
    pub opening_fen: i64,
    /// The entries in order.
    pub lines: Vec<Line>,
    /// Fen owed, less credit, at the end of the last day.
    pub closing_fen: i64,
}

/// The statement of the days from `from` to `to`, both inclusive. What was taken back as a mistake is not in it.
pub fn statement(
    rows: &Rows,
    (entries, movements): (&Entries, &Movements),
    (from, to): (NaiveDate, NaiveDate),
) -> Statement {
    let mut lines = lines(rows, entries, movements);
    lines.sort_by_key(Line::place);
    let mut balance = 0;
    for line in &mut lines {
        balance += line.amount_fen;
        line.balance_fen = balance;
    }
    let before = |day: NaiveDate| {
        lines.iter().rev().find(|line| line.on < day).map_or(0, |line| line.balance_fen)
    };
    let after = to.succ_opt().unwrap_or(NaiveDate::MAX);
    let (opening_fen, closing_fen) = (before(from), before(after));
    lines.retain(|line| (from..=to).contains(&line.on));
    Statement { opening_fen, lines, closing_fen }
}

fn lines(rows: &Rows, entries: &Entries, movements: &Movements) -> Vec<Line> {
    let facts = Facts::of(rows);
    let mut lines = Vec::new();
    let mut add =
        |on, kind, id: Uuid, amount_fen| lines.push(facts.line((on, kind, id), amount_fen));
    for one in &entries.charges {
        let kind = if one.is_penalty { LineKind::Penalty } else { LineKind::Charge };
        add(one.effective_on, kind, one.id.into(), one.amount_fen);
    }
    for one in &entries.red_letters {
        add(one.effective_on, LineKind::RedLetter, one.id.into(), -one.amount_fen);
    }
    for one in &entries.payments {
        add(one.effective_on, LineKind::Payment, one.id.into(), -one.amount_fen);
        if let Some(day) = one.gone_on {
            add(day, LineKind::Bounce, one.id.into(), one.amount_fen);
        }
    }
    for one in &entries.refunds {
        add(one.effective_on, LineKind::Refund, one.id.into(), one.amount_fen);
    }
    let mut cuts = BTreeMap::new();
    for ((by, _, on), fen) in movements {
        if let By::Adjustment(id) = by {
            *cuts.entry((*id, *on)).or_insert(0) += fen;
        }
    }
    for ((id, on), fen) in cuts {
        add(on, facts.kind_of(id.into()), id.into(), -fen);
    }
    lines
}

/// What the rows say beside amounts and days.
struct Facts<'r> {
    of: HashMap<Uuid, (Moment, Option<&'r str>, Option<&'r str>)>,
}

impl<'r> Facts<'r> {
    fn of(rows: &'r Rows) -> Self {
        let charges = rows.charges.iter().map(|row| {
            let about = (row.recorded_at, Some(row.fee_item.as_str()), Some(row.period.as_str()));
            (row.id.into(), about)
        });
        let payments = rows.payments.iter().map(|row| {
            (row.id.into(), (row.recorded_at, row.method.as_deref(), row.receipt.as_deref()))
        });
        let adjustments = rows
            .adjustments
            .iter()
            .map(|row| (row.id.into(), (row.recorded_at, Some(row.kind.as_str()), None)));
        Self { of: charges.chain(payments).chain(adjustments).collect() }
    }

    fn line(&self, (on, kind, id): (NaiveDate, LineKind, Uuid), amount_fen: i64) -> Line {
        let about = self.of.get(&id);
        let cut = matches!(kind, LineKind::Waiver | LineKind::WriteOff | LineKind::Correction);
        Line {
            on,
            kind,
            id,
            amount_fen,
            balance_fen: 0,
            known_at: about.map(|(known_at, _, _)| *known_at),
            item: about.and_then(|(_, item, _)| *item).filter(|_| !cut).map(str::to_owned),
            reference: about.and_then(|(_, _, reference)| *reference).map(str::to_owned),
        }
    }

    fn kind_of(&self, adjustment: Uuid) -> LineKind {
        let name = self.of.get(&adjustment).and_then(|(_, kind, _)| *kind);
        match name.and_then(Kind::of_name) {
            Some(Kind::WriteOff) => LineKind::WriteOff,
            Some(Kind::Correction) => LineKind::Correction,
            _ => LineKind::Waiver,
        }
    }
}
