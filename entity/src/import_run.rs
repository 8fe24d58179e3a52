//! The table `import_run`.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, ImportId, OrganizationId};

/// A row of `import_run`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "import_run")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    /// The community.
    pub community_id: CommunityId,
    /// Name of the file, without its folder.
    pub file_name: String,
    /// SHA-256 of the file, hex.
    pub file_print: String,
    /// What was created, changed, left, in counts and fen.
    #[sea_orm(column_type = "JsonBinary")]
    pub summary: Json,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
