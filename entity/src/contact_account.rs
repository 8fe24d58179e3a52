//! The table `contact_account`.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, CaseId, ContactId, OrganizationId};

/// A row of `contact_account`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_account")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The contact in which it came up.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: ContactId,
    /// The account.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// The case, if one was open.
    pub case_id: Option<CaseId>,
    /// When it turned out to be the wrong account, UTC.
    pub corrected_at: Option<DateTimeUtc>,
    /// The contact on the right account.
    pub corrected_by_id: Option<ContactId>,
    /// Why, in the words of whoever corrected it.
    pub correction_reason: Option<String>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
