//! The last number given to a recipient. Updated in the transaction that inserts the reminder, so numbers commit in order.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, OrganizationId};

/// A row of `recipient_sequence`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "recipient_sequence")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Who is reminded: a membership.
    #[sea_orm(primary_key, auto_increment = false)]
    pub recipient_id: MembershipId,
    /// The last number given.
    pub last: i64,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
