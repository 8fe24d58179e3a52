//! Whose portfolio a unit is in, and when. Days are inclusive; an open end is the present.

use sea_orm::entity::prelude::*;

use crate::ids::{AssignmentId, MembershipId, OrganizationId, UnitId};

/// A row of `unit_assignment`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_assignment")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AssignmentId,
    /// The unit.
    pub unit_id: UnitId,
    /// The steward: a membership.
    pub steward_id: MembershipId,
    /// First day, inclusive.
    pub from_on: Date,
    /// Last day, inclusive; none is open.
    pub to_on: Option<Date>,
    /// Whose unit it is, while the steward of this period only stands in.
    pub stands_in_for: Option<MembershipId>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
