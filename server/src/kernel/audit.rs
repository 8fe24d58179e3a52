//! Who did what, for control. Rows are inserted in the act's own transaction and never changed; a sealer chains them
//! afterwards ([`seal`]).

pub mod seal;

use guanjia_entity::audit_entry;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::Value;
use uuid::Uuid;

use super::{Failure, Work, ids};

/// Writes one row. `facts` hold ids, days and amounts, never names or numbers of people.
pub async fn record(
    work: &Work,
    action: &str,
    subject: Option<Uuid>,
    facts: Value,
) -> Result<(), Failure> {
    let row = audit_entry::ActiveModel {
        organization_id: Set(work.organization()),
        id: Set(ids::fresh()),
        actor_id: Set(work.by().person()),
        action: Set(action.to_owned()),
        subject_id: Set(subject),
        facts: Set(facts),
        recorded_at: Set(work.now),
        seal_position: Set(None),
        seal_hash: Set(None),
    };
    audit_entry::Entity::insert(row).exec_without_returning(work.conn()).await?;
    Ok(())
}
