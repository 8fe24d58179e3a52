//! Who signs in, outside any company: one person may work for several.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

/// A row of `app_user`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "app_user")]
pub struct Model {
    /// Key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// Mobile number, eleven digits: the name to sign in with.
    pub mobile: String,
    /// Argon2id, PHC string. Its salt and costs are those of all passwords of this user; passwords themselves belong to the
    /// memberships.
    pub password_hash: String,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
