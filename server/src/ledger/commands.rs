//! Writing into the ledger.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use guanjia_entity::{adjustment, charge, community, payment, watermark};
use sea_orm::EntityTrait;
use serde_json::json;

use super::{
    adjustment::NewAdjustment,
    entries::{FEE, RED},
    events::WatermarkSet,
    settling::settle,
    store,
};
use crate::{
    kernel::{
        Failure, Problem, ProblemCode, Text, Work, audit, calendar,
        ids::{self, AccountId, ChargeId, ImportId, PaymentId},
        sql::BULK,
    },
    owners, people,
};

/// Why a payment was taken back: it was never true.
pub(super) const MISTAKE: &str = "MISTAKE";
/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// A charge to be entered.
#[derive(Clone, Debug)]
pub struct NewCharge {
    /// Its id, made by whoever enters it.
    pub id: ChargeId,
    /// Who owes.
    pub account: AccountId,
    /// What it is for.
    pub fee_item: String,
    /// Its month.
    pub period: String,
    /// Due until the end of this day.
    pub due_on: NaiveDate,
    /// Fen. Negative is a red letter: it takes from the charge of its item and period, else from the oldest.
    pub amount_fen: i64,
    /// True from this day on.
    pub effective_on: NaiveDate,
    /// The entry whose place it takes, which is reversed with it.
    pub replaces: Option<ChargeId>,
}

/// A payment to be entered.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// Its id, made by whoever enters it.
    pub id: PaymentId,
    /// For whom.
    pub account: AccountId,
    /// Fen. Negative is a refund: it takes back unused credit first, then what was settled last.
    pub amount_fen: i64,
    /// How it was paid.
    pub method: Option<String>,
    /// Receipt number.
    pub receipt: Option<String>,
    /// The month the payer named.
    pub designated_period: Option<String>,
    /// The fee item the payer named.
    pub designated_item: Option<String>,
    /// Day of the money.
    pub effective_on: NaiveDate,
    /// The day is not known; `effective_on` is the day of the book.
    pub day_unknown: bool,
    /// The entry whose place it takes, which is reversed with it.
    pub replaces: Option<PaymentId>,
}

/// What is to be entered and taken back, all together or not at all.
#[derive(Default)]
pub struct Postings {
    /// New charges.
    pub charges: Vec<NewCharge>,
    /// New payments.
    pub payments: Vec<NewPayment>,
    /// Charges that were a mistake.
    pub reversed_charges: Vec<charge::Model>,
    /// Payments that were a mistake.
    pub reversed_payments: Vec<payment::Model>,
    /// New waivers, write-offs, corrections.
    pub adjustments: Vec<NewAdjustment>,
    /// Adjustments that were a mistake. Those that came with the books go by themselves when their charge is reversed.
    pub reversed_adjustments: Vec<adjustment::Model>,
    /// The import they come from.
    pub import: Option<ImportId>,
}

impl Postings {
    /// The accounts they touch.
    fn accounts(&self) -> BTreeSet<AccountId> {
        (self.charges.iter().map(|charge| charge.account))
            .chain(self.payments.iter().map(|payment| payment.account))
            .chain(self.adjustments.iter().map(|adjustment| adjustment.account))
            .chain(self.reversed_charges.iter().map(|charge| charge.account_id))
            .chain(self.reversed_payments.iter().map(|payment| payment.account_id))
            .chain(self.reversed_adjustments.iter().map(|adjustment| adjustment.account_id))
            .collect()
    }
}

/// Enters postings and settles the accounts they touch. What was taken back before cannot be taken back again.
pub async fn post(work: &mut Work, mut postings: Postings) -> Result<(), Failure> {
    let accounts = postings.accounts();
    // Before the first entry, and in one order: an act on an account then waits here, holding nothing.
    let in_order: Vec<AccountId> = accounts.iter().copied().collect();
    for some in in_order.chunks(BULK) {
        owners::store::lock(work.conn(), work.organization(), some).await?;
    }
    refuse_taken_back(work, &postings).await?;
    let orphans = orphans(work, &postings).await?;
    postings.reversed_adjustments.extend(orphans);
    insert(work, postings).await?;
    settle(work, accounts).await
}

async fn insert(work: &Work, postings: Postings) -> Result<(), Failure> {
    let import = postings.import;
    let charges = postings.charges.into_iter().map(|new| charge_row(work, new, import));
    let back = postings.reversed_charges.into_iter().map(|old| charge_reversal(work, old, import));
    store::insert_charges(work.conn(), charges.chain(back).collect()).await?;
    let payments = postings.payments.into_iter().map(|new| payment_row(work, new, import));
    let back =
        postings.reversed_payments.into_iter().map(|old| payment_reversal(work, old, import));
    store::insert_payments(work.conn(), payments.chain(back).collect()).await?;
    let adjustments = postings.adjustments.into_iter();
    let adjustments = adjustments.map(|new| adjustment_row(work, new, import));
    let back = postings.reversed_adjustments.into_iter();
    let back = back.map(|old| adjustment_reversal(work, old, import));
    Ok(store::insert_adjustments(work.conn(), adjustments.chain(back).collect()).await?)
}

/// Somebody may have reversed or moved by hand what the books now correct: a person must look.
async fn refuse_taken_back(work: &Work, postings: &Postings) -> Result<(), Failure> {
    let payments: Vec<_> = postings.reversed_payments.iter().map(|row| row.id).collect();
    let gone = store::taken_back(work.conn(), work.organization(), &payments).await?;
    let Some(row) = postings.reversed_payments.iter().find(|row| gone.contains(&row.id)) else {
        return Ok(());
    };
    let receipt = row.receipt.clone().unwrap_or_else(|| row.id.to_string());
    let text = Text::new(
        format!("收款 {receipt} 已被人工冲正或转出,不能再次更正"),
        format!("payment {receipt} was reversed or moved by hand and cannot be corrected again"),
    );
    Err(Failure::problem(Problem::at("payments", ProblemCode::Inconsistent, text)))
}

