//! How a party is reached.

use async_graphql::SimpleObject;
use guanjia_entity::contact_point;

use crate::{
    api::scalars::{Gid, Instant},
    kernel::ids::ContactPointId,
    owners::points::{PointKind, PointStatus},
};

/// A way to reach a party.
#[derive(SimpleObject)]
pub struct ContactPoint {
    /// Its id.
    id: Gid<ContactPointId>,
    /// What it is.
    kind: PointKind,
    /// The number.
    value: String,
    /// What is known of it.
    status: PointStatus,
    /// Since when that is known.
    status_at: Instant,
    /// Where we have it from.
    source: String,
}

impl From<contact_point::Model> for ContactPoint {
    fn from(row: contact_point::Model) -> Self {
        Self {
            id: Gid(row.id),
            kind: PointKind::of_name(&row.kind).unwrap_or(PointKind::Landline),
            value: row.value,
            status: PointStatus::of_name(&row.status).unwrap_or(PointStatus::Valid),
            status_at: Instant(row.status_at),
            source: row.source,
        }
    }
}
