//! The entries of one account as they were known at a moment: the input of every figure. Pure.
//!
//! What was taken back as a mistake is left out: it was never true. What bounced stands until the day of the bounce.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use guanjia_entity::{adjustment, charge, confirmation, payment, payment_designation};

use super::{adjustment::Kind, periods::Span};
use crate::kernel::{
    Moment,
    ids::{AdjustmentId, ChargeId, PaymentId},
};

/// The kind of a charge that is a red letter.
pub const RED: &str = "RED";
/// The kind of a charge that is a billed penalty.
pub const PENALTY: &str = "PENALTY";
/// The kind of every other charge.
pub const FEE: &str = "FEE";

/// Rows of one account.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Charges, red letters and reversals.
    pub charges: Vec<charge::Model>,
    /// Payments, refunds and reversals.
    pub payments: Vec<payment::Model>,
    /// What payers named, where it is more than one thing.
    pub designations: Vec<payment_designation::Model>,
    /// What finance confirmed.
    pub confirmations: Vec<confirmation::Model>,
    /// Adjustments and reversals.
    pub adjustments: Vec<adjustment::Model>,
}

/// A charge that stands.
#[derive(Clone, Debug)]
pub struct Charge {
    /// Its id.
    pub id: ChargeId,
    /// Whether it is a penalty that was billed.
    pub is_penalty: bool,
    /// The charge whose penalty it is, if that stands.
    pub principal: Option<ChargeId>,
    /// What it is for.
    pub fee_item: String,
    /// Its period.
    pub period: String,
    /// Due until the end of this day.
    pub due_on: NaiveDate,
    /// True from this day on.
    pub effective_on: NaiveDate,
    /// Fen, positive.
    pub amount_fen: i64,
}

/// A red letter that stands: it takes from the charge of its item and period, else from the oldest.
#[derive(Clone, Debug)]
pub struct RedLetter {
    /// Its id.
    pub id: ChargeId,
    /// The item.
    pub fee_item: String,
    /// The period.
    pub period: String,
    /// True from this day on.
    pub effective_on: NaiveDate,
    /// Fen, positive.
    pub amount_fen: i64,
}

/// What a payer named: an item, a period, or both.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Designation {
    /// The item.
    pub fee_item: Option<String>,
    /// The period.
    pub period: Option<String>,
}

/// A payment that stands.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// Day of the money.
    pub effective_on: NaiveDate,
    /// The day is that of the book; nobody wrote down the real one.
    pub day_unknown: bool,
    /// What the payer named, in their order.
    pub designations: Vec<Designation>,
    /// Fen, positive.
    pub amount_fen: i64,
    /// The day on which it bounced: from then on it is not there.
    pub gone_on: Option<NaiveDate>,
}

impl Payment {
    /// Until the end of which day the money waits for what the payer named and is still to come.
    pub fn waits_until(&self) -> Option<NaiveDate> {
        let named = self.designations.iter().filter_map(|one| one.period.as_deref());
        let ahead = named.filter_map(Span::of).filter(|span| span.is_ahead_of(self.effective_on));
        ahead.filter_map(Span::last_day).max()
    }
}

/// Money that was given back.
#[derive(Clone, Debug)]
pub struct Refund {
    /// Its id.
    pub id: PaymentId,
    /// True from this day on.
    pub effective_on: NaiveDate,
    /// Fen, positive.
    pub amount_fen: i64,
}

/// What an adjustment takes from a charge.
#[derive(Clone, Debug)]
pub struct Reduction {
    /// Its id.
    pub id: AdjustmentId,
    /// The charge, or the corrected one that took its place.
    pub charge: ChargeId,
    /// True from this day on.
    pub effective_on: NaiveDate,
    /// Fen, positive.
    pub amount_fen: i64,
}

/// What was billed or waived of the penalty that a charge bears.
#[derive(Clone, Debug)]
pub struct PenaltyAct {
    /// The charge that bears it, or the corrected one that took its place.
    pub charge: ChargeId,
    /// Billed; otherwise waived before it was billed.
    pub billed: bool,
    /// True from this day on.
    pub effective_on: NaiveDate,
    /// Fen, positive.
    pub amount_fen: i64,
}

/// Everything of an account that stands.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    /// What is owed.
    pub charges: Vec<Charge>,
    /// What takes from it by itself.
    pub red_letters: Vec<RedLetter>,
    /// What takes from it by somebody's act.
    pub reductions: Vec<Reduction>,
    /// Money that came.
    pub payments: Vec<Payment>,
    /// Money that went.
    pub refunds: Vec<Refund>,
    /// What became of penalties that were computed.
    pub penalties: Vec<PenaltyAct>,
}

impl Rows {
    /// What stood, as far as it was known at a moment; without one, what is known.
    pub fn known(&self, at: Option<Moment>) -> Entries {
        let known = |recorded: Moment| at.is_none_or(|at| recorded <= at);
        let charges: Vec<_> = self.charges.iter().filter(|row| known(row.recorded_at)).collect();
        let payments: Vec<_> = self.payments.iter().filter(|row| known(row.recorded_at)).collect();
        let adjustments: Vec<_> =
            self.adjustments.iter().filter(|row| known(row.recorded_at)).collect();
        let mut entries = Entries::default();
        let standing = Standing::of(&charges, &adjustments);
        for row in &charges {
            if row.reverses_id.is_some() || standing.gone.contains(&row.id) {
                continue;
            }
            if row.kind == RED {
                entries.red_letters.push(red_letter(row));
            } else {
                entries.charges.push(standing.charge(row));
            }
        }
        entries.reductions = standing.reductions(&adjustments);
        entries.penalties = standing.penalties(&adjustments);
        self.money(&payments, known, &mut entries);
        entries
    }

