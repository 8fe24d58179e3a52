//! Units, who looks after them, accounts, parties, holders, contact points.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000002_owners.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::drop(
            manager,
            &[
                "contact_point",
                "account_holder",
                "party_key",
                "party",
                "account",
                "unit_assignment",
                "unit",
            ],
        )
        .await
    }
}
