//! The table `attachment_link`.

use sea_orm::entity::prelude::*;

use crate::ids::{AttachmentId, MembershipId, OrganizationId};

/// A row of `attachment_link`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment_link")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The attachment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub attachment_id: AttachmentId,
    /// What it belongs to: the word before the underscore of its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_kind: String,
    /// Which one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
    /// Who said so; none for the system.
    pub linked_by: Option<MembershipId>,
    /// When, UTC.
    pub linked_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
