//! All SQL of the ledger.

mod entries;
mod open;
mod settled;
mod terms;

use guanjia_entity::{payment, watermark};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

pub use self::open::{Arrears, OpenCharge};
pub(super) use self::{entries::*, open::*, settled::*, terms::*};
use crate::kernel::{
    Moment,
    ids::{CommunityId, OrganizationId, PaymentId},
    sql::Sql,
};

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
