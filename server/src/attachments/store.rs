//! All SQL of attachments.

use guanjia_entity::{attachment, attachment_link};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, TryInsertResult, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::kernel::{
    Moment, Work,
    ids::{AttachmentId, MembershipId, OrganizationId},
    sql::{self, BULK, Sql, few_lengths},
};

pub(super) async fn get(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: AttachmentId,
) -> Result<Option<attachment::Model>, DbErr> {
    attachment::Entity::find_by_id((organization, id)).one(conn).await
}

/// Answers whether the id was free.
pub(super) async fn announce(
    conn: &impl ConnectionTrait,
    row: attachment::Model,
) -> Result<bool, DbErr> {
    let key = [attachment::Column::OrganizationId, attachment::Column::Id];
    let inserted = attachment::Entity::insert(attachment::ActiveModel::from(row))
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0))
}

/// How many attachments of a person belong to nothing.
pub(super) async fn loose_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    person: MembershipId,
) -> Result<u64, DbErr> {
    use sea_orm::PaginatorTrait as _;
    attachment::Entity::find()
        .filter(attachment::Column::OrganizationId.eq(organization))
        .filter(attachment::Column::UploadedBy.eq(person))
        .filter(attachment::Column::LinkedAt.is_null())
        .count(conn)
        .await
}

/// Notes that a file has arrived; answers false when it was no longer expected.
pub(super) async fn arrived(
    work: &Work,
    id: AttachmentId,
    (mime, size_bytes, print): (&str, i64, &str),
) -> Result<bool, DbErr> {
    let text = "UPDATE attachment SET state = 'STORED', mime = $3, size_bytes = $4, print = $5 \
         WHERE organization_id = $1 AND id = $2 AND state = 'RECEIVING'";
    let values =
        [work.organization().into(), id.into(), mime.into(), size_bytes.into(), print.into()];
    Ok(Sql::new(text, values).run(work.conn()).await? > 0)
}

/// Reads attachments and locks them in one order, so that what is being tied to something is not thrown away.
pub(super) async fn lock(
    work: &Work,
    ids: &[AttachmentId],
) -> Result<Vec<attachment::Model>, DbErr> {
    let text = "SELECT * FROM attachment WHERE organization_id = $1 AND id IN ";
    let rows = Sql::new(text, [work.organization().into()]).list(ids.iter().copied());
    rows.push(" ORDER BY id").push(sql::for_update(work.conn())).all(work.conn()).await
}

pub(super) async fn insert_links(
    work: &Work,
    rows: Vec<attachment_link::Model>,
) -> Result<(), DbErr> {
    use attachment_link::Column;
    let key =
        [Column::OrganizationId, Column::AttachmentId, Column::SubjectKind, Column::SubjectId];
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(attachment_link::ActiveModel::from);
        attachment_link::Entity::insert_many(rows)
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(work.conn())
            .await?;
    }
    Ok(())
}

/// Notes that attachments belong to something now.
pub(super) async fn mark_linked(work: &Work, ids: &[AttachmentId]) -> Result<(), DbErr> {
    let text = "UPDATE attachment SET linked_at = $2 WHERE organization_id = $1 AND linked_at IS NULL AND id IN ";
    let values = [work.organization().into(), work.now.into()];
    Sql::new(text, values).list(ids.iter().copied()).run(work.conn()).await.map(drop)
}

/// What attachments belong to.
pub(super) async fn links(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[AttachmentId],
) -> Result<Vec<attachment_link::Model>, DbErr> {
    attachment_link::Entity::find()
        .filter(attachment_link::Column::OrganizationId.eq(organization))
        .filter(attachment_link::Column::AttachmentId.is_in(few_lengths(ids.iter().copied())))
        .all(conn)
        .await
}

/// An attachment with one of the things it belongs to.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Linked {
    /// The thing.
    pub(super) subject_id: Uuid,
    /// The attachment.
    #[sea_orm(nested)]
    pub(super) attachment: attachment::Model,
}

/// Attachments of things of one kind, the newest first.
pub(super) async fn of_subjects(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (kind, ids): (&str, &[Uuid]),
) -> Result<Vec<Linked>, DbErr> {
    let text = "SELECT l.subject_id, a.* FROM attachment_link l JOIN attachment a \
         ON a.organization_id = l.organization_id AND a.id = l.attachment_id \
         WHERE l.organization_id = $1 AND l.subject_kind = $2 AND l.subject_id IN ";
    let rows = Sql::new(text, [organization.into(), kind.into()]).list(ids.iter().copied());
    rows.push(" ORDER BY a.created_at DESC, a.id DESC").all(conn).await
}

/// Attachments that have belonged to nothing since before a moment, the oldest first, and those that are being thrown away.
pub(super) async fn loose(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (before, count): (Moment, u64),
) -> Result<Vec<attachment::Model>, DbErr> {
    attachment::Entity::find()
        .filter(attachment::Column::OrganizationId.eq(organization))
        .filter(attachment::Column::LinkedAt.is_null())
        .filter(attachment::Column::CreatedAt.lt(before))
        .order_by_asc(attachment::Column::CreatedAt)
        .limit(count)
        .all(conn)
        .await
}

/// Gives attachments up unless they were tied to something meanwhile.
pub(super) async fn give_up(work: &Work, ids: &[AttachmentId]) -> Result<(), DbErr> {
    let text = "UPDATE attachment SET state = 'DISCARDED' WHERE organization_id = $1 AND linked_at IS NULL AND id IN ";
    let given_up = Sql::new(text, [work.organization().into()]).list(ids.iter().copied());
    given_up.run(work.conn()).await.map(drop)
}

/// Forgets one that was given up and whose bytes are gone.
pub(super) async fn forget(work: &Work, id: AttachmentId) -> Result<(), DbErr> {
    let text =
        "DELETE FROM attachment WHERE organization_id = $1 AND id = $2 AND state = 'DISCARDED'";
    Sql::new(text, [work.organization().into(), id.into()]).run(work.conn()).await.map(drop)
}
