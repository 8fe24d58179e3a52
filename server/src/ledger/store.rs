//! All SQL of the ledger.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use guanjia_entity::{
    adjustment, allocation, allocation_policy, charge, charge_balance, charge_reduction,
    confirmation, payment, payment_designation, penalty_freeze, penalty_policy, watermark,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};

use super::allocation::{By, Movements};
use crate::kernel::{
    Moment,
    ids::{AccountId, AdjustmentId, ChargeId, CommunityId, OrganizationId, PaymentId},
    sql::{BULK, Sql, few_lengths},
};

/// What an account owes; an account that owes nothing has none.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Arrears {
    /// The account.
    pub account_id: AccountId,
    /// Fen open, due or not, of charges that are true by today.
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
        .filter(charge::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
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
        .filter(payment::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
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
        .filter(adjustment::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
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
        .filter(charge_balance::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
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
    let text = "SELECT b.account_id, CAST(SUM(b.open_fen) AS BIGINT) AS open_fen, \
         CAST(SUM(CASE WHEN b.due_on < $2 THEN b.open_fen ELSE 0 END) AS BIGINT) AS overdue_fen, \
         MIN(CASE WHEN b.due_on < $2 THEN b.due_on END) AS oldest_due_on \
         FROM charge_balance b JOIN charge c ON c.organization_id = b.organization_id AND c.id = b.charge_id \
         WHERE b.organization_id = $1 AND b.open_fen > 0 AND c.effective_on <= $2 AND b.account_id IN ";
    let mut found = Vec::new();
    for some in accounts.chunks(BULK) {
        let rows = Sql::new(text, [organization.into(), today.into()]).list(some.iter().copied());
        found.extend(rows.push(" GROUP BY b.account_id").all(conn).await?);
    }
    Ok(found)
}

pub(super) async fn open_charges(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<OpenCharge>, DbErr> {
    let text = "SELECT c.id, c.account_id, c.fee_item, c.period, c.due_on, c.amount_fen, b.open_fen FROM charge_balance b \
         JOIN charge c ON c.organization_id = b.organization_id AND c.id = b.charge_id \
         WHERE b.organization_id = $1 AND b.open_fen > 0 AND b.account_id IN ";
    let rows = Sql::new(text, [organization.into()]).list(accounts.iter().copied());
    rows.push(" ORDER BY c.due_on, c.period, c.fee_item, c.id").all(conn).await
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

/// A row of `ageing.sql`.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct AgeingRow {
    pub(super) bucket: i64,
    pub(super) kind: String,
    pub(super) historical: i64,
    pub(super) fen: i64,
    pub(super) day: Option<NaiveDate>,
}

/// Sums of some communities; the values are those that `ageing.sql` names.
pub(super) async fn ageing(
    conn: &impl ConnectionTrait,
    values: Vec<sea_orm::Value>,
    communities: &[CommunityId],
) -> Result<Vec<AgeingRow>, DbErr> {
    let reach = "WITH reach AS (SELECT a.id FROM unit u \
         JOIN account a ON a.organization_id = u.organization_id AND a.unit_id = u.id \
         WHERE u.organization_id = $1 AND u.community_id IN ";
    let text = Sql::new(reach, values).list(communities.iter().copied());
    text.push(")\n").push(include_str!("ageing.sql")).all(conn).await
}

/// The frozen days of an account.
pub(super) async fn freezes(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Vec<penalty_freeze::Model>, DbErr> {
    penalty_freeze::Entity::find()
        .filter(penalty_freeze::Column::OrganizationId.eq(organization))
        .filter(penalty_freeze::Column::AccountId.eq(account))
        .all(conn)
        .await
}

/// A payment by id.
pub(super) async fn payment(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: PaymentId,
) -> Result<Option<payment::Model>, DbErr> {
    payment::Entity::find_by_id((organization, id)).one(conn).await
}

/// An adjustment by id.
pub(super) async fn adjustment(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: AdjustmentId,
) -> Result<Option<adjustment::Model>, DbErr> {
    adjustment::Entity::find_by_id((organization, id)).one(conn).await
}

/// Whether an adjustment was taken back.
pub(super) async fn is_void(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: AdjustmentId,
) -> Result<bool, DbErr> {
    let found = adjustment::Entity::find()
        .filter(adjustment::Column::OrganizationId.eq(organization))
        .filter(adjustment::Column::ReversesId.eq(id));
    Ok(found.one(conn).await?.is_some())
}

/// Whether a payment was confirmed.
pub(super) async fn is_confirmed(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: PaymentId,
) -> Result<bool, DbErr> {
    Ok(confirmation::Entity::find_by_id((organization, id)).one(conn).await?.is_some())
}

/// Whether a community has a payment with this receipt that was not taken back.
pub(super) async fn has_receipt(
    conn: &impl ConnectionTrait,
    (organization, community): (OrganizationId, CommunityId),
    receipt: &str,
) -> Result<bool, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        #[expect(dead_code, reason = "that there is one is what counts")]
        id: PaymentId,
    }
    let text = "SELECT p.id FROM payment p \
         JOIN account a ON a.organization_id = p.organization_id AND a.id = p.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE p.organization_id = $1 AND u.community_id = $2 AND p.receipt = $3 AND p.reverses_id IS NULL \
         AND NOT EXISTS (SELECT 1 FROM payment r WHERE r.organization_id = p.organization_id AND r.reverses_id = p.id) \
         LIMIT 1";
    let row = Sql::new(text, [organization.into(), community.into(), receipt.into()]);
    Ok(row.one::<Row>(conn).await?.is_some())
}

/// What makes a payment `p` one that finance has still to confirm.
pub const UNCONFIRMED: &str = "p.provisional AND p.reverses_id IS NULL \
     AND NOT EXISTS (SELECT 1 FROM confirmation f WHERE f.organization_id = p.organization_id AND f.payment_id = p.id) \
     AND NOT EXISTS (SELECT 1 FROM payment r WHERE r.organization_id = p.organization_id AND r.reverses_id = p.id)";

/// Payments of some communities that finance has still to confirm, the oldest first, after a place.
pub(super) async fn unconfirmed_payments(
    conn: &impl ConnectionTrait,
    (organization, communities): (OrganizationId, &[CommunityId]),
    after: Option<(Moment, PaymentId)>,
    count: usize,
) -> Result<Vec<payment::Model>, DbErr> {
    let text = "SELECT p.* FROM payment p \
         JOIN account a ON a.organization_id = p.organization_id AND a.id = p.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE p.organization_id = $1 AND ";
    let mut rows = Sql::new(text, [organization.into()]).push(UNCONFIRMED);
    rows = rows.push(" AND u.community_id IN ").list(communities.iter().copied());
    if let Some((at, id)) = after {
        rows = rows.push(" AND (p.recorded_at > ").bind(at).push(" OR (p.recorded_at = ").bind(at);
        rows = rows.push(" AND p.id > ").bind(id).push("))");
    }
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    rows.push(" ORDER BY p.recorded_at, p.id LIMIT ").bind(count).all(conn).await
}

/// Everything that was said of a community's watermark, the newest first, before a sequence.
pub(super) async fn watermark_history(
    conn: &impl ConnectionTrait,
    (organization, community): (OrganizationId, CommunityId),
    before: Option<i64>,
    count: u64,
) -> Result<Vec<watermark::Model>, DbErr> {
    let mut rows = watermark::Entity::find()
        .filter(watermark::Column::OrganizationId.eq(organization))
        .filter(watermark::Column::CommunityId.eq(community));
    if let Some(before) = before {
        rows = rows.filter(watermark::Column::Sequence.lt(before));
    }
    rows.order_by_desc(watermark::Column::Sequence).limit(count).all(conn).await
}

pub(super) async fn insert_designations(
    conn: &impl ConnectionTrait,
    rows: Vec<payment_designation::Model>,
) -> Result<(), DbErr> {
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(payment_designation::ActiveModel::from);
        payment_designation::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

pub(super) async fn insert_confirmation(
    conn: &impl ConnectionTrait,
    row: confirmation::Model,
) -> Result<(), DbErr> {
    let row = confirmation::ActiveModel::from(row);
    confirmation::Entity::insert(row).exec_without_returning(conn).await.map(drop)
}

pub(super) async fn insert_allocation_policy(
    conn: &impl ConnectionTrait,
    row: allocation_policy::Model,
) -> Result<(), DbErr> {
    let row = allocation_policy::ActiveModel::from(row);
    allocation_policy::Entity::insert(row).exec_without_returning(conn).await.map(drop)
}

pub(super) async fn insert_penalty_policy(
    conn: &impl ConnectionTrait,
    row: penalty_policy::Model,
) -> Result<(), DbErr> {
    let row = penalty_policy::ActiveModel::from(row);
    penalty_policy::Entity::insert(row).exec_without_returning(conn).await.map(drop)
}

pub(super) async fn insert_freeze(
    conn: &impl ConnectionTrait,
    row: penalty_freeze::Model,
) -> Result<(), DbErr> {
    let row = penalty_freeze::ActiveModel::from(row);
    penalty_freeze::Entity::insert(row).exec_without_returning(conn).await.map(drop)
}

/// Fen charged to an account for what is true only after a day, corrections counted.
pub(super) async fn charged_after(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (account, day): (AccountId, NaiveDate),
) -> Result<i64, DbErr> {
    #[derive(FromQueryResult)]
    struct Sum {
        fen: i64,
    }
    let text = "SELECT CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT) AS fen FROM charge \
         WHERE organization_id = $1 AND account_id = $2 AND effective_on > $3";
    let values = [organization.into(), account.into(), day.into()];
    Ok(Sql::new(text, values).one::<Sum>(conn).await?.map_or(0, |sum| sum.fen))
}
