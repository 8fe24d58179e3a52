//! How a party is reached.

use async_graphql::SimpleObject;
use guanjia_entity::contact_point;

use crate::{
    api::scalars::{Gid, Instant},
    kernel::ids::{ContactPointId, MembershipId},
    owners::points::{PointKind, PointSource, PointStatus},
};

/// A way to reach a party.
#[derive(SimpleObject, Clone)]
pub struct ContactPoint {
    /// Its id.
    id: Gid<ContactPointId>,
    /// What it is.
    kind: PointKind,
    /// The number or address.
    value: String,
    /// What is known of it.
    status: PointStatus,
    /// Since when that is known.
    status_at: Instant,
    /// Where we have it from.
    source: PointSource,
    /// When they are best reached there, in words; null when nobody said.
    best_time: Option<String>,
    /// When somebody last confirmed it; null when nobody did.
    confirmed_at: Option<Instant>,
    /// Who confirmed it last.
    confirmed_by_id: Option<Gid<MembershipId>>,
}

impl From<contact_point::Model> for ContactPoint {
    fn from(row: contact_point::Model) -> Self {
        Self {
            id: Gid(row.id),
            kind: PointKind::of_name(&row.kind).unwrap_or(PointKind::Landline),
            value: row.value,
            status: PointStatus::of_name(&row.status).unwrap_or(PointStatus::Valid),
            status_at: Instant(row.status_at),
            source: PointSource::of_name(&row.source).unwrap_or(PointSource::Other),
            best_time: row.best_time,
            confirmed_at: row.confirmed_at.map(Instant),
            confirmed_by_id: row.confirmed_by.map(Gid),
        }
    }
}
