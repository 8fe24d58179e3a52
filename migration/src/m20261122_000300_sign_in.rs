//! Tokens that are refreshed, devices, passwords of each company, codes for those who have none.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000300_sign_in.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::drop(manager, &["session_token"]).await?;
        dialect::run(
            manager,
            "DROP INDEX membership_by_entry_code; DROP INDEX session_by_membership; DROP INDEX session_by_age; \
             ALTER TABLE membership DROP COLUMN version; ALTER TABLE membership DROP COLUMN entry_code_until; \
             ALTER TABLE membership DROP COLUMN entry_code_hash; ALTER TABLE membership DROP COLUMN password_hash; \
             ALTER TABLE session DROP COLUMN last_used_at; ALTER TABLE session DROP COLUMN device;",
        )
        .await
    }
}
