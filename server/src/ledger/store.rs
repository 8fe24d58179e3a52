//! All SQL of the ledger.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use guanjia_entity::{
    adjustment, allocation, allocation_policy, charge, charge_balance, charge_reduction,
    confirmation, payment, payment_designation, penalty_policy, watermark,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};

use super::allocation::{By, Movements};
use crate::kernel::{
    ids::{AccountId, AdjustmentId, ChargeId, CommunityId, OrganizationId, PaymentId},
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

pub(super) async fn insert_adjustments(
    conn: &impl ConnectionTrait,
    rows: Vec<adjustment::Model>,
) -> Result<(), DbErr> {
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(adjustment::ActiveModel::from);
        adjustment::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

pub(super) async fn insert_reductions(
    conn: &impl ConnectionTrait,
    rows: Vec<charge_reduction::Model>,
) -> Result<(), DbErr> {
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(charge_reduction::ActiveModel::from);
        charge_reduction::Entity::insert_many(rows).exec_without_returning(conn).await?;
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

/// What the payers of some accounts' payments named, where it is more than one thing.
pub(super) async fn designations(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<payment_designation::Model>, DbErr> {
    let text = "SELECT d.* FROM payment p JOIN payment_designation d \
         ON d.organization_id = p.organization_id AND d.payment_id = p.id \
         WHERE p.organization_id = $1 AND p.account_id IN ";
    Sql::new(text, [organization.into()]).list(accounts.iter().copied()).all(conn).await
}

/// What finance confirmed of some accounts' payments.
pub(super) async fn confirmations(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<confirmation::Model>, DbErr> {
    let text = "SELECT c.* FROM payment p JOIN confirmation c \
         ON c.organization_id = p.organization_id AND c.payment_id = p.id \
         WHERE p.organization_id = $1 AND p.provisional AND p.account_id IN ";
    Sql::new(text, [organization.into()]).list(accounts.iter().copied()).all(conn).await
}

/// Every adjustment of some accounts, reversals too.
pub(super) async fn adjustments(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<adjustment::Model>, DbErr> {
    adjustment::Entity::find()
        .filter(adjustment::Column::OrganizationId.eq(organization))
        .filter(adjustment::Column::AccountId.is_in(accounts.iter().copied()))
        .all(conn)
        .await
}

/// The adjustments of some charges that were not taken back.
pub(super) async fn standing_adjustments(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    charges: &[ChargeId],
) -> Result<Vec<adjustment::Model>, DbErr> {
    let text = "SELECT a.* FROM adjustment a WHERE a.organization_id = $1 AND a.reverses_id IS NULL \
         AND NOT EXISTS (SELECT 1 FROM adjustment r WHERE r.organization_id = a.organization_id AND r.reverses_id = a.id) \
         AND a.charge_id IN ";
    let mut found = Vec::new();
    for some in charges.chunks(BULK) {
        let rows = Sql::new(text, [organization.into()]).list(some.iter().copied());
        found.extend(rows.all::<adjustment::Model>(conn).await?);
    }
    Ok(found)
}

/// Which of some payments were taken back.
pub(super) async fn taken_back(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    payments: &[PaymentId],
) -> Result<HashSet<PaymentId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        reverses_id: PaymentId,
    }
    let text = "SELECT reverses_id FROM payment WHERE organization_id = $1 AND reverses_id IN ";
    let mut found = HashSet::new();
    for some in payments.chunks(BULK) {
        let rows = Sql::new(text, [organization.into()]).list(some.iter().copied());
        found.extend(rows.all::<Row>(conn).await?.into_iter().map(|row| row.reverses_id));
    }
    Ok(found)
}

/// What is stored of the settling of some accounts, without what was taken back.
pub(super) async fn movements(
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

/// In which community accounts are.
pub(super) async fn communities_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, CommunityId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: AccountId,
        community_id: CommunityId,
    }
    let text = "SELECT a.id, u.community_id FROM account a \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE a.organization_id = $1 AND a.id IN ";
    let rows = Sql::new(text, [organization.into()]).list(accounts.iter().copied());
    Ok(rows.all::<Row>(conn).await?.into_iter().map(|row| (row.id, row.community_id)).collect())
}

/// Every version of a company's orders of settling, the lower first.
pub(super) async fn allocation_policies(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Vec<allocation_policy::Model>, DbErr> {
    allocation_policy::Entity::find()
        .filter(allocation_policy::Column::OrganizationId.eq(organization))
        .order_by_asc(allocation_policy::Column::Version)
        .all(conn)
        .await
}

/// Every version of a company's terms of penalties, the lower first.
pub(super) async fn penalty_policies(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Vec<penalty_policy::Model>, DbErr> {
    penalty_policy::Entity::find()
        .filter(penalty_policy::Column::OrganizationId.eq(organization))
        .order_by_asc(penalty_policy::Column::Version)
        .all(conn)
        .await
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
