//! The chain over the audit log; counts of what may be done only so often a day.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000502_audit_seal.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::drop(manager, &["daily_count", "audit_head"]).await?;
        for index in ["audit_entry_by_time", "audit_entry_unsealed", "audit_entry_sealed"] {
            dialect::run(manager, &format!("DROP INDEX {index}")).await?;
        }
        for column in ["seal_hash", "seal_position"] {
            dialect::run(manager, &format!("ALTER TABLE audit_entry DROP COLUMN {column}")).await?;
        }
        Ok(())
    }
}
