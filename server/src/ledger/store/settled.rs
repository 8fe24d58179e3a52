//! What is stored of the settling of accounts. An import writes it by the ten thousand rows, so it is inserted without a
//! tree of the statement being built for each few hundred of them.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use guanjia_entity::{allocation, charge_balance, charge_reduction};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter};

use crate::{
    kernel::{
        Work,
        ids::{AccountId, AdjustmentId, ChargeId, OrganizationId, PaymentId},
        sql::{Sql, few_lengths, insert_rows},
    },
    ledger::allocation::{By, Movements},
};

const ALLOCATION: [&str; 8] = [
    "organization_id",
    "id",
    "account_id",
    "payment_id",
    "charge_id",
    "amount_fen",
    "effective_on",
    "recorded_at",
];

const REDUCTION: [&str; 9] = [
    "organization_id",
    "id",
    "account_id",
    "charge_id",
    "red_charge_id",
    "adjustment_id",
    "amount_fen",
    "effective_on",
    "recorded_at",
];

const BALANCE: [&str; 5] = ["organization_id", "charge_id", "account_id", "due_on", "open_fen"];

pub(in crate::ledger) async fn insert_allocations(
    conn: &impl ConnectionTrait,
    rows: Vec<allocation::Model>,
) -> Result<(), DbErr> {
    let rows = rows.into_iter().map(|row| {
        vec![
            row.organization_id.into(),
            row.id.into(),
            row.account_id.into(),
            row.payment_id.into(),
            row.charge_id.into(),
            row.amount_fen.into(),
            row.effective_on.into(),
            row.recorded_at.into(),
        ]
    });
    insert_rows(conn, ("allocation", &ALLOCATION), rows, "").await
}

pub(in crate::ledger) async fn insert_reductions(
    conn: &impl ConnectionTrait,
    rows: Vec<charge_reduction::Model>,
) -> Result<(), DbErr> {
    let rows = rows.into_iter().map(|row| {
        vec![
            row.organization_id.into(),
            row.id.into(),
            row.account_id.into(),
            row.charge_id.into(),
            row.red_charge_id.into(),
            row.adjustment_id.into(),
            row.amount_fen.into(),
            row.effective_on.into(),
            row.recorded_at.into(),
        ]
    });
    insert_rows(conn, ("charge_reduction", &REDUCTION), rows, "").await
}

pub(in crate::ledger) async fn put_balances(
    conn: &impl ConnectionTrait,
    rows: Vec<charge_balance::Model>,
) -> Result<(), DbErr> {
    let rows = rows.into_iter().map(|row| {
        vec![
            row.organization_id.into(),
            row.charge_id.into(),
            row.account_id.into(),
            row.due_on.into(),
            row.open_fen.into(),
        ]
    });
    let tail =
        " ON CONFLICT (organization_id, charge_id) DO UPDATE SET open_fen = excluded.open_fen";
    insert_rows(conn, ("charge_balance", &BALANCE), rows, tail).await
}

/// Remembers the days on which accounts have to be settled though nothing is entered.
pub(in crate::ledger) async fn put_settling_days(
    work: &Work,
    days: Vec<(NaiveDate, AccountId)>,
) -> Result<(), DbErr> {
    let organization = work.organization();
    let rows = days
        .into_iter()
        .map(|(day, account)| vec![organization.into(), day.into(), account.into()]);
    let columns = ["organization_id", "on_day", "account_id"];
    insert_rows(work.conn(), ("settling_day", &columns), rows, " ON CONFLICT DO NOTHING").await
}

/// Accounts whose day has come.
pub(in crate::ledger) async fn settling_on(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (today, most): (NaiveDate, u64),
) -> Result<Vec<AccountId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        account_id: AccountId,
    }
    let text = "SELECT DISTINCT account_id FROM settling_day WHERE organization_id = $1 AND on_day <= $2 LIMIT $3";
    let values = [organization.into(), today.into(), most.into()];
    let rows = Sql::new(text, values).all::<Row>(conn).await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

/// Forgets the days that have come of some accounts.
pub(in crate::ledger) async fn forget_settling(
    work: &Work,
    today: NaiveDate,
    accounts: &[AccountId],
) -> Result<(), DbErr> {
    let text =
        "DELETE FROM settling_day WHERE organization_id = $1 AND on_day <= $2 AND account_id IN ";
    let days = Sql::new(text, [work.organization().into(), today.into()]);
    days.list(accounts.iter().copied()).run(work.conn()).await.map(drop)
}

/// What is stored of the settling of some accounts, without what was taken back.
pub(in crate::ledger) async fn movements(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Movements>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        account_id: AccountId,
        payment_id: Option<PaymentId>,
        red_charge_id: Option<ChargeId>,
        adjustment_id: Option<AdjustmentId>,
        charge_id: ChargeId,
        effective_on: NaiveDate,
        fen: i64,
    }
    let paid = "SELECT account_id, payment_id, NULL AS red_charge_id, NULL AS adjustment_id, charge_id, effective_on, \
         CAST(SUM(amount_fen) AS BIGINT) AS fen FROM allocation WHERE organization_id = $1 AND account_id IN ";
    let reduced = "SELECT account_id, NULL AS payment_id, red_charge_id, adjustment_id, charge_id, effective_on, \
         CAST(SUM(amount_fen) AS BIGINT) AS fen FROM charge_reduction WHERE organization_id = $1 AND account_id IN ";
    let keys = [
        (paid, " GROUP BY account_id, payment_id, charge_id, effective_on"),
        (reduced, " GROUP BY account_id, red_charge_id, adjustment_id, charge_id, effective_on"),
    ];
    let mut found = HashMap::<AccountId, Movements>::new();
    for (text, key) in keys {
        let rows = Sql::new(text, [organization.into()]).list(accounts.iter().copied()).push(key);
        for row in rows.all::<Row>(conn).await? {
            let by = (row.payment_id.map(By::Payment))
                .or(row.red_charge_id.map(By::RedLetter))
                .or(row.adjustment_id.map(By::Adjustment));
            if let Some(by) = by.filter(|_| row.fen != 0) {
                let of_account = found.entry(row.account_id).or_default();
                of_account.insert((by, row.charge_id, row.effective_on), row.fen);
            }
        }
    }
    Ok(found)
}

/// Cached balances of some accounts.
pub(in crate::ledger) async fn balances(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<BTreeMap<ChargeId, i64>, DbErr> {
    let rows = charge_balance::Entity::find()
        .filter(charge_balance::Column::OrganizationId.eq(organization))
        .filter(charge_balance::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.charge_id, row.open_fen)).collect())
}
