//! The table `attachment`.

use sea_orm::entity::prelude::*;

use crate::ids::{AttachmentId, MembershipId, OrganizationId};

/// A row of `attachment`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company; the client may make it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttachmentId,
    /// PHOTO, SIGNATURE, DOCUMENT, RECORDING or PROOF.
    pub kind: String,
    /// RECEIVING, STORED or DISCARDED.
    pub state: String,
    /// Media type as its content says, once it is stored.
    pub mime: Option<String>,
    /// Bytes, once it is stored.
    pub size_bytes: Option<i64>,
    /// SHA-256 of the content, hex, once it is stored.
    pub print: Option<String>,
    /// Who sent it.
    pub uploaded_by: MembershipId,
    /// When it was announced, UTC.
    pub created_at: DateTimeUtc,
    /// When it was first tied to something, UTC.
    pub linked_at: Option<DateTimeUtc>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
