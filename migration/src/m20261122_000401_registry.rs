//! Registering and merging parties, shares, payers, occupants, transfers, traits, vehicles, and what changed.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000401_registry.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "registry_change",
            "vehicle",
            "party_trait",
            "transfer",
            "occupant",
            "account_payer",
            "party_merge",
            "party_registration",
            "party_alias",
        ];
        dialect::drop(manager, &tables).await?;
        for index in ["party_by_name", "contact_point_by_value"] {
            dialect::run(manager, &format!("DROP INDEX {index}")).await?;
        }
        for (table, column) in [
            ("contact_point", "confirmed_at"),
            ("contact_point", "confirmed_by"),
            ("contact_point", "best_time"),
            ("account_holder", "share_whole"),
            ("account_holder", "share_part"),
        ] {
            dialect::run(manager, &format!("ALTER TABLE {table} DROP COLUMN {column}")).await?;
        }
        Ok(())
    }
}
