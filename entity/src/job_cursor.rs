//! How far a daily job has come in a community. The row is also the claim: who holds its lock runs the job.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, OrganizationId};

/// A row of `job_cursor`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job_cursor")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The community.
    #[sea_orm(primary_key, auto_increment = false)]
    pub community_id: CommunityId,
    /// The job.
    #[sea_orm(primary_key, auto_increment = false)]
    pub job: String,
    /// Done for every local day up to this one.
    pub through_on: Date,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
