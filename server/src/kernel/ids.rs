//! Ids: typed, UUIDv7, made here or by a client.

pub use guanjia_entity::ids::*;
use uuid::Uuid;

/// A new id.
#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub fn fresh<T: From<Uuid>>() -> T {
    Uuid::now_v7().into()
}
