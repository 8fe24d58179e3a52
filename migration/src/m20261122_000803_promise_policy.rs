//! How often a promise may be repeated, when breaks escalate, when account details are confirmed.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000803_promise_policy.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            "collection_policy.most_repromises",
            "collection_policy.breaks_to_escalate",
            "collection_policy.confirm_minutes",
            "collection_policy.visit_proof",
        ];
        dialect::drop_columns(manager, &columns).await
    }
}
