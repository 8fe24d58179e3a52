//! Why an account is left alone, from one day through another.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, HoldId, MembershipId, OrganizationId};

/// A row of `hold`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "hold")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HoldId,
    /// The account.
    pub account_id: AccountId,
    /// Why.
    pub reason: String,
    /// First local day.
    pub from_on: Date,
    /// Last local day.
    pub until_on: Date,
    /// Free text of whoever placed it.
    pub note: Option<String>,
    /// The contact it comes from.
    pub source_id: Option<Uuid>,
    /// Where it stands.
    pub state: String,
    /// Who placed it; none for the system.
    pub placed_by: Option<MembershipId>,
    /// When it was placed, UTC.
    pub placed_at: DateTimeUtc,
    /// Who lifted it; none when its days were over.
    pub ended_by: Option<MembershipId>,
    /// When it was lifted or over, UTC.
    pub ended_at: Option<DateTimeUtc>,
    /// Why it was lifted.
    pub ended_note: Option<String>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
