//! What a contact said before it was amended. Insert only.

use sea_orm::entity::prelude::*;

use crate::ids::{ContactAmendmentId, ContactId, MembershipId, OrganizationId};

/// A row of `contact_amendment`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_amendment")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactAmendmentId,
    /// The contact.
    pub contact_id: ContactId,
    /// The note before.
    pub note_before: Option<String>,
    /// The length before, in seconds.
    pub duration_before: Option<i64>,
    /// What was known of the delivery before.
    pub delivery_before: Option<String>,
    /// Who amended it: a membership.
    pub amended_by: MembershipId,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
