//! What is owed: from the balances, which are kept in line with the entries.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use crate::kernel::{
    ids::{AccountId, ChargeId, CommunityId, OrganizationId},
    sql::{BULK, Sql},
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

/// A row of `ageing.sql`.
#[derive(Clone, Debug, FromQueryResult)]
pub(in crate::ledger) struct AgeingRow {
    pub(in crate::ledger) bucket: i64,
    pub(in crate::ledger) kind: String,
    pub(in crate::ledger) historical: i64,
    pub(in crate::ledger) fen: i64,
    pub(in crate::ledger) day: Option<NaiveDate>,
}

pub(in crate::ledger) async fn arrears(
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

pub(in crate::ledger) async fn open_charges(
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
pub(in crate::ledger) async fn oldest_open_charges(
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

/// Sums of some communities; the values are those that `ageing.sql` names.
pub(in crate::ledger) async fn ageing(
    conn: &impl ConnectionTrait,
    values: Vec<sea_orm::Value>,
    communities: &[CommunityId],
) -> Result<Vec<AgeingRow>, DbErr> {
    let reach = "WITH reach AS (SELECT a.id FROM unit u \
         JOIN account a ON a.organization_id = u.organization_id AND a.unit_id = u.id \
         WHERE u.organization_id = $1 AND u.community_id IN ";
    let text = Sql::new(reach, values).list(communities.iter().copied());
    text.push(")\n").push(include_str!("../ageing.sql")).all(conn).await
}

/// Fen charged to an account for what is true only after a day, corrections counted.
pub(in crate::ledger) async fn charged_after(
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
