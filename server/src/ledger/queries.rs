//! Balances and watermarks.

use chrono::NaiveDate;
use guanjia_entity::{payment, watermark};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::store;
use crate::kernel::{
    Failure,
    ids::{AccountId, ChargeId, CommunityId, OrganizationId},
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

/// What accounts owe as of today, from the cached balances.
pub async fn arrears(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    today: NaiveDate,
    accounts: &[AccountId],
) -> Result<Vec<Arrears>, Failure> {
    Ok(store::arrears(conn, organization, today, accounts).await?)
}

/// The charges of an account that are not settled, the oldest first.
pub async fn open_charges(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Vec<OpenCharge>, Failure> {
    Ok(store::open_charges(conn, organization, account).await?)
}

/// Payments of an account that stand: neither reversals nor what they took back, and none that finance has still to
/// confirm.
pub async fn standing_payments(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<payment::Model>, Failure> {
    let all = store::payments(conn, organization, accounts).await?;
    let taken_back: Vec<_> = all.iter().filter_map(|payment| payment.reverses_id).collect();
    let stands = |payment: &payment::Model| {
        payment.reverses_id.is_none() && !payment.provisional && !taken_back.contains(&payment.id)
    };
    Ok(all.into_iter().filter(stands).collect())
}

/// Up to which day the payments of a community are known; none while nobody has said so.
pub async fn watermark(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    community: CommunityId,
) -> Result<Option<watermark::Model>, Failure> {
    Ok(store::latest_watermark(conn, organization, community).await?)
}
