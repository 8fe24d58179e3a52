//! The table `contact_point`.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{ContactPointId, MembershipId, OrganizationId, PartyId},
    personal::PersonalNumber,
};

/// A row of `contact_point`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_point")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactPointId,
    /// The party.
    pub party_id: PartyId,
    /// What kind it is.
    pub kind: String,
    /// The number or address.
    pub value: PersonalNumber,
    /// VALID, WRONG, DEAD or DO_NOT_CALL.
    pub status: String,
    /// Where we have it from.
    pub source: String,
    /// Order within the list, from 0.
    pub position: i64,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
    /// Since when the status holds, UTC.
    pub status_at: DateTimeUtc,
    /// When they are best reached there, in words.
    pub best_time: Option<String>,
    /// Who confirmed it last.
    pub confirmed_by: Option<MembershipId>,
    /// When, UTC.
    pub confirmed_at: Option<DateTimeUtc>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