/// Adjustments that came with the books and whose charge is taken back now. What people decided stays, with the charge that
/// takes its place.
async fn orphans(work: &Work, postings: &Postings) -> Result<Vec<adjustment::Model>, Failure> {
    let charges: Vec<_> = postings.reversed_charges.iter().map(|row| row.id).collect();
    let named: BTreeSet<_> = postings.reversed_adjustments.iter().map(|row| row.id).collect();
    let mut found = store::standing_adjustments(work.conn(), work.organization(), &charges).await?;
    found.retain(|row| row.import_id.is_some() && !named.contains(&row.id));
    Ok(found)
}

fn charge_row(work: &Work, new: NewCharge, import: Option<ImportId>) -> charge::Model {
    charge::Model {
        organization_id: work.organization(),
        id: new.id,
        account_id: new.account,
        fee_item: new.fee_item,
        period: new.period,
        due_on: new.due_on,
        kind: if new.amount_fen < 0 { RED } else { FEE }.to_owned(),
        amount_fen: new.amount_fen,
        effective_on: new.effective_on,
        recorded_at: work.now,
        reverses_id: None,
        replaces_id: new.replaces,
        import_id: import,
    }
}

/// A mistake is taken back on its own day: it was never true.
fn charge_reversal(work: &Work, old: charge::Model, import: Option<ImportId>) -> charge::Model {
    charge::Model {
        id: ids::fresh(),
        amount_fen: -old.amount_fen,
        recorded_at: work.now,
        reverses_id: Some(old.id),
        replaces_id: None,
        import_id: import,
        ..old
    }
}

fn payment_row(work: &Work, new: NewPayment, import: Option<ImportId>) -> payment::Model {
    payment::Model {
        organization_id: work.organization(),
        id: new.id,
        account_id: new.account,
        amount_fen: new.amount_fen,
        method: new.method,
        receipt: new.receipt,
        designated_period: new.designated_period,
        designated_item: new.designated_item,
        provisional: false,
        day_unknown: new.day_unknown,
        effective_on: new.effective_on,
        recorded_at: work.now,
        reverses_id: None,
        replaces_id: new.replaces,
        import_id: import,
        recorded_by: work.by().person(),
        cause: None,
        reason: None,
        moved_from_id: None,
    }
}

fn payment_reversal(work: &Work, old: payment::Model, import: Option<ImportId>) -> payment::Model {
    payment::Model {
        id: ids::fresh(),
        amount_fen: -old.amount_fen,
        recorded_at: work.now,
        reverses_id: Some(old.id),
        replaces_id: None,
        import_id: import,
        recorded_by: work.by().person(),
        cause: Some(MISTAKE.to_owned()),
        reason: None,
        moved_from_id: None,
        ..old
    }
}

fn adjustment_row(work: &Work, new: NewAdjustment, import: Option<ImportId>) -> adjustment::Model {
    adjustment::Model {
        organization_id: work.organization(),
        id: new.id,
        account_id: new.account,
        kind: new.kind.name().to_owned(),
        charge_id: new.charge,
        billed_charge_id: new.billed_charge,
        amount_fen: new.kind.sign() * new.amount_fen,
        effective_on: new.effective_on,
        reason: new.reason,
        recorded_by: work.by().person(),
        recorded_at: work.now,
        reverses_id: None,
        import_id: import,
    }
}

fn adjustment_reversal(
    work: &Work,
    old: adjustment::Model,
    import: Option<ImportId>,
) -> adjustment::Model {
    adjustment::Model {
        id: ids::fresh(),
        amount_fen: -old.amount_fen,
        reason: None,
        recorded_by: work.by().person(),
        recorded_at: work.now,
        reverses_id: Some(old.id),
        billed_charge_id: None,
        import_id: import,
        ..old
    }
}

/// Says up to which day the payments of a community are known (rule 2).
pub async fn set_watermark(
    work: &mut Work,
    community: &community::Model,
    known_to: NaiveDate,
    reason: Option<String>,
) -> Result<watermark::Model, Failure> {
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        let text = Text::new("原因最多 500 字", "a reason has at most 500 characters");
        return Err(Failure::problem(Problem::at("reason", ProblemCode::TooLong, text)));
    }
    if known_to > work.today(calendar::zone(&community.time_zone)) {
        let text = Text::new("收款截止日不能晚于今天", "payments cannot be known beyond today");
        return Err(Failure::problem(Problem::at("knownTo", ProblemCode::TooLate, text)));
    }
    people::queries::lock_community(work.conn(), work.organization(), community.id).await?;
    let last = store::latest_watermark(work.conn(), work.organization(), community.id).await?;
    let row = watermark::Model {
        organization_id: work.organization(),
        community_id: community.id,
        sequence: last.map_or(1, |last| last.sequence + 1),
        known_to,
        reason,
        set_by: work.by().person(),
        recorded_at: work.now,
    };
    watermark::Entity::insert(watermark::ActiveModel::from(row.clone()))
        .exec_without_returning(work.conn())
        .await?;
    audit::record(work, "WATERMARK_SET", Some(community.id.into()), json!({ "knownTo": known_to }))
        .await?;
    work.emit_summed(WatermarkSet(BTreeSet::from([community.id])));
    Ok(row)
}
