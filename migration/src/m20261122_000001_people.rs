//! Companies, people who sign in, their memberships and sessions, communities and their policy.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000001_people.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::drop(
            manager,
            &[
                "session",
                "collection_policy",
                "membership_community",
                "membership_role",
                "community",
                "membership",
                "app_user",
                "organization",
            ],
        )
        .await
    }
}
