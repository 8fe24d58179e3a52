//! Somebody is away and somebody else stands in for them.

use sea_orm::entity::prelude::*;

use crate::ids::{DelegationId, MembershipId, OrganizationId};

/// A row of `delegation`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delegation")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DelegationId,
    /// Who is away.
    pub absent_id: MembershipId,
    /// Who stands in.
    pub stand_in_id: MembershipId,
    /// First day, inclusive.
    pub from_on: Date,
    /// Last day, inclusive; the day before the first when it was ended before it began.
    pub to_on: Date,
    /// Why, in the words of whoever arranged it.
    pub reason: Option<String>,
    /// Who arranged it.
    pub created_by: Option<MembershipId>,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
