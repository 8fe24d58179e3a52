//! The table `transfer`: liability passed from one account of a unit to the next.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, MembershipId, OrganizationId, TransferId};

/// A row of `transfer`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransferId,
    /// SALE, INHERITANCE or HANDOVER.
    pub kind: String,
    /// The account that was closed.
    pub from_account_id: AccountId,
    /// The account that was opened.
    pub to_account_id: AccountId,
    /// Last day of the old liability, inclusive.
    pub last_on: Date,
    /// Who entered it.
    pub made_by: MembershipId,
    /// When, UTC.
    pub made_at: DateTimeUtc,
    /// Who took it back.
    pub undone_by: Option<MembershipId>,
    /// When, UTC; none while it holds.
    pub undone_at: Option<DateTimeUtc>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
