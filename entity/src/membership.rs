//! The table `membership`.

use sea_orm::entity::prelude::*;

use crate::ids::{MembershipId, OrganizationId, UserId};

/// A row of `membership`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MembershipId,
    /// Who signs in.
    pub user_id: UserId,
    /// How colleagues call them.
    pub name: String,
    /// Reaches every community of the company; otherwise those in `membership_community`.
    pub all_communities: bool,
    /// When access ended, UTC.
    pub ended_at: Option<DateTimeUtc>,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
    /// Argon2id, PHC string: the password in this company; none until it is set by a code.
    pub password_hash: Option<String>,
    /// SHA-256 of the code that lets them set a password, hex.
    pub entry_code_hash: Option<String>,
    /// The code is good until this moment (security clock), UTC.
    pub entry_code_until: Option<DateTimeUtc>,
    /// Rises with every change of what they are and may do.
    pub version: i64,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
