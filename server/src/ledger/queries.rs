//! Balances and watermarks.

use chrono::NaiveDate;
use guanjia_entity::{payment, watermark};
use sea_orm::ConnectionTrait;

use super::store;
pub use super::store::{Arrears, OpenCharge};
use crate::kernel::{
    Failure,
    ids::{AccountId, CommunityId, OrganizationId},
};

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
