//! Writing into the ledger.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;
use guanjia_entity::{allocation, charge, charge_balance, community, payment, watermark};
use sea_orm::EntityTrait;
use serde_json::json;

use super::{
    allocation::{Allocations, Charge, Payment, allocate},
    events::{LedgerChanged, WatermarkSet},
    queries, store,
};
use crate::{
    kernel::{
        Failure, Problem, ProblemCode, Text, Work, audit, calendar,
        ids::{self, AccountId, ChargeId, ImportId, PaymentId},
        sql::BULK,
    },
    owners::{self, events::AccountsChanged},
    people,
};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;
/// Accounts settled with one set of statements.
const ACCOUNTS_AT_ONCE: usize = 200;

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
    /// Fen.
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
    /// Fen.
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
    /// The import they come from.
    pub import: Option<ImportId>,
}

/// Enters postings and settles the accounts they touch.
pub async fn post(work: &mut Work, postings: Postings) -> Result<(), Failure> {
    let accounts: BTreeSet<AccountId> = (postings.charges.iter().map(|charge| charge.account))
        .chain(postings.payments.iter().map(|payment| payment.account))
        .chain(postings.reversed_charges.iter().map(|charge| charge.account_id))
        .chain(postings.reversed_payments.iter().map(|payment| payment.account_id))
        .collect();
    // Before the first entry, and in one order: an act on an account then waits here, holding nothing.
    let in_order: Vec<AccountId> = accounts.iter().copied().collect();
    for some in in_order.chunks(BULK) {
        owners::store::lock(work.conn(), work.organization(), some).await?;
    }
    let import = postings.import;
    let charges = postings.charges.into_iter().map(|new| charge_row(work, new, import));
    let back = postings.reversed_charges.into_iter().map(|old| charge_reversal(work, old, import));
    store::insert_charges(work.conn(), charges.chain(back).collect()).await?;
    let payments = postings.payments.into_iter().map(|new| payment_row(work, new, import));
    let back =
        postings.reversed_payments.into_iter().map(|old| payment_reversal(work, old, import));
    store::insert_payments(work.conn(), payments.chain(back).collect()).await?;
    settle(work, accounts).await
}

fn charge_row(work: &Work, new: NewCharge, import: Option<ImportId>) -> charge::Model {
    charge::Model {
        organization_id: work.organization(),
        id: new.id,
        account_id: new.account,
        fee_item: new.fee_item,
        period: new.period,
        due_on: new.due_on,
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
        ..old
    }
}

/// Brings allocations and balances of accounts in line with their entries, and tells who listens.
async fn settle(work: &mut Work, accounts: BTreeSet<AccountId>) -> Result<(), Failure> {
    let list: Vec<AccountId> = accounts.iter().copied().collect();
    for some in list.chunks(ACCOUNTS_AT_ONCE) {
        settle_some(work, some).await?;
    }
    work.emit_summed(LedgerChanged(accounts.clone()));
    work.emit_summed(AccountsChanged(accounts));
    Ok(())
}

async fn settle_some(work: &Work, accounts: &[AccountId]) -> Result<(), Failure> {
    let organization = work.organization();
    let charges = store::charges(work.conn(), organization, accounts).await?;
    let payments = queries::standing_payments(work.conn(), organization, accounts).await?;
    let standing = store::standing_allocations(work.conn(), organization, accounts).await?;
    let cached = store::balances(work.conn(), organization, accounts).await?;
    let taken_back: HashSet<ChargeId> =
        charges.iter().filter_map(|charge| charge.reverses_id).collect();

    let mut changes = Vec::new();
    let mut balances = Vec::new();
    for account in accounts {
        let of_account =
            |charge: &&charge::Model| charge.account_id == *account && charge.reverses_id.is_none();
        let own: Vec<_> = charges.iter().filter(of_account).collect();
        let live = own
            .iter()
            .filter(|charge| !taken_back.contains(&charge.id))
            .map(|charge| charge_of(charge));
        let paid = payments.iter().map(|standing| &standing.row);
        let paid = paid.filter(|payment| payment.account_id == *account).map(payment_of);
        let settled = allocate(live.collect(), paid.collect());
        let own_ids: HashSet<ChargeId> = own.iter().map(|charge| charge.id).collect();
        let before = standing.iter().filter(|((_, charge), _)| own_ids.contains(charge));
        changes.extend(differences(
            work,
            *account,
            &settled,
            before.map(|(key, fen)| (*key, *fen)).collect(),
        ));
        balances.extend(own.iter().filter_map(|charge| {
            let open_fen = if taken_back.contains(&charge.id) {
                0
            } else {
                charge.amount_fen - paid_of(&settled, charge.id)
            };
            (cached.get(&charge.id) != Some(&open_fen)).then(|| balance(charge, open_fen))
        }));
    }
    store::insert_allocations(work.conn(), changes).await?;
    Ok(store::put_balances(work.conn(), balances).await?)
}

fn charge_of(row: &charge::Model) -> Charge {
    Charge {
        id: row.id,
        fee_item: row.fee_item.clone(),
        period: row.period.clone(),
        due_on: row.due_on,
        effective_on: row.effective_on,
        amount_fen: row.amount_fen,
    }
}

fn payment_of(row: &payment::Model) -> Payment {
    Payment {
        id: row.id,
        effective_on: row.effective_on,
        designated_period: row.designated_period.clone(),
        designated_item: row.designated_item.clone(),
        amount_fen: row.amount_fen,
    }
}

fn paid_of(settled: &Allocations, charge: ChargeId) -> i64 {
    settled.iter().filter(|((_, to), _)| *to == charge).map(|(_, settled)| settled.amount_fen).sum()
}

fn balance(charge: &charge::Model, open_fen: i64) -> charge_balance::Model {
    charge_balance::Model {
        organization_id: charge.organization_id,
        charge_id: charge.id,
        account_id: charge.account_id,
        due_on: charge.due_on,
        open_fen,
    }
}

/// The rows that lead from what stands to what should stand: a changed pair is a signed difference.
fn differences(
    work: &Work,
    account: AccountId,
    settled: &Allocations,
    mut standing: BTreeMap<(PaymentId, ChargeId), i64>,
) -> Vec<allocation::Model> {
    let row = |(payment_id, charge_id), amount_fen, effective_on| allocation::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        account_id: account,
        payment_id,
        charge_id,
        amount_fen,
        effective_on,
        recorded_at: work.now,
    };
    let mut rows = Vec::new();
    for (key, wanted) in settled {
        let difference = wanted.amount_fen - standing.remove(key).unwrap_or(0);
        if difference != 0 {
            rows.push(row(*key, difference, wanted.effective_on));
        }
    }
    let today = calendar::local_day(work.now, chrono_tz::Asia::Shanghai);
    rows.extend(standing.into_iter().map(|(key, fen)| row(key, -fen, today)));
    rows
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
