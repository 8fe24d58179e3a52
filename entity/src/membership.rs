//! The table `membership`.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, OrganizationId, UserId};

/// A row of `membership`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MembershipId,
    /// Who signs in.
    pub user_id: UserId,
    /// How colleagues call them.
    pub name: String,
    /// Reaches every community of the company; otherwise those in `membership_community`.
    pub all_communities: bool,
    /// When access ended, UTC.
    pub ended_at: Option<DateTimeUtc>,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
