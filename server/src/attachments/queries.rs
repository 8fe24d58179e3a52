//! Reading attachments for an actor.

use std::collections::{HashMap, HashSet};

use guanjia_entity::attachment;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{commands::Subject, store};
use crate::{
    kernel::{
        Actor, Failure, Moment,
        ids::{AccountId, AttachmentId, OrganizationId, PartyId, TypedId},
    },
    owners,
};

/// One attachment that has arrived, if the actor may see it: through an account or owner within reach, or because they sent
/// it and it belongs to nothing yet.
pub async fn attachment(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    id: AttachmentId,
) -> Result<attachment::Model, Failure> {
    let found = store::get(conn, actor.organization, id).await?;
    let found = found.filter(|row| row.state == "STORED").ok_or(Failure::NotFound)?;
    among_reached(conn, actor, now, vec![found]).await?.pop().ok_or(Failure::NotFound)
}

/// Those that the actor may see.
pub(super) async fn among_reached(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    rows: Vec<attachment::Model>,
) -> Result<Vec<attachment::Model>, Failure> {
    let ids: Vec<AttachmentId> = rows.iter().map(|row| row.id).collect();
    let links = store::links(conn, actor.organization, &ids).await?;
    let of_kind = |kind| links.iter().filter(move |link| link.subject_kind == kind);
    let accounts: Vec<AccountId> =
        of_kind(AccountId::PREFIX).map(|link| link.subject_id.into()).collect();
    let parties: Vec<PartyId> =
        of_kind(PartyId::PREFIX).map(|link| link.subject_id.into()).collect();
    let accounts = owners::queries::reached_accounts(conn, actor, now, &accounts).await?;
    let parties = owners::queries::reached_parties(conn, actor, now, &parties).await?;
    let seen: HashSet<AttachmentId> = (of_kind(AccountId::PREFIX)
        .filter(|link| accounts.contains(&link.subject_id.into())))
    .chain(of_kind(PartyId::PREFIX).filter(|link| parties.contains(&link.subject_id.into())))
    .map(|link| link.attachment_id)
    .collect();
    let may = |row: &attachment::Model| {
        seen.contains(&row.id) || (row.linked_at.is_none() && row.uploaded_by == actor.person)
    };
    Ok(rows.into_iter().filter(may).collect())
}

/// Attachments of some things that were found through the actor before, the newest first.
pub async fn of<T: TypedId>(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[T],
) -> Result<HashMap<Uuid, Vec<attachment::Model>>, Failure> {
    let subjects: Vec<Uuid> = ids.iter().map(|id| Subject::of(*id).id).collect();
    let rows = store::of_subjects(conn, organization, (T::PREFIX, &subjects)).await?;
    let mut found: HashMap<Uuid, Vec<attachment::Model>> = HashMap::new();
    for row in rows {
        found.entry(row.subject_id).or_default().push(row.attachment);
    }
    Ok(found)
}
