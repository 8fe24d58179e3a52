//! Stand-ins for a leave.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000301_delegations.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::drop(manager, &["delegation"]).await?;
        dialect::run(
            manager,
            "DROP INDEX unit_assignment_by_unit; DROP INDEX unit_assignment_by_beginning; \
             ALTER TABLE unit_assignment DROP COLUMN stands_in_for;",
        )
        .await
    }
}
