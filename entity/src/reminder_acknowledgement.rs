//! That a reminder was seen: told to all devices of its recipient, under a number of the same sequence.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, OrganizationId, ReminderId};

/// A row of `reminder_acknowledgement`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder_acknowledgement")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub recipient_id: MembershipId,
    /// Its number, in the sequence of the reminders.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    /// Which.
    pub reminder_id: ReminderId,
    /// When, UTC.
    pub acknowledged_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
