//! What a clerk does with a payment: naming what it is for, confirming, taking back, moving.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000102_payment_acts.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::drop(manager, &["confirmation", "payment_designation"]).await?;
        dialect::run(manager, "DROP INDEX payment_by_receipt; DROP INDEX payment_provisional")
            .await?;
        let columns =
            ["payment.recorded_by", "payment.cause", "payment.reason", "payment.moved_from_id"];
        dialect::drop_columns(manager, &columns).await
    }
}
