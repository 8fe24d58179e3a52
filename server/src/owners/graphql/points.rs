//! How a party is reached.

use async_graphql::{ComplexObject, Context, Result, SimpleObject};
use guanjia_entity::{contact_point, personal::PersonalNumber};

use crate::{
    api::{
        context::Ask,
        scalars::{Gid, Instant},
    },
    kernel::ids::{ContactPointId, MembershipId},
    owners::{
        masking,
        points::{PointKind, PointSource, PointStatus},
    },
};

/// A way to reach a party.
#[derive(SimpleObject, Clone)]
#[graphql(complex)]
pub struct ContactPoint {
    /// Its id.
    id: Gid<ContactPointId>,
    /// What it is.
    kind: PointKind,
    #[graphql(skip)]
    number: PersonalNumber,
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

#[ComplexObject]
impl ContactPoint {
    /// The number: whole for stewards and managers, who dial it; others see it masked, "139****0001", and may `reveal` it.
    async fn value(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(masking::shown(ctx.actor()?, &self.number))
    }

    /// Whether you see it masked.
    async fn masked(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(!masking::sees_numbers(ctx.actor()?))
    }
}

impl From<contact_point::Model> for ContactPoint {
    fn from(row: contact_point::Model) -> Self {
        Self {
            id: Gid(row.id),
            kind: PointKind::of_name(&row.kind).unwrap_or(PointKind::Landline),
            number: row.value,
            status: PointStatus::of_name(&row.status).unwrap_or(PointStatus::Valid),
            status_at: Instant(row.status_at),
            source: PointSource::of_name(&row.source).unwrap_or(PointSource::Other),
            best_time: row.best_time,
            confirmed_at: row.confirmed_at.map(Instant),
            confirmed_by_id: row.confirmed_by.map(Gid),
        }
    }
}
