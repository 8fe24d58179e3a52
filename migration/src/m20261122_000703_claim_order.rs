//! What falls due at one hour is claimed in batches without sorting it each time.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000703_claim_order.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "DROP INDEX follow_up_to_remind;
             CREATE INDEX follow_up_to_remind ON follow_up (organization_id, due_at)
             WHERE state = 'OPEN' AND reminds AND reminded_revision < revision",
        )
        .await
    }
}
