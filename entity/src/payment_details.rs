//! Where owners of a community pay. Append-only: the highest version holds.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, MembershipId, OrganizationId};

/// A row of `payment_details`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_details")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The community.
    #[sea_orm(primary_key, auto_increment = false)]
    pub community_id: CommunityId,
    /// Rises by one with each change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// Name of the payee.
    pub payee: String,
    /// Bank and branch.
    pub bank: Option<String>,
    /// Number of the account.
    pub account_number: Option<String>,
    /// How to pay by WeChat.
    pub wechat: Option<String>,
    /// How to pay by Alipay.
    pub alipay: Option<String>,
    /// Where the desk is and when it is open.
    pub desk: Option<String>,
    /// Who set it: a membership.
    pub set_by: MembershipId,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
