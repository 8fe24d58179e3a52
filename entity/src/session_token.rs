//! The tokens of a sign-in: one to ask with, for minutes; one to come back with, once.

use sea_orm::entity::prelude::*;

use crate::ids::SessionId;

/// A row of `session_token`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "session_token")]
pub struct Model {
    /// SHA-256 of the token, hex; the token itself is nowhere.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    /// The sign-in.
    pub session_id: SessionId,
    /// `ACCESS` or `REFRESH`.
    pub kind: String,
    /// When it was handed out (security clock), UTC.
    pub created_at: DateTimeUtc,
    /// Good until this moment (security clock), UTC.
    pub expires_at: DateTimeUtc,
    /// A refresh token: when its successor was made (security clock), UTC.
    pub used_at: Option<DateTimeUtc>,
    /// What its successors were made with; taken away after a minute.
    pub salt: Option<String>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
