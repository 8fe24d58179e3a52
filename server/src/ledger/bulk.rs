//! Entering by the thousand. What is to be entered is staged first, in small transactions; then a chunk of it becomes
//! entries by statements over the whole chunk. A chunk holds whole accounts, so the sums of an account are right at each
//! moment. Whoever stages decides what is entered; nothing is decided here but what has been taken back meanwhile.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use sea_orm::{FromQueryResult, Value};

use super::{
    commands::{MISTAKE, NewCharge, NewPayment, Postings},
    entries::{FEE, RED},
    events::LedgerChanged,
    settling::settle,
};
use crate::{
    kernel::{
        Failure, Work,
        ids::{self, AccountId, AdjustmentId, ChargeId, ImportId, PaymentId},
        sql::{BULK, Sql, insert_rows},
    },
    owners::{self, events::AccountsChanged},
};

const CHARGE_COLUMNS: [&str; 13] = [
    "organization_id",
    "import_id",
    "chunk",
    "id",
    "account_id",
    "fee_item",
    "period",
    "due_on",
    "kind",
    "amount_fen",
    "effective_on",
    "reverses_id",
    "replaces_id",
];

const PAYMENT_COLUMNS: [&str; 14] = [
    "organization_id",
    "import_id",
    "chunk",
    "id",
    "account_id",
    "amount_fen",
    "method",
    "receipt",
    "designated_period",
    "designated_item",
    "day_unknown",
    "effective_on",
    "reverses_id",
    "replaces_id",
];

const ADJUSTMENT_COLUMNS: [&str; 10] = [
    "organization_id",
    "import_id",
    "chunk",
    "id",
    "account_id",
    "kind",
    "charge_id",
    "amount_fen",
    "effective_on",
    "reverses_id",
];

/// Keeps postings for later, under a chunk of an import.
pub async fn stage(
    work: &Work,
    (import, chunk): (ImportId, i64),
    postings: Postings,
) -> Result<(), Failure> {
    let place = [work.organization().into(), import.into(), chunk.into()];
    let taken_back = postings.reversed_charges.into_iter().map(|old| {
        let new = NewCharge {
            id: ids::fresh(),
            account: old.account_id,
            fee_item: old.fee_item,
            period: old.period,
            due_on: old.due_on,
            amount_fen: -old.amount_fen,
            effective_on: old.effective_on,
            replaces: None,
        };
        (new, old.kind, Some(old.id))
    });
    let charges = postings.charges.into_iter().map(|new| {
        let kind = if new.amount_fen < 0 { RED } else { FEE };
        (new, kind.to_owned(), None)
    });
    let charges = charges.chain(taken_back);
    let charges = charges.map(|row| charge_values(&place, row));
    insert_rows(work.conn(), ("staged_charge", &CHARGE_COLUMNS), charges, "").await?;
    let taken_back = postings.reversed_payments.into_iter().map(|old| {
        let new = NewPayment {
            id: ids::fresh(),
            account: old.account_id,
            amount_fen: -old.amount_fen,
            method: old.method,
            receipt: old.receipt,
            designated_period: old.designated_period,
            designated_item: old.designated_item,
            effective_on: old.effective_on,
            day_unknown: old.day_unknown,
            replaces: None,
        };
        (new, Some(old.id))
    });
    let payments = postings.payments.into_iter().map(|new| (new, None)).chain(taken_back);
    let payments = payments.map(|row| payment_values(&place, row));
    insert_rows(work.conn(), ("staged_payment", &PAYMENT_COLUMNS), payments, "").await?;
    let taken_back = postings.reversed_adjustments.into_iter().map(|old| {
        let what = [old.kind.into(), old.charge_id.into(), (-old.amount_fen).into()];
        (old.account_id, what, old.effective_on, Some(old.id))
    });
    let adjustments = postings.adjustments.into_iter().map(|new| {
        let fen = new.kind.sign() * new.amount_fen;
        let what = [new.kind.name().into(), new.charge.into(), fen.into()];
        (new.id, (new.account, what, new.effective_on, None))
    });
    let taken_back = taken_back.map(|row| (ids::fresh(), row));
    let rows = adjustments.chain(taken_back).map(|(id, row)| adjustment_values(&place, id, row));
    insert_rows(work.conn(), ("staged_adjustment", &ADJUSTMENT_COLUMNS), rows, "").await?;
    Ok(())
}

