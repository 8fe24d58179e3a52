//! All SQL of the ledger.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use guanjia_entity::{allocation, charge, charge_balance, payment, watermark};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};

use crate::kernel::{
    ids::{AccountId, ChargeId, CommunityId, OrganizationId, PaymentId},
    sql::{BULK, Sql},
};

/// What an account owes; an account that owes nothing has none.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Arrears {
    /// The account.
    pub account_id: AccountId,
    /// Fen open, due or not.
    pub open_fen: i64,
    /// Fen overdue: due before today.
    pub overdue_fen: i64,
    /// Due day of the oldest overdue charge.
    pub oldest_due_on: Option<NaiveDate>,
}

/// A charge that is not settled.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OpenCharge {
    /// Its id.
    pub id: ChargeId,
    /// Whose.
    pub account_id: AccountId,
    /// What it is for.
    pub fee_item: String,
    /// Its month.
    pub period: String,
    /// Due until the end of this day.
    pub due_on: NaiveDate,
    /// Fen charged.
    pub amount_fen: i64,
    /// Fen still open.
    pub open_fen: i64,
}

pub(super) async fn insert_charges(
    conn: &impl ConnectionTrait,
    rows: Vec<charge::Model>,
) -> Result<(), DbErr> {
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(charge::ActiveModel::from);
        charge::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

pub(super) async fn insert_payments(
    conn: &impl ConnectionTrait,
    rows: Vec<payment::Model>,
) -> Result<(), DbErr> {
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(payment::ActiveModel::from);
        payment::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

pub(super) async fn insert_allocations(
    conn: &impl ConnectionTrait,
    rows: Vec<allocation::Model>,
) -> Result<(), DbErr> {
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(allocation::ActiveModel::from);
        allocation::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

pub(super) async fn put_balances(
    conn: &impl ConnectionTrait,
    rows: Vec<charge_balance::Model>,
) -> Result<(), DbErr> {
    use charge_balance::Column;
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(charge_balance::ActiveModel::from);
        let key = OnConflict::columns([Column::OrganizationId, Column::ChargeId])
            .update_column(Column::OpenFen)
            .to_owned();
        charge_balance::Entity::insert_many(rows)
            .on_conflict(key)
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}

/// Every charge of some accounts, reversals too.
pub(super) async fn charges(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<charge::Model>, DbErr> {
    charge::Entity::find()
        .filter(charge::Column::OrganizationId.eq(organization))
        .filter(charge::Column::AccountId.is_in(accounts.iter().copied()))
        .all(conn)
        .await
}

/// Every payment of some accounts, reversals too.
pub(super) async fn payments(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<payment::Model>, DbErr> {
    payment::Entity::find()
        .filter(payment::Column::OrganizationId.eq(organization))
        .filter(payment::Column::AccountId.is_in(accounts.iter().copied()))
        .order_by_asc(payment::Column::EffectiveOn)
        .all(conn)
        .await
}

/// The allocations of some accounts as they stand, in fen, without those that were taken back.
pub(super) async fn standing_allocations(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<BTreeMap<(PaymentId, ChargeId), i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        payment_id: PaymentId,
        charge_id: ChargeId,
        fen: i64,
    }
    let text = "SELECT payment_id, charge_id, CAST(SUM(amount_fen) AS BIGINT) AS fen FROM allocation \
         WHERE organization_id = $1 AND account_id IN ";
    let rows = Sql::new(text, [organization.into()]).list(accounts.iter().copied());
    let rows: Vec<Row> = rows.push(" GROUP BY payment_id, charge_id").all(conn).await?;
    Ok(rows
        .into_iter()
        .filter(|row| row.fen != 0)
        .map(|row| ((row.payment_id, row.charge_id), row.fen))
        .collect())
}

/// Cached balances of some accounts.
pub(super) async fn balances(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<BTreeMap<ChargeId, i64>, DbErr> {
    let rows = charge_balance::Entity::find()
        .filter(charge_balance::Column::OrganizationId.eq(organization))
        .filter(charge_balance::Column::AccountId.is_in(accounts.iter().copied()))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.charge_id, row.open_fen)).collect())
}

pub(super) async fn arrears(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    today: NaiveDate,
    accounts: &[AccountId],
) -> Result<Vec<Arrears>, DbErr> {
    let text = "SELECT account_id, CAST(SUM(open_fen) AS BIGINT) AS open_fen, \
         CAST(SUM(CASE WHEN due_on < $2 THEN open_fen ELSE 0 END) AS BIGINT) AS overdue_fen, \
         MIN(CASE WHEN due_on < $2 THEN due_on END) AS oldest_due_on \
         FROM charge_balance WHERE organization_id = $1 AND open_fen > 0 AND account_id IN ";
    let mut found = Vec::new();
    for some in accounts.chunks(BULK) {
        let rows = Sql::new(text, [organization.into(), today.into()]).list(some.iter().copied());
        found.extend(rows.push(" GROUP BY account_id").all(conn).await?);
    }
    Ok(found)
}

pub(super) async fn open_charges(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Vec<OpenCharge>, DbErr> {
    let text = "SELECT c.id, c.account_id, c.fee_item, c.period, c.due_on, c.amount_fen, b.open_fen FROM charge_balance b \
         JOIN charge c ON c.organization_id = b.organization_id AND c.id = b.charge_id \
         WHERE b.organization_id = $1 AND b.account_id = $2 AND b.open_fen > 0 ORDER BY c.due_on, c.period, c.fee_item, c.id";
    Sql::new(text, [organization.into(), account.into()]).all(conn).await
}

/// The oldest unsettled charge of each account.
pub(super) async fn oldest_open_charges(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<OpenCharge>, DbErr> {
    let before = "SELECT id, account_id, fee_item, period, due_on, amount_fen, open_fen FROM ( \
         SELECT c.id, c.account_id, c.fee_item, c.period, c.due_on, c.amount_fen, b.open_fen, \
         ROW_NUMBER() OVER (PARTITION BY b.account_id ORDER BY b.due_on, c.period, c.fee_item, c.id) AS nth \
         FROM charge_balance b JOIN charge c ON c.organization_id = b.organization_id AND c.id = b.charge_id \
         WHERE b.organization_id = $1 AND b.open_fen > 0 AND b.account_id IN ";
    let mut found = Vec::new();
    for some in accounts.chunks(BULK) {
        let rows = Sql::new(before, [organization.into()]).list(some.iter().copied());
        found.extend(rows.push(") AS ranked WHERE nth = 1").all(conn).await?);
    }
    Ok(found)
}

pub(super) async fn latest_watermark(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    community: CommunityId,
) -> Result<Option<watermark::Model>, DbErr> {
    watermark::Entity::find()
        .filter(watermark::Column::OrganizationId.eq(organization))
        .filter(watermark::Column::CommunityId.eq(community))
        .order_by_desc(watermark::Column::Sequence)
        .one(conn)
        .await
}

/// Everything that was said of a company's watermarks, in the order in which it was said.
pub(super) async fn watermarks(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Vec<watermark::Model>, DbErr> {
    watermark::Entity::find()
        .filter(watermark::Column::OrganizationId.eq(organization))
        .order_by_asc(watermark::Column::Sequence)
        .all(conn)
        .await
}
