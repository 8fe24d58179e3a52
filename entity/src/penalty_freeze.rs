//! Days on which the penalties of an account stand still, both inclusive. Of one source the newest row holds.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, FreezeId, OrganizationId};

/// A row of `penalty_freeze`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "penalty_freeze")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FreezeId,
    /// The account.
    pub account_id: AccountId,
    /// Where it comes from, such as a hold.
    pub source_id: Uuid,
    /// First day.
    pub from_on: Date,
    /// Last day; before the first when nothing is frozen.
    pub until_on: Date,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