    fn money(
        &self,
        rows: &[&payment::Model],
        known: impl Fn(Moment) -> bool,
        entries: &mut Entries,
    ) {
        let taken_back: HashMap<PaymentId, NaiveDate> =
            rows.iter().filter_map(|row| Some((row.reverses_id?, row.effective_on))).collect();
        let confirmed: HashSet<PaymentId> = (self.confirmations.iter())
            .filter(|row| known(row.recorded_at))
            .map(|row| row.payment_id)
            .collect();
        for row in rows {
            let gone_on = taken_back.get(&row.id).copied();
            let never = gone_on.is_some_and(|day| day <= row.effective_on);
            let counts = !row.provisional || confirmed.contains(&row.id);
            if row.reverses_id.is_some() || never || !counts {
                continue;
            }
            if row.amount_fen < 0 {
                let (id, effective_on) = (row.id, row.effective_on);
                entries.refunds.push(Refund { id, effective_on, amount_fen: -row.amount_fen });
            } else {
                entries.payments.push(self.payment(row, gone_on));
            }
        }
    }

    fn payment(&self, row: &payment::Model, gone_on: Option<NaiveDate>) -> Payment {
        let own = (row.designated_item.clone(), row.designated_period.clone());
        let named = self.designations.iter().filter(|one| one.payment_id == row.id);
        let mut named: Vec<_> = named.collect();
        named.sort_by_key(|one| one.position);
        let named = named.into_iter().map(|one| (one.fee_item.clone(), one.period.clone()));
        let designations = std::iter::once(own).chain(named);
        Payment {
            id: row.id,
            effective_on: row.effective_on,
            day_unknown: row.day_unknown,
            designations: designations
                .filter(|(fee_item, period)| fee_item.is_some() || period.is_some())
                .map(|(fee_item, period)| Designation { fee_item, period })
                .collect(),
            amount_fen: row.amount_fen,
            gone_on,
        }
    }
}

fn red_letter(row: &charge::Model) -> RedLetter {
    RedLetter {
        id: row.id,
        fee_item: row.fee_item.clone(),
        period: row.period.clone(),
        effective_on: row.effective_on,
        amount_fen: -row.amount_fen,
    }
}

/// What became of charges: taken back, corrected, billed as a penalty of another.
struct Standing {
    all: HashSet<ChargeId>,
    gone: HashSet<ChargeId>,
    heirs: HashMap<ChargeId, ChargeId>,
    principals: HashMap<ChargeId, ChargeId>,
    void: HashSet<AdjustmentId>,
}

impl Standing {
    fn of(charges: &[&charge::Model], adjustments: &[&adjustment::Model]) -> Self {
        let billed = |row: &&adjustment::Model| Some((row.billed_charge_id?, row.charge_id));
        Self {
            all: charges.iter().map(|row| row.id).collect(),
            gone: charges.iter().filter_map(|row| row.reverses_id).collect(),
            heirs: charges.iter().filter_map(|row| Some((row.replaces_id?, row.id))).collect(),
            principals: adjustments.iter().filter_map(billed).collect(),
            void: adjustments.iter().filter_map(|row| row.reverses_id).collect(),
        }
    }

    /// The charge itself if it stands, or the corrected one that took its place.
    fn heir(&self, charge: ChargeId) -> Option<ChargeId> {
        let mut charge = charge;
        while self.gone.contains(&charge) {
            charge = *self.heirs.get(&charge)?;
        }
        self.all.contains(&charge).then_some(charge)
    }

    fn charge(&self, row: &charge::Model) -> Charge {
        Charge {
            id: row.id,
            is_penalty: row.kind == PENALTY,
            principal: self.principals.get(&row.id).and_then(|principal| self.heir(*principal)),
            fee_item: row.fee_item.clone(),
            period: row.period.clone(),
            due_on: row.due_on,
            effective_on: row.effective_on,
            amount_fen: row.amount_fen,
        }
    }

    fn reductions(&self, adjustments: &[&adjustment::Model]) -> Vec<Reduction> {
        let reduction = |row: &&adjustment::Model| {
            let kind = self.kind_of(row).filter(|kind| kind.takes_from_the_charge());
            let charge = kind.and_then(|_| self.heir(row.charge_id))?;
            let (id, effective_on) = (row.id, row.effective_on);
            Some(Reduction { id, charge, effective_on, amount_fen: row.amount_fen.abs() })
        };
        adjustments.iter().filter_map(reduction).collect()
    }

    fn penalties(&self, adjustments: &[&adjustment::Model]) -> Vec<PenaltyAct> {
        let act = |row: &&adjustment::Model| {
            let kind = self.kind_of(row).filter(|kind| !kind.takes_from_the_charge())?;
            Some(PenaltyAct {
                charge: self.heir(row.charge_id)?,
                billed: kind == Kind::Penalty,
                effective_on: row.effective_on,
                amount_fen: row.amount_fen.abs(),
            })
        };
        adjustments.iter().filter_map(act).collect()
    }

    /// What it is, if it stands.
    fn kind_of(&self, row: &adjustment::Model) -> Option<Kind> {
        let stands = row.reverses_id.is_none() && !self.void.contains(&row.id);
        Kind::of_name(&row.kind).filter(|_| stands)
    }
}
