//! Holds, the policy of cases, and follow-ups that are somebody's.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000601_holds.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, "DROP INDEX follow_up_of_assignee").await?;
        for column in ["ended_note", "ended_by", "snoozes", "first_on", "wanted_on", "assignee_id"]
        {
            dialect::run(manager, &format!("ALTER TABLE follow_up DROP COLUMN {column}")).await?;
        }
        dialect::drop(manager, &["case_policy", "hold"]).await
    }
}
