//! All SQL of exporting and erasing a person.

use chrono::NaiveDate;
use guanjia_entity::{contact, contact_point, party};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
};

use super::person::ERASED;
use crate::kernel::{
    Moment, Work,
    ids::{AccountId, AttachmentId, OrganizationId, PartyId, UnitId},
    sql::{BULK, Sql},
};

type Place = (OrganizationId, PartyId);

pub(super) async fn party(
    conn: &impl ConnectionTrait,
    place: Place,
) -> Result<Option<party::Model>, DbErr> {
    party::Entity::find_by_id(place).one(conn).await
}

pub(super) async fn points(
    conn: &impl ConnectionTrait,
    (organization, party): Place,
) -> Result<Vec<contact_point::Model>, DbErr> {
    contact_point::Entity::find()
        .filter(contact_point::Column::OrganizationId.eq(organization))
        .filter(contact_point::Column::PartyId.eq(party))
        .order_by_asc(contact_point::Column::Position)
        .all(conn)
        .await
}

pub(super) async fn contacts(
    conn: &impl ConnectionTrait,
    (organization, party): Place,
) -> Result<Vec<contact::Model>, DbErr> {
    contact::Entity::find()
        .filter(contact::Column::OrganizationId.eq(organization))
        .filter(contact::Column::PartyId.eq(party))
        .order_by_asc(contact::Column::OccurredAt)
        .all(conn)
        .await
}

/// An account that somebody holds or held, with its money.
#[derive(FromQueryResult)]
pub(super) struct Holding {
    pub(super) account_id: AccountId,
    pub(super) community: String,
    pub(super) building: String,
    pub(super) entrance: String,
    pub(super) number: String,
    pub(super) from_on: Option<NaiveDate>,
    /// The last day on which they held it; none while it lasts.
    pub(super) to_on: Option<NaiveDate>,
    pub(super) charged_fen: i64,
    pub(super) paid_fen: i64,
    pub(super) open_fen: i64,
}

pub(super) async fn holdings(
    conn: &impl ConnectionTrait,
    (organization, party): Place,
) -> Result<Vec<Holding>, DbErr> {
    let sum = |column: &str, table: &str| {
        format!(
            "(SELECT CAST(COALESCE(SUM(x.{column}), 0) AS bigint) FROM {table} x \
             WHERE x.organization_id = a.organization_id AND x.account_id = a.id)"
        )
    };
    let text = format!(
        "SELECT a.id AS account_id, c.name AS community, u.building, u.entrance, u.number, \
         COALESCE(h.from_on, a.from_on) AS from_on, COALESCE(h.to_on, a.to_on) AS to_on, \
         {} AS charged_fen, {} AS paid_fen, {} AS open_fen FROM account_holder h \
         JOIN account a ON a.organization_id = h.organization_id AND a.id = h.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         JOIN community c ON c.organization_id = u.organization_id AND c.id = u.community_id \
         WHERE h.organization_id = $1 AND h.party_id = $2 ORDER BY a.id",
        sum("amount_fen", "charge"),
        sum("amount_fen", "payment"),
        sum("open_fen", "charge_balance"),
    );
    Sql::new(&text, [organization.into(), party.into()]).all(conn).await
}

/// A line of a promise that somebody gave.
#[derive(FromQueryResult)]
pub(super) struct Promised {
    pub(super) occurred_at: Moment,
    pub(super) amount_fen: i64,
    pub(super) due_on: NaiveDate,
    pub(super) state: String,
}

pub(super) async fn promises(
    conn: &impl ConnectionTrait,
    (organization, party): Place,
) -> Result<Vec<Promised>, DbErr> {
    let text = "SELECT p.occurred_at, l.amount_fen, l.due_on, l.state FROM promise p \
         JOIN promise_line l ON l.organization_id = p.organization_id AND l.promise_id = p.id \
         WHERE p.organization_id = $1 AND p.party_id = $2 ORDER BY p.occurred_at, l.id";
    Sql::new(text, [organization.into(), party.into()]).all(conn).await
}

/// A file that belongs to somebody.
#[derive(FromQueryResult)]
pub(super) struct Attached {
    pub(super) id: AttachmentId,
    pub(super) kind: String,
    pub(super) mime: Option<String>,
    pub(super) size_bytes: Option<i64>,
    pub(super) created_at: Moment,
}

pub(super) async fn attachments(
    conn: &impl ConnectionTrait,
    (organization, party): Place,
) -> Result<Vec<Attached>, DbErr> {
    let text = "SELECT a.id, a.kind, a.mime, a.size_bytes, a.created_at FROM attachment_link l \
         JOIN attachment a ON a.organization_id = l.organization_id AND a.id = l.attachment_id \
         WHERE l.organization_id = $1 AND l.subject_kind = 'owner' AND l.subject_id = $2 ORDER BY a.id";
    Sql::new(text, [organization.into(), party.into()]).all(conn).await
}

#[derive(FromQueryResult)]
struct Word {
    word: String,
}

async fn words(
    conn: &impl ConnectionTrait,
    text: &str,
    (organization, party): Place,
) -> Result<Vec<String>, DbErr> {
    let rows: Vec<Word> = Sql::new(text, [organization.into(), party.into()]).all(conn).await?;
    Ok(rows.into_iter().map(|row| row.word).collect())
}

