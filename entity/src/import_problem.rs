//! What stands in the files of an import that cannot be taken as it stands.

use sea_orm::entity::prelude::*;

use crate::ids::{ImportId, OrganizationId};

/// A row of `import_problem`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "import_problem")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    /// Its place in the list.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ordinal: i64,
    /// Which of the files, from 0.
    pub file: i64,
    /// Name of the sheet.
    pub sheet: String,
    /// Row, from 1; 0 when it is about the file.
    pub row_number: i64,
    /// Letters of the column.
    pub column_name: Option<String>,
    /// What stands there, personal data masked.
    pub value: String,
    /// NOTE, WARNING or BLOCKING.
    pub severity: String,
    /// Stable name of the kind of problem.
    pub code: String,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
