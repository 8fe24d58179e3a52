//! What a contact says beside its outcome: third parties, what it did to a number, what it corrects.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, include_str!("sql/m20261122_000801_contact_facts.sql")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            "contact.third_party_name",
            "contact.third_party_relation",
            "contact.corrects_id",
            "contact.delivery",
            "contact.number_before",
            "contact.number_before_at",
            "contact.number_learned",
            "contact_account.corrected_at",
            "contact_account.corrected_by_id",
            "contact_account.correction_reason",
        ];
        dialect::run(manager, "DROP INDEX follow_up_by_answer").await?;
        dialect::drop(manager, &["contact_amendment"]).await?;
        dialect::drop_columns(manager, &columns).await
    }
}