fn charge_values(
    place: &[Value; 3],
    (new, kind, reverses): (NewCharge, String, Option<ChargeId>),
) -> Vec<Value> {
    let [organization, import, chunk] = place.clone();
    vec![
        organization,
        import,
        chunk,
        new.id.into(),
        new.account.into(),
        new.fee_item.into(),
        new.period.into(),
        new.due_on.into(),
        kind.into(),
        new.amount_fen.into(),
        new.effective_on.into(),
        reverses.into(),
        new.replaces.into(),
    ]
}

fn payment_values(
    place: &[Value; 3],
    (new, reverses): (NewPayment, Option<PaymentId>),
) -> Vec<Value> {
    let [organization, import, chunk] = place.clone();
    vec![
        organization,
        import,
        chunk,
        new.id.into(),
        new.account.into(),
        new.amount_fen.into(),
        new.method.into(),
        new.receipt.into(),
        new.designated_period.into(),
        new.designated_item.into(),
        new.day_unknown.into(),
        new.effective_on.into(),
        reverses.into(),
        new.replaces.into(),
    ]
}

/// Account; kind, charge and fen; day; what it reverses.
type Adjusted = (AccountId, [Value; 3], NaiveDate, Option<AdjustmentId>);

fn adjustment_values(place: &[Value; 3], id: AdjustmentId, row: Adjusted) -> Vec<Value> {
    let (account, what, on, reverses) = row;
    let place = place.iter().cloned();
    let own = [id.into(), account.into()].into_iter().chain(what);
    place.chain(own).chain([on.into(), reverses.into()]).collect()
}

const ENTER_CHARGES: &str = "INSERT INTO charge (organization_id, id, account_id, fee_item, period, due_on, kind, \
     amount_fen, effective_on, recorded_at, reverses_id, replaces_id, import_id) \
     SELECT s.organization_id, s.id, s.account_id, s.fee_item, s.period, s.due_on, s.kind, s.amount_fen, s.effective_on, \
     $4, s.reverses_id, s.replaces_id, s.import_id FROM staged_charge s \
     WHERE s.organization_id = $1 AND s.import_id = $2 AND s.chunk = $3 AND (s.reverses_id IS NULL OR NOT EXISTS \
     (SELECT 1 FROM charge r WHERE r.organization_id = s.organization_id AND r.reverses_id = s.reverses_id))";

const ENTER_PAYMENTS: &str = "INSERT INTO payment (organization_id, id, account_id, amount_fen, method, receipt, \
     designated_period, designated_item, provisional, day_unknown, effective_on, recorded_at, reverses_id, replaces_id, \
     import_id, cause) \
     SELECT s.organization_id, s.id, s.account_id, s.amount_fen, s.method, s.receipt, s.designated_period, \
     s.designated_item, $5, s.day_unknown, s.effective_on, $4, s.reverses_id, s.replaces_id, s.import_id, \
     CASE WHEN s.reverses_id IS NULL THEN NULL ELSE $6 END FROM staged_payment s \
     WHERE s.organization_id = $1 AND s.import_id = $2 AND s.chunk = $3 AND (s.reverses_id IS NULL OR NOT EXISTS \
     (SELECT 1 FROM payment r WHERE r.organization_id = s.organization_id AND r.reverses_id = s.reverses_id))";

const ENTER_ADJUSTMENTS: &str = "INSERT INTO adjustment (organization_id, id, account_id, kind, charge_id, amount_fen, \
     effective_on, recorded_at, reverses_id, import_id) \
     SELECT s.organization_id, s.id, s.account_id, s.kind, s.charge_id, s.amount_fen, s.effective_on, $4, s.reverses_id, \
     s.import_id FROM staged_adjustment s \
     WHERE s.organization_id = $1 AND s.import_id = $2 AND s.chunk = $3 AND (s.reverses_id IS NULL OR NOT EXISTS \
     (SELECT 1 FROM adjustment r WHERE r.organization_id = s.organization_id AND r.reverses_id = s.reverses_id))";

