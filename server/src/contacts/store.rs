//! All SQL of contacts.

use std::collections::HashSet;

use guanjia_entity::{contact, contact_account, contact_amendment, contact_point};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
};

use crate::kernel::{
    Moment, Work,
    ids::{AccountId, ContactId, ContactPointId, OrganizationId},
    sql::{Sql, few_lengths},
};

/// What was known of a number before a contact, and what the contact made of it.
#[derive(Clone, Debug)]
pub(super) struct NumberBefore {
    pub(super) status: String,
    pub(super) status_at: Moment,
    pub(super) learned: String,
}

pub(super) async fn number(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    point: ContactPointId,
) -> Result<Option<contact_point::Model>, DbErr> {
    contact_point::Entity::find_by_id((organization, point)).one(conn).await
}

/// Puts back what was known of the number before the contact, unless something newer was learned since.
pub(super) async fn put_number_back(work: &Work, row: &contact::Model) -> Result<(), DbErr> {
    let (Some(point), Some(learned)) = (row.contact_point_id, &row.number_learned) else {
        return Ok(());
    };
    let text = "UPDATE contact_point SET status = $3, status_at = $4 WHERE organization_id = $1 AND id = $2 \
         AND status = $5 AND status_at = $6";
    let key = [work.organization().into(), point.into(), row.number_before.clone().into()];
    let values = key.into_iter().chain([
        row.number_before_at.into(),
        learned.clone().into(),
        row.occurred_at.into(),
    ]);
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// The accounts that contacts are about, those corrected since too.
pub(super) async fn links(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    contacts: &[ContactId],
) -> Result<Vec<contact_account::Model>, DbErr> {
    contact_account::Entity::find()
        .filter(contact_account::Column::OrganizationId.eq(organization))
        .filter(contact_account::Column::ContactId.is_in(few_lengths(contacts.iter().copied())))
        .order_by_asc(contact_account::Column::AccountId)
        .all(conn)
        .await
}

/// Marks that a contact was not about accounts, and which one is about the right ones.
pub(super) async fn mark_corrected(
    work: &Work,
    (old, new): (ContactId, ContactId),
    wrong: &[AccountId],
    reason: Option<String>,
) -> Result<(), DbErr> {
    let text = "UPDATE contact_account SET corrected_at = $3, corrected_by_id = $4, correction_reason = $5 \
         WHERE organization_id = $1 AND contact_id = $2 AND account_id IN ";
    let key = [work.organization().into(), old.into()];
    let values = key.into_iter().chain([work.now.into(), new.into(), reason.into()]);
    Sql::new(text, values).list(wrong.iter().copied()).run(work.conn()).await.map(drop)
}

/// Those of the accounts about which there was a contact later than this one.
pub(super) async fn with_later_contact(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (row, accounts): (&contact::Model, &[AccountId]),
) -> Result<HashSet<AccountId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        account_id: AccountId,
    }
    let text = "SELECT DISTINCT l.account_id FROM contact_account l \
         JOIN contact c ON c.organization_id = l.organization_id AND c.id = l.contact_id \
         WHERE l.organization_id = $1 AND l.corrected_at IS NULL AND c.id <> $2 AND c.occurred_at >= $3 \
         AND l.account_id IN ";
    let values = [organization.into(), row.id.into(), row.occurred_at.into()];
    let rows = Sql::new(text, values).list(accounts.iter().copied()).all::<Row>(conn).await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

/// Whether there was a contact about the account before, over the same number if one is named, with one of the outcomes.
pub(super) async fn had_before(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (account, before, point): (AccountId, Moment, Option<ContactPointId>),
    outcomes: &[&str],
) -> Result<bool, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        #[expect(dead_code, reason = "that there is one is what counts")]
        id: ContactId,
    }
    let text = "SELECT c.id FROM contact_account l \
         JOIN contact c ON c.organization_id = l.organization_id AND c.id = l.contact_id \
         WHERE l.organization_id = $1 AND l.account_id = $2 AND l.corrected_at IS NULL AND c.occurred_at < $3 \
         AND c.disposition IN ";
    let values = [organization.into(), account.into(), before.into()];
    let mut found = Sql::new(text, values).list(outcomes.iter().copied());
    if let Some(point) = point {
        found = found.push(" AND c.contact_point_id = ").bind(point);
    }
    Ok(found.push(" LIMIT 1").one::<Row>(conn).await?.is_some())
}

/// Writes what is amended.
pub(super) async fn amend(work: &Work, row: &contact::Model) -> Result<(), DbErr> {
    let text = "UPDATE contact SET note = $3, duration_seconds = $4, delivery = $5 WHERE organization_id = $1 AND id = $2";
    let values = [
        work.organization().into(),
        row.id.into(),
        row.note.clone().into(),
        row.duration_seconds.into(),
        row.delivery.clone().into(),
    ];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// What a contact said before each amendment, the oldest first.
pub(super) async fn amendments(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    contact: ContactId,
) -> Result<Vec<contact_amendment::Model>, DbErr> {
    contact_amendment::Entity::find()
        .filter(contact_amendment::Column::OrganizationId.eq(organization))
        .filter(contact_amendment::Column::ContactId.eq(contact))
        .order_by_asc(contact_amendment::Column::RecordedAt)
        .order_by_asc(contact_amendment::Column::Id)
        .all(conn)
        .await
}

/// Contacts about an account after a place in the order, the newest first.
pub(super) async fn of_account(
    conn: &impl ConnectionTrait,
    (organization, account): (OrganizationId, AccountId),
    (count, after): (usize, Option<(Moment, uuid::Uuid)>),
) -> Result<Vec<contact::Model>, DbErr> {
    let text = "SELECT c.* FROM contact_account l \
         JOIN contact c ON c.organization_id = l.organization_id AND c.id = l.contact_id \
         WHERE l.organization_id = $1 AND l.account_id = $2";
    let mut found = Sql::new(text, [organization.into(), account.into()]);
    if let Some((at, id)) = after {
        found = found.push(" AND (c.occurred_at, c.id) < (").bind(at).push(", ").bind(id).push(")");
    }
    let limit = i64::try_from(count).unwrap_or(i64::MAX);
    found.push(" ORDER BY c.occurred_at DESC, c.id DESC LIMIT ").bind(limit).all(conn).await
}
