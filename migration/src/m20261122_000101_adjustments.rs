//! Waivers, write-offs, billed penalties, corrections, and what they take from a charge.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000101_adjustments.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::drop(manager, &["charge_reduction", "adjustment"]).await?;
        dialect::drop_columns(manager, &["charge.kind"]).await
    }
}
