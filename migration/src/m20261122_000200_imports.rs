//! Imports as runs: states, files, problems, mappings, and what a run is going to write.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Columns added to `import_run`.
const COLUMNS: [&str; 12] = [
    "state",
    "applies",
    "known_to",
    "proposed_known_to",
    "asked_by",
    "turn",
    "planned_after",
    "chunks",
    "chunks_done",
    "lease_owner",
    "lease_until",
    "finished_at",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000200_imports.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let made = [
            "staged_payment",
            "staged_charge",
            "staged_key",
            "staged_unit",
            "import_mapping",
            "import_problem",
            "import_part",
            "import_file",
        ];
        dialect::drop(manager, &made).await?;
        for index in ["source_key_by_unit", "import_run_to_do", "import_run_by_community"] {
            dialect::run(manager, &format!("DROP INDEX {index}")).await?;
        }
        dialect::run(manager, "ALTER TABLE source_key DROP COLUMN unit_id").await?;
        for column in COLUMNS {
            dialect::run(manager, &format!("ALTER TABLE import_run DROP COLUMN {column}")).await?;
        }
        Ok(())
    }
}
