//! The table `occupant`: who lives in a unit or uses it.

use sea_orm::entity::prelude::*;

use crate::ids::{OccupantId, OrganizationId, PartyId, UnitId};

/// A row of `occupant`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "occupant")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OccupantId,
    /// The unit.
    pub unit_id: UnitId,
    /// Who.
    pub party_id: PartyId,
    /// TENANT, FAMILY or OTHER.
    pub role: String,
    /// First day, inclusive; none is unknown.
    pub from_on: Option<Date>,
    /// Last day, inclusive; none is open.
    pub to_on: Option<Date>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
