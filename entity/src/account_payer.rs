//! The table `account_payer`: who agreed to pay for an account.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, OrganizationId, PartyId, PayerId};

/// A row of `account_payer`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "account_payer")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PayerId,
    /// The account.
    pub account_id: AccountId,
    /// Who pays.
    pub party_id: PartyId,
    /// First day, inclusive.
    pub from_on: Date,
    /// Last day, inclusive; none is open.
    pub to_on: Option<Date>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
