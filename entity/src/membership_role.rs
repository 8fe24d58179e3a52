//! The table `membership_role`.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, OrganizationId};

/// A row of `membership_role`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "membership_role")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The person in this company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub membership_id: MembershipId,
    /// A role of `Role`, by its wire name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: String,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