/// Enters a staged chunk and settles the accounts it touches. What somebody else has taken back meanwhile is not taken
/// back twice. Answers how long the entering alone took.
pub async fn enter(work: &mut Work, import: ImportId, chunk: i64) -> Result<Duration, Failure> {
    let mut accounts = accounts(work, import, chunk).await?;
    let in_order: Vec<AccountId> = accounts.iter().copied().collect();
    for some in in_order.chunks(BULK) {
        owners::store::lock(work.conn(), work.organization(), some).await?;
    }
    let key = || [work.organization().into(), import.into(), chunk.into(), work.now.into()];
    let begin = Instant::now();
    Sql::new(ENTER_CHARGES, key()).run(work.conn()).await?;
    Sql::new(ENTER_ADJUSTMENTS, key()).run(work.conn()).await?;
    let more = [false.into(), MISTAKE.into()];
    Sql::new(ENTER_PAYMENTS, key().into_iter().chain(more)).run(work.conn()).await?;
    let took = begin.elapsed();
    let owing = owing_only(work, import, chunk).await?;
    open_all(work, (import, chunk), &owing).await?;
    forget(work, import, Some(chunk)).await?;
    accounts.retain(|account| !owing.contains(account));
    work.emit_summed(LedgerChanged(owing.clone()));
    work.emit_summed(AccountsChanged(owing));
    settle(work, accounts).await?;
    Ok(took)
}

/// Accounts of the chunk on which there is nothing but what is owed: no money, nothing that takes from a charge, nothing
/// taken back. All of it is open, and there is nothing to settle.
async fn owing_only(
    work: &Work,
    import: ImportId,
    chunk: i64,
) -> Result<BTreeSet<AccountId>, Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        account_id: AccountId,
    }
    let text = "SELECT a.account_id FROM (SELECT DISTINCT organization_id, account_id FROM staged_charge \
         WHERE organization_id = $1 AND import_id = $2 AND chunk = $3) a \
         WHERE NOT EXISTS (SELECT 1 FROM payment p WHERE p.organization_id = a.organization_id AND p.account_id = a.account_id) \
         AND NOT EXISTS (SELECT 1 FROM adjustment j WHERE j.organization_id = a.organization_id AND j.account_id = a.account_id) \
         AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.organization_id = a.organization_id AND c.account_id = a.account_id \
                         AND (c.kind = 'RED' OR c.reverses_id IS NOT NULL))";
    let values = [work.organization().into(), import.into(), chunk.into()];
    let rows: Vec<Row> = Sql::new(text, values).all(work.conn()).await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

/// Says of every charge of the chunk on these accounts that all of it is open.
async fn open_all(
    work: &Work,
    (import, chunk): (ImportId, i64),
    accounts: &BTreeSet<AccountId>,
) -> Result<(), Failure> {
    let text = "INSERT INTO charge_balance (organization_id, charge_id, account_id, due_on, open_fen) \
         SELECT s.organization_id, s.id, s.account_id, s.due_on, s.amount_fen FROM staged_charge s \
         WHERE s.organization_id = $1 AND s.import_id = $2 AND s.chunk = $3 AND s.account_id IN ";
    let accounts: Vec<AccountId> = accounts.iter().copied().collect();
    for some in accounts.chunks(BULK) {
        let values = [work.organization().into(), import.into(), chunk.into()];
        Sql::new(text, values).list(some.iter().copied()).run(work.conn()).await?;
    }
    Ok(())
}

/// Lets go of what is staged: of one chunk, or of the whole import.
pub async fn forget(work: &Work, import: ImportId, chunk: Option<i64>) -> Result<(), Failure> {
    for table in ["staged_adjustment", "staged_charge", "staged_payment"] {
        let text = format!("DELETE FROM {table} WHERE organization_id = $1 AND import_id = $2");
        let rows = Sql::new(&text, [work.organization().into(), import.into()]);
        let rows = match chunk {
            Some(chunk) => rows.push(" AND chunk = ").bind(chunk),
            None => rows,
        };
        rows.run(work.conn()).await?;
    }
    Ok(())
}

async fn accounts(
    work: &Work,
    import: ImportId,
    chunk: i64,
) -> Result<BTreeSet<AccountId>, Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        account_id: AccountId,
    }
    let text = "SELECT account_id FROM staged_charge WHERE organization_id = $1 AND import_id = $2 AND chunk = $3 \
         UNION SELECT account_id FROM staged_payment WHERE organization_id = $1 AND import_id = $2 AND chunk = $3 \
         UNION SELECT account_id FROM staged_adjustment WHERE organization_id = $1 AND import_id = $2 AND chunk = $3";
    let values = [work.organization().into(), import.into(), chunk.into()];
    let rows: Vec<Row> = Sql::new(text, values).all(work.conn()).await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}
