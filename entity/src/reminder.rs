//! The table `reminder`.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, FollowUpId, MembershipId, OrganizationId, ReminderId};

/// A row of `reminder`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Who is reminded: a membership.
    #[sea_orm(primary_key, auto_increment = false)]
    pub recipient_id: MembershipId,
    /// Number per recipient, from 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    /// Key within the company.
    pub id: ReminderId,
    /// The follow-up.
    pub follow_up_id: FollowUpId,
    /// The revision of the follow-up.
    pub revision: i64,
    /// The account.
    pub account_id: AccountId,
    /// The moment at which it is due, UTC.
    pub due_at: DateTimeUtc,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
