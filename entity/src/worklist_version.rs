//! Moved in the transaction of every commit that changes what a steward's worklist shows.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, OrganizationId};

/// A row of `worklist_version`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "worklist_version")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The steward: a membership.
    #[sea_orm(primary_key, auto_increment = false)]
    pub steward_id: MembershipId,
    /// Rises by one with each change.
    pub version: i64,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
