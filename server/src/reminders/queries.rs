//! Reading reminders: always one recipient's own.

use guanjia_entity::reminder;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::kernel::{
    Failure,
    ids::{MembershipId, OrganizationId},
};

/// Reminders after a number, in order; at most `count`.
pub async fn after(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    recipient: MembershipId,
    (sequence, count): (i64, u64),
) -> Result<Vec<reminder::Model>, Failure> {
    Ok(reminder::Entity::find()
        .filter(reminder::Column::OrganizationId.eq(organization))
        .filter(reminder::Column::RecipientId.eq(recipient))
        .filter(reminder::Column::Sequence.gt(sequence))
        .order_by_asc(reminder::Column::Sequence)
        .limit(count)
        .all(conn)
        .await?)
}
