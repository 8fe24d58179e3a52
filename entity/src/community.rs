//! The table `community`.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, OrganizationId};

/// A row of `community`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "community")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CommunityId,
    /// The name of the community.
    pub name: String,
    /// IANA name, such as `Asia/Shanghai`.
    pub time_zone: String,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
