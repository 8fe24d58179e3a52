//! Balances and watermarks.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use guanjia_entity::{adjustment, confirmation, payment, watermark};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::store;
pub use super::store::{Arrears, OpenCharge, UNCONFIRMED};
use crate::kernel::{
    Failure, Moment,
    ids::{AccountId, AdjustmentId, CommunityId, OrganizationId, PaymentId},
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

/// The charges of accounts that are not settled, the oldest first.
pub async fn open_charges(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<OpenCharge>, Failure> {
    Ok(store::open_charges(conn, organization, accounts).await?)
}

/// The oldest charge of each account that is not settled; an account without one is missing.
pub async fn oldest_open_charges(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, OpenCharge>, Failure> {
    let rows = store::oldest_open_charges(conn, organization, accounts).await?;
    Ok(rows.into_iter().map(|row| (row.account_id, row)).collect())
}

/// A payment that stands.
#[derive(Clone, Debug)]
pub struct StandingPayment {
    /// The entry.
    pub row: payment::Model,
    /// Since when the money is known: a corrected entry is known since the one it took the place of.
    pub known_since: Moment,
    /// Whether it counts: false while finance has still to confirm it.
    pub counts: bool,
}

/// Payments of accounts that stand: neither refunds nor reversals nor what they took back.
pub async fn standing_payments(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<StandingPayment>, Failure> {
    let all = store::payments(conn, organization, accounts).await?;
    let by_id: HashMap<_, _> = all.iter().map(|payment| (payment.id, payment)).collect();
    let taken_back: HashSet<_> = all.iter().filter_map(|payment| payment.reverses_id).collect();
    let confirmations = store::confirmations(conn, organization, accounts).await?;
    let confirmed: HashSet<_> = confirmations.iter().map(|row| row.payment_id).collect();
    let known_since = |payment: &payment::Model| {
        let mut first = payment.recorded_at;
        let mut replaced = payment.replaces_id;
        while let Some(earlier) = replaced.and_then(|id| by_id.get(&id)) {
            first = first.min(earlier.recorded_at);
            replaced = earlier.replaces_id;
        }
        first
    };
    let stands = |payment: &&payment::Model| {
        let taken_back = payment.reverses_id.is_some() || taken_back.contains(&payment.id);
        payment.amount_fen > 0 && !taken_back
    };
    let standing = all.iter().filter(stands).map(|row| StandingPayment {
        row: row.clone(),
        known_since: known_since(row),
        counts: !row.provisional || confirmed.contains(&row.id),
    });
    Ok(standing.collect())
}

/// The confirmation of a payment, if there is one.
pub async fn confirmation(
    conn: &impl ConnectionTrait,
    payment: (OrganizationId, PaymentId),
) -> Result<Option<confirmation::Model>, Failure> {
    Ok(confirmation::Entity::find_by_id(payment).one(conn).await?)
}

/// Up to which day the payments of a community are known; none while nobody has said so.
pub async fn watermark(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    community: CommunityId,
) -> Result<Option<watermark::Model>, Failure> {
    Ok(store::latest_watermark(conn, organization, community).await?)
}

/// Up to which day the payments of each community of a company are known.
pub async fn watermarks(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<HashMap<CommunityId, NaiveDate>, Failure> {
    let rows = store::watermarks(conn, organization).await?;
    // The later sequence overwrites the earlier.
    Ok(rows.into_iter().map(|row| (row.community_id, row.known_to)).collect())
}

/// Payments of communities that finance has still to confirm, the oldest first, after a place.
pub async fn unconfirmed_payments(
    conn: &impl ConnectionTrait,
    place: (OrganizationId, &[CommunityId]),
    after: Option<(Moment, PaymentId)>,
    count: usize,
) -> Result<Vec<payment::Model>, Failure> {
    Ok(store::unconfirmed_payments(conn, place, after, count).await?)
}

/// What was said of a community's watermark, the newest first, before a sequence.
pub async fn watermark_history(
    conn: &impl ConnectionTrait,
    place: (OrganizationId, CommunityId),
    before: Option<i64>,
    count: u64,
) -> Result<Vec<watermark::Model>, Failure> {
    Ok(store::watermark_history(conn, place, before, count).await?)
}

/// A payment by id, of an account that is checked afterwards.
pub async fn payment(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: PaymentId,
) -> Result<payment::Model, Failure> {
    store::payment(conn, organization, id).await?.ok_or(Failure::NotFound)
}

/// An adjustment by id, of an account that is checked afterwards.
pub async fn adjustment(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: AdjustmentId,
) -> Result<adjustment::Model, Failure> {
    store::adjustment(conn, organization, id).await?.ok_or(Failure::NotFound)
}

/// Fen charged to an account for what is true only after a day: after its liability ended it is somebody else's.
pub async fn charged_after(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (account, day): (AccountId, NaiveDate),
) -> Result<i64, Failure> {
    Ok(store::charged_after(conn, organization, (account, day)).await?)
}
