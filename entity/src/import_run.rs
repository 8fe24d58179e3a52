//! One run of one or several files of the office's books into one community.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, ImportId, MembershipId, OrganizationId};

/// A row of `import_run`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "import_run")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    /// The community.
    pub community_id: CommunityId,
    /// Names of the files, without folders.
    pub file_name: String,
    /// SHA-256 of the files, hex.
    pub file_print: String,
    /// What was created, changed, left, in counts and fen.
    #[sea_orm(column_type = "JsonBinary")]
    pub summary: Json,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
    /// READING, REFUSED, READY, APPLYING, DONE, TAKING_BACK, TAKEN_BACK or FAILED.
    pub state: String,
    /// Whether it is applied as soon as it is ready.
    pub applies: bool,
    /// Payments are known up to this day once it is applied, said whoever asked for it.
    pub known_to: Option<Date>,
    /// The day that the files seem to know payments up to.
    pub proposed_known_to: Option<Date>,
    /// Who asked for it; none for the command line.
    pub asked_by: Option<MembershipId>,
    /// Its place among the runs of the community that changed the books; 0 while it changed nothing.
    pub turn: i64,
    /// The highest turn of the community when it was planned.
    pub planned_after: i64,
    /// Chunks that it is applied in.
    pub chunks: i64,
    /// Chunks that are applied.
    pub chunks_done: i64,
    /// The process that works on it.
    pub lease_owner: Option<Uuid>,
    /// Until then other processes leave it alone (security clock), UTC.
    pub lease_until: Option<DateTimeUtc>,
    /// When it came to its end (domain clock), UTC.
    pub finished_at: Option<DateTimeUtc>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