/// Plates of somebody's vehicles, those they no longer have included.
pub(super) async fn plates(
    conn: &impl ConnectionTrait,
    place: Place,
) -> Result<Vec<String>, DbErr> {
    let text = "SELECT plate AS word FROM vehicle WHERE organization_id = $1 AND party_id = $2 ORDER BY plate";
    words(conn, text, place).await
}

/// What was noted of how somebody wants to be treated.
pub(super) async fn traits(
    conn: &impl ConnectionTrait,
    place: Place,
) -> Result<Vec<String>, DbErr> {
    let text = "SELECT trait AS word FROM party_trait WHERE organization_id = $1 AND party_id = $2 ORDER BY trait";
    words(conn, text, place).await
}

/// A unit that somebody lives in or lived in.
#[derive(FromQueryResult)]
pub(super) struct Occupancy {
    pub(super) unit_id: UnitId,
    pub(super) role: String,
    pub(super) from_on: Option<NaiveDate>,
    pub(super) to_on: Option<NaiveDate>,
}

pub(super) async fn occupancies(
    conn: &impl ConnectionTrait,
    (organization, party): Place,
) -> Result<Vec<Occupancy>, DbErr> {
    let text = "SELECT unit_id, role, from_on, to_on FROM occupant \
         WHERE organization_id = $1 AND party_id = $2 ORDER BY id";
    Sql::new(text, [organization.into(), party.into()]).all(conn).await
}

/// Overwrites what names somebody, and what people wrote about the accounts that they held.
pub(super) async fn overwrite(
    work: &Work,
    (organization, party): Place,
    accounts: &[AccountId],
) -> Result<(), DbErr> {
    let conn = work.conn();
    let place = || [organization.into(), party.into()];
    // The ids of those who were merged into them stand for them too.
    let same = "organization_id = $1 AND (id = $2 OR id IN (SELECT a.id FROM party_alias a \
         WHERE a.organization_id = $1 AND a.party_id = $2))";
    for text in [
        format!("UPDATE party SET name = $3 WHERE {same}"),
        format!("UPDATE party_registration SET name = $3 WHERE {same}"),
        "UPDATE vehicle SET plate = $3, removed_at = COALESCE(removed_at, $4) \
         WHERE organization_id = $1 AND party_id = $2"
            .to_owned(),
    ] {
        // The moment is a value of the last one only.
        let more = [ERASED.into(), work.now.into()].into_iter();
        let values = place().into_iter().chain(more.take(if text.contains("$4") { 2 } else { 1 }));
        Sql::new(&text, values).run(conn).await?;
    }
    for (nth, point) in (1..).zip(points(conn, (organization, party)).await?) {
        let text = "UPDATE contact_point SET value = $3, status = 'DEAD', best_time = NULL WHERE organization_id = $1 AND id = $2";
        let gone = format!("{ERASED} {nth}");
        Sql::new(text, [organization.into(), point.id.into(), gone.into()]).run(conn).await?;
    }
    for text in [
        "DELETE FROM party_key WHERE organization_id = $1 AND party_id = $2",
        "DELETE FROM party_identity WHERE organization_id = $1 AND party_id = $2",
        "DELETE FROM party_trait WHERE organization_id = $1 AND party_id = $2",
        "UPDATE registry_change SET before_text = NULL, after_text = NULL WHERE organization_id = $1 AND party_id = $2",
        "UPDATE contact SET note = NULL WHERE organization_id = $1 AND party_id = $2",
        // A file that belongs to nothing else is thrown away by the job that does so.
        "UPDATE attachment SET linked_at = NULL WHERE organization_id = $1 AND id IN (SELECT l.attachment_id \
         FROM attachment_link l WHERE l.organization_id = $1 AND l.subject_kind = 'owner' AND l.subject_id = $2) \
         AND NOT EXISTS (SELECT 1 FROM attachment_link o WHERE o.organization_id = attachment.organization_id \
         AND o.attachment_id = attachment.id AND NOT (o.subject_kind = 'owner' AND o.subject_id = $2))",
        "DELETE FROM attachment_link WHERE organization_id = $1 AND subject_kind = 'owner' AND subject_id = $2",
    ] {
        Sql::new(text, place()).run(conn).await?;
    }
    for some in accounts.chunks(BULK) {
        let text = "UPDATE contact SET note = NULL WHERE organization_id = $1 AND id IN (SELECT a.contact_id \
             FROM contact_account a WHERE a.organization_id = $1 AND a.account_id IN ";
        let notes = Sql::new(text, [organization.into()]).list(some.iter().copied()).push(")");
        notes.run(conn).await?;
        let text = "UPDATE registry_change SET before_text = NULL, after_text = NULL \
             WHERE organization_id = $1 AND account_id IN ";
        Sql::new(text, [organization.into()]).list(some.iter().copied()).run(conn).await?;
        let text = "UPDATE follow_up SET note = NULL WHERE organization_id = $1 AND account_id IN ";
        Sql::new(text, [organization.into()]).list(some.iter().copied()).run(conn).await?;
    }
    Ok(())
}
