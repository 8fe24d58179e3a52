//! A sign-in: one person, one company, one device, until it is ended or not used for long.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, OrganizationId, SessionId, UserId};

/// A row of `session`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// Who signs in.
    pub user_id: UserId,
    /// The company.
    pub organization_id: OrganizationId,
    /// The person in this company.
    pub membership_id: MembershipId,
    /// SHA-256 of its first token, hex. No longer read; the column goes with the next release.
    pub token_hash: String,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
    /// Good until this moment (security clock) unless it is refreshed before, UTC.
    pub expires_at: DateTimeUtc,
    /// Signed out or revoked, UTC.
    pub ended_at: Option<DateTimeUtc>,
    /// What the device calls itself.
    pub device: Option<String>,
    /// When it was last refreshed, UTC; none before the first time.
    pub last_used_at: Option<DateTimeUtc>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
