//! A case is something that somebody owes somebody. kind says what; the steward follows from the unit's assignment. account_id is what a fee case is about; kinds to come may be about something else.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, CaseId, OrganizationId};

/// A row of `case_file`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_file")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseId,
    /// What kind it is.
    pub kind: String,
    /// The account.
    pub account_id: Option<AccountId>,
    /// Where it stands.
    pub state: String,
    /// When it opened, UTC.
    pub opened_at: DateTimeUtc,
    /// When it ended, UTC.
    pub closed_at: Option<DateTimeUtc>,
    /// Rises by one with each change.
    pub version: i64,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
