//! Who promised, how they will pay, how it came to us.

use sea_orm::entity::prelude::*;

use crate::ids::{ContactId, MembershipId, OrganizationId, PartyId, PromiseId};

/// A row of `promise`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "promise")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PromiseId,
    /// The party.
    pub party_id: Option<PartyId>,
    /// The contact in which it came up.
    pub contact_id: Option<ContactId>,
    /// How it will be paid.
    pub way: String,
    /// Who wrote it down.
    pub recorded_by: MembershipId,
    /// When it happened, as the phone said it, never after `recorded_at`; UTC.
    pub occurred_at: DateTimeUtc,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
    /// How it came to us, when it was in no contact.
    pub given_how: Option<String>,
    /// Free text of the person who recorded it.
    pub note: Option<String>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
