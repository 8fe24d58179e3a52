//! What a person has said once about the headings of one kind of file.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, ImportMappingId, MembershipId, OrganizationId};

/// A row of `import_mapping`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "import_mapping")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportMappingId,
    /// The community.
    pub community_id: CommunityId,
    /// How people call it.
    pub name: String,
    /// Heading to what its column holds.
    #[sea_orm(column_type = "JsonBinary")]
    pub headings: Json,
    /// Who saved it.
    pub saved_by: Option<MembershipId>,
    /// Saved at this moment (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
