//! Who cancelled a promise and why, how it came to us, which charges it names.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000802_promise_facts.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            "promise.given_how",
            "promise.note",
            "promise_line.ended_why",
            "promise_line.ended_at",
            "promise_line.ended_by",
            "promise_line.ended_note",
            "promise_line.superseded_by_id",
        ];
        dialect::run(manager, "DROP INDEX promise_by_contact").await?;
        dialect::drop(manager, &["promise_charge"]).await?;
        dialect::drop_columns(manager, &columns).await
    }
}
