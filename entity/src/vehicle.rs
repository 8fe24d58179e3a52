//! The table `vehicle`: vehicles of parties.

use sea_orm::entity::prelude::*;

use crate::ids::{OrganizationId, PartyId, VehicleId};

/// A row of `vehicle`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "vehicle")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VehicleId,
    /// Whose.
    pub party_id: PartyId,
    /// The plate, without spaces and dots.
    pub plate: String,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
    /// When it was taken off, UTC; none while it stands.
    pub removed_at: Option<DateTimeUtc>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
