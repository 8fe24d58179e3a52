//! What a row of the office's books became: entry_id is the current entry, print the content it was made from.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, ImportId, OrganizationId, UnitId};

/// A row of `source_key`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "source_key")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The community.
    #[sea_orm(primary_key, auto_increment = false)]
    pub community_id: CommunityId,
    /// UNIT, CHARGE or PAYMENT.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// What names the row in the books.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The current entry.
    pub entry_id: Uuid,
    /// The content the entry was made from.
    pub print: String,
    /// The import that brought it.
    pub import_id: ImportId,
    /// The unit that the row speaks of.
    pub unit_id: Option<UnitId>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
