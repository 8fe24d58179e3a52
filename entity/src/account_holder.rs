//! The table `account_holder`.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, HolderId, OrganizationId, PartyId};

/// A row of `account_holder`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "account_holder")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HolderId,
    /// The account.
    pub account_id: AccountId,
    /// The party.
    pub party_id: PartyId,
    /// Order within the list, from 0.
    pub position: i64,
    /// First day, inclusive; none is unknown.
    pub from_on: Option<Date>,
    /// Last day, inclusive; none is open.
    pub to_on: Option<Date>,
    /// Upper part of the share; none is unknown.
    pub share_part: Option<i64>,
    /// Lower part of the share; none is unknown.
    pub share_whole: Option<i64>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
