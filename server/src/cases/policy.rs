//! What a community has set for collecting.

use std::collections::HashMap;

use guanjia_entity::collection_policy;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::kernel::{
    Failure,
    ids::{CommunityId, OrganizationId},
};

/// The policy in force of every community of a company.
pub async fn in_force(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<HashMap<CommunityId, collection_policy::Model>, Failure> {
    let rows = collection_policy::Entity::find()
        .filter(collection_policy::Column::OrganizationId.eq(organization))
        .order_by_asc(collection_policy::Column::Version)
        .all(conn)
        .await?;
    // The later version overwrites the earlier.
    Ok(rows.into_iter().map(|row| (row.community_id, row)).collect())
}

/// The policy in force of one community.
pub async fn of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    community: CommunityId,
) -> Result<collection_policy::Model, Failure> {
    let row = collection_policy::Entity::find()
        .filter(collection_policy::Column::OrganizationId.eq(organization))
        .filter(collection_policy::Column::CommunityId.eq(community))
        .order_by_desc(collection_policy::Column::Version)
        .one(conn)
        .await?;
    row.ok_or_else(|| Failure::broken("policy", "a community without a policy"))
}
