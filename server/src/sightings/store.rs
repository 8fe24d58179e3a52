//! All SQL of sightings.

use chrono::NaiveDate;
use guanjia_entity::{party, sighting, sighting_consent};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::rules::{Asked, State};
use crate::kernel::{
    Actor, Moment, Work,
    ids::{
        AccountId, CommunityId, FollowUpId, MembershipId, OrganizationId, PartyId,
        SightingConsentId, SightingId, TypedId as _, WatchedId,
    },
    sql::{BULK, Sql, few_lengths},
};

/// Where somebody is looked out for, and on which local day.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// The company.
    pub organization: OrganizationId,
    /// The community.
    pub community: CommunityId,
    /// The day on which holders hold and holds hold.
    pub today: NaiveDate,
}

/// What comes after every plate: the place of those who have none.
const NO_PLATE: &str = "\u{fffd}";

/// Whom a community may look out for, as common tables to select from; one person only, if named.
fn watched(scope: Scope, whom: Option<WatchedId>) -> Sql {
    let text = include_str!("watched.sql");
    let values = [scope.organization.into(), scope.community.into(), scope.today.into()];
    let Some((before, after)) = text.split_once("--whom") else { return Sql::new(text, values) };
    let some = Sql::new(before, values);
    match whom {
        Some(one) => some.push("AND COALESCE(e.party_id, s.party_id) = ").bind(PartyId(one.0)),
        None => some,
    }
    .push(after)
}

/// Somebody on the watch-list.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct OnList {
    pub(super) party_id: PartyId,
    pub(super) name: String,
    /// The first of their plates; without one they stand at the end.
    pub(super) place: String,
}

/// The place of an entry in the order of the list: its plate and the person.
pub type After = (String, WatchedId);

/// The statement that reads a page of the watch-list, by plate.
pub(super) fn page(
    scope: Scope,
    asked: Option<&Asked>,
    (count, after): (i64, Option<After>),
) -> Sql {
    let mut rows = watched(scope, None)
        .push(
            ", plated AS MATERIALIZED ( \
             SELECT c8.party_id, v.plate FROM (SELECT DISTINCT party_id FROM due) AS c8 \
             JOIN same c9 ON c9.party_id = c8.party_id \
             JOIN vehicle v ON v.organization_id = $1 AND v.party_id = c9.id AND v.removed_at IS NULL) \
             SELECT * FROM (SELECT c10.party_id, p.name, COALESCE(c11.plate, ",
        )
        .bind(NO_PLATE)
        .push(
            ") AS place FROM (SELECT DISTINCT party_id FROM due) AS c10 \
             JOIN party p ON p.organization_id = $1 AND p.id = c10.party_id \
             LEFT JOIN (SELECT party_id, MIN(plate) AS plate FROM plated GROUP BY party_id) AS c11 \
             ON c11.party_id = c10.party_id) AS listed WHERE 1 = 1",
        );
    if let Some(asked) = asked {
        rows = rows
            .push(" AND (name = ")
            .bind(asked.name.clone())
            .push(" OR EXISTS (SELECT 1 FROM plated c12 WHERE c12.party_id = listed.party_id AND c12.plate LIKE ")
            .bind(format!("%{}%", asked.plate))
            .push(")");
        if let Some(surname) = &asked.surname {
            rows = rows.push(" OR name LIKE ").bind(format!("{surname}%"));
        }
        rows = rows.push(")");
    }
    if let Some((place, person)) = after {
        rows = rows.push(" AND (place > ").bind(place.clone()).push(" OR (place = ").bind(place);
        rows = rows.push(" AND party_id > ").bind(PartyId(person.0)).push("))");
    }
    rows.push(" ORDER BY place, party_id LIMIT ").bind(count)
}

/// A plate and whose it is.
#[derive(FromQueryResult)]
pub(super) struct Plate {
    pub(super) party_id: PartyId,
    pub(super) plate: String,
}

/// The plates of some people, by whichever of their ids, in order.
pub(super) async fn plates(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    people: &[PartyId],
) -> Result<Vec<Plate>, DbErr> {
    let text = "SELECT v.party_id, v.plate FROM vehicle v WHERE v.organization_id = $1 AND v.removed_at IS NULL \
         AND v.party_id IN ";
    let of_aliases = " UNION SELECT e.party_id, v.plate FROM party_alias e \
         JOIN vehicle v ON v.organization_id = e.organization_id AND v.party_id = e.id AND v.removed_at IS NULL \
         WHERE e.organization_id = $1 AND e.party_id IN ";
    let rows = Sql::new(text, [organization.into()]).list(people.iter().copied());
    let rows = rows.push(of_aliases).list(people.iter().copied());
    rows.push(" ORDER BY party_id, plate").all(conn).await
}

/// The names of some people.
pub(super) async fn parties(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    people: &[PartyId],
) -> Result<Vec<party::Model>, DbErr> {
    party::Entity::find()
        .filter(party::Column::OrganizationId.eq(organization))
        .filter(party::Column::Id.is_in(few_lengths(people.iter().copied())))
        .all(conn)
        .await
}

#[derive(FromQueryResult)]
struct Account {
    account_id: AccountId,
}

fn ids(rows: Vec<Account>) -> Vec<AccountId> {
    rows.into_iter().map(|row| row.account_id).collect()
}

/// The accounts for which somebody is looked out for in a community; none while they are not on its list.
pub(super) async fn accounts_due(
    conn: &impl ConnectionTrait,
    scope: Scope,
    whom: WatchedId,
) -> Result<Vec<AccountId>, DbErr> {
    let rows =
        watched(scope, Some(whom)).push(" SELECT DISTINCT account_id FROM due ORDER BY account_id");
    Ok(ids(rows.all(conn).await?))
}

/// The accounts in a community that somebody holds, by any of their ids.
pub(super) async fn accounts_held(
    conn: &impl ConnectionTrait,
    scope: Scope,
    people: &[PartyId],
) -> Result<Vec<AccountId>, DbErr> {
    let text = "SELECT DISTINCT h.account_id FROM account_holder h \
         JOIN account a ON a.organization_id = h.organization_id AND a.id = h.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE h.organization_id = $1 AND u.community_id = $2 \
         AND (h.from_on IS NULL OR h.from_on <= $3) AND (h.to_on IS NULL OR h.to_on >= $3) AND h.party_id IN ";
    let values = [scope.organization.into(), scope.community.into(), scope.today.into()];
    let rows = Sql::new(text, values).list(people.iter().copied());
    Ok(ids(rows.push(" ORDER BY h.account_id").all(conn).await?))
}

/// Every account that somebody holds or held, by any of their ids.
pub(super) async fn accounts_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    people: &[PartyId],
) -> Result<Vec<AccountId>, DbErr> {
    let text = "SELECT DISTINCT account_id FROM account_holder WHERE organization_id = $1 AND party_id IN ";
    let rows = Sql::new(text, [organization.into()]).list(people.iter().copied());
    Ok(ids(rows.push(" ORDER BY account_id").all(conn).await?))
}

pub(super) async fn insert(work: &Work, row: sighting::Model) -> Result<(), DbErr> {
    let row = sighting::ActiveModel::from(row);
    sighting::Entity::insert(row).exec_without_returning(work.conn()).await.map(drop)
}

pub(super) async fn by_id(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: SightingId,
) -> Result<Option<sighting::Model>, DbErr> {
    sighting::Entity::find_by_id((organization, id)).one(conn).await
}

/// Sightings of somebody in a community, the newest first, after a place in that order.
pub(super) async fn of_people(
    conn: &impl ConnectionTrait,
    (organization, community, people): (OrganizationId, CommunityId, &[PartyId]),
    (count, after): (u64, Option<(Moment, SightingId)>),
) -> Result<Vec<sighting::Model>, DbErr> {
    use sighting::Column;
    let mut rows = sighting::Entity::find()
        .filter(Column::OrganizationId.eq(organization))
        .filter(Column::CommunityId.eq(community))
        .filter(Column::PartyId.is_in(few_lengths(people.iter().copied())));
    if let Some((at, id)) = after {
        let same = Condition::all().add(Column::OccurredAt.eq(at)).add(Column::Id.lt(id));
        rows = rows.filter(Condition::any().add(Column::OccurredAt.lt(at)).add(same));
    }
    rows.order_by_desc(Column::OccurredAt).order_by_desc(Column::Id).limit(count).all(conn).await
}

/// What somebody tapped since they signed in, the newest first, after a place in that order.
pub(super) async fn of_shift(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    (count, after): (u64, Option<(Moment, SightingId)>),
) -> Result<Vec<sighting::Model>, DbErr> {
    use sighting::Column;
    let mut rows = sighting::Entity::find()
        .filter(Column::OrganizationId.eq(actor.organization))
        .filter(Column::RecordedBy.eq(actor.person))
        .filter(Column::SessionId.eq(actor.session));
    if let Some((at, id)) = after {
        let same = Condition::all().add(Column::RecordedAt.eq(at)).add(Column::Id.lt(id));
        rows = rows.filter(Condition::any().add(Column::RecordedAt.lt(at)).add(same));
    }
    rows.order_by_desc(Column::RecordedAt).order_by_desc(Column::Id).limit(count).all(conn).await
}

/// Sightings that share one follow-up and hold.
pub(super) async fn standing(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    group: SightingId,
) -> Result<Vec<sighting::Model>, DbErr> {
    sighting::Entity::find()
        .filter(sighting::Column::OrganizationId.eq(organization))
        .filter(sighting::Column::GroupId.eq(group))
        .filter(sighting::Column::State.eq(State::Recorded.name()))
        .all(conn)
        .await
}

/// Ends sightings that hold.
pub(super) async fn end(work: &Work, which: &[SightingId], state: State) -> Result<(), DbErr> {
    sighting::Entity::update_many()
        .set(sighting::ActiveModel {
            state: Set(state.name().to_owned()),
            ended_by: Set(work.by().person()),
            ended_at: Set(Some(work.now)),
            ..Default::default()
        })
        .filter(sighting::Column::OrganizationId.eq(work.organization()))
        .filter(sighting::Column::State.eq(State::Recorded.name()))
        .filter(sighting::Column::Id.is_in(few_lengths(which.iter().copied())))
        .exec(work.conn())
        .await
        .map(drop)
}

/// A follow-up that sightings made.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Step {
    pub(super) id: FollowUpId,
    pub(super) account_id: AccountId,
    pub(super) group_id: SightingId,
    pub(super) state: String,
}

impl Step {
    pub(super) fn is_open(&self) -> bool {
        self.state == "OPEN"
    }
}

/// The follow-ups of groups.
pub(super) async fn steps(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    groups: &[SightingId],
) -> Result<Vec<Step>, DbErr> {
    let text = "SELECT f.id, f.account_id, f.source_id AS group_id, f.state FROM follow_up f \
         WHERE f.organization_id = $1 AND f.source = 'SIGHTING' AND f.account_id IS NOT NULL AND f.source_id IN ";
    let mut found = Vec::new();
    for some in groups.chunks(BULK) {
        let rows = Sql::new(text, [organization.into()]).list(some.iter().copied());
        found.extend(rows.push(" ORDER BY f.id").all(conn).await?);
    }
    Ok(found)
}

/// Deletes sightings.
pub(super) async fn delete(work: &Work, which: &[SightingId]) -> Result<(), DbErr> {
    for some in which.chunks(BULK) {
        let text = "DELETE FROM sighting WHERE organization_id = $1 AND id IN ";
        let ids = some.iter().copied();
        Sql::new(text, [work.organization().into()]).list(ids).run(work.conn()).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Group {
    group_id: SightingId,
}

/// Of some groups those that still have a sighting.
pub(super) async fn groups_left(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    groups: &[SightingId],
) -> Result<Vec<SightingId>, DbErr> {
    let text = "SELECT DISTINCT group_id FROM sighting WHERE organization_id = $1 AND group_id IN ";
    let mut found = Vec::new();
    for some in groups.chunks(BULK) {
        let rows = Sql::new(text, [organization.into()]).list(some.iter().copied());
        found.extend(rows.all::<Group>(conn).await?.into_iter().map(|row| row.group_id));
    }
    Ok(found)
}

/// A sighting and its group, to be deleted.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Doomed {
    pub(super) id: SightingId,
    pub(super) group_id: SightingId,
}

/// Sightings of a community from before a moment, all of them without one, the oldest first; at most `count`.
pub(super) async fn doomed(
    conn: &impl ConnectionTrait,
    (organization, community): (OrganizationId, CommunityId),
    (before, count): (Option<Moment>, i64),
) -> Result<Vec<Doomed>, DbErr> {
    let text = "SELECT id, group_id FROM sighting WHERE organization_id = $1 AND community_id = $2";
    let mut rows = Sql::new(text, [organization.into(), community.into()]);
    if let Some(before) = before {
        rows = rows.push(" AND occurred_at < ").bind(before);
    }
    rows.push(" ORDER BY occurred_at, id LIMIT ").bind(count).all(conn).await
}

/// All sightings of somebody, by any of their ids, the oldest first.
pub(super) async fn all_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    people: &[PartyId],
) -> Result<Vec<sighting::Model>, DbErr> {
    sighting::Entity::find()
        .filter(sighting::Column::OrganizationId.eq(organization))
        .filter(sighting::Column::PartyId.is_in(few_lengths(people.iter().copied())))
        .order_by_asc(sighting::Column::OccurredAt)
        .order_by_asc(sighting::Column::Id)
        .all(conn)
        .await
}

#[derive(FromQueryResult)]
struct Community {
    community_id: CommunityId,
}

/// The communities of which any sightings are kept.
pub(super) async fn communities(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Vec<CommunityId>, DbErr> {
    let text = "SELECT DISTINCT community_id FROM sighting WHERE organization_id = $1";
    let rows: Vec<Community> = Sql::new(text, [organization.into()]).all(conn).await?;
    Ok(rows.into_iter().map(|row| row.community_id).collect())
}

pub(super) async fn insert_consent(work: &Work, row: sighting_consent::Model) -> Result<(), DbErr> {
    let row = sighting_consent::ActiveModel::from(row);
    sighting_consent::Entity::insert(row).exec_without_returning(work.conn()).await.map(drop)
}

pub(super) async fn consent_by_id(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: SightingConsentId,
) -> Result<Option<sighting_consent::Model>, DbErr> {
    sighting_consent::Entity::find_by_id((organization, id)).one(conn).await
}

/// All consents of somebody, by any of their ids, the newest first.
pub(super) async fn consents(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    people: &[PartyId],
) -> Result<Vec<sighting_consent::Model>, DbErr> {
    use sighting_consent::Column;
    sighting_consent::Entity::find()
        .filter(Column::OrganizationId.eq(organization))
        .filter(Column::PartyId.is_in(few_lengths(people.iter().copied())))
        .order_by_desc(Column::RecordedAt)
        .order_by_desc(Column::Id)
        .all(conn)
        .await
}

/// Ends the consents of somebody that stand; answers how many.
pub(super) async fn withdraw(
    work: &Work,
    people: &[PartyId],
    (by, note): (Option<MembershipId>, Option<String>),
) -> Result<u64, DbErr> {
    use sighting_consent::Column;
    let done = sighting_consent::Entity::update_many()
        .set(sighting_consent::ActiveModel {
            withdrawn_by: Set(by),
            withdrawn_at: Set(Some(work.now)),
            withdrawn_note: Set(note),
            ..Default::default()
        })
        .filter(Column::OrganizationId.eq(work.organization()))
        .filter(Column::PartyId.is_in(few_lengths(people.iter().copied())))
        .filter(Column::WithdrawnAt.is_null())
        .exec(work.conn());
    Ok(done.await?.rows_affected)
}

/// Unties the files that show the consents of somebody from them.
pub(super) async fn forget_files(work: &Work, people: &[PartyId]) -> Result<(), DbErr> {
    let text = "DELETE FROM attachment_link WHERE organization_id = $1 AND subject_kind = $2 AND subject_id IN \
         (SELECT c.id FROM sighting_consent c WHERE c.organization_id = $1 AND c.party_id IN ";
    let values = [work.organization().into(), SightingConsentId::PREFIX.into()];
    let rows = Sql::new(text, values).list(people.iter().copied()).push(")");
    rows.run(work.conn()).await.map(drop)
}

/// Removes what people wrote about the consents of somebody.
pub(super) async fn forget_notes(work: &Work, people: &[PartyId]) -> Result<(), DbErr> {
    let text = "UPDATE sighting_consent SET note = NULL, withdrawn_note = NULL WHERE organization_id = $1 AND party_id IN ";
    let ids = people.iter().copied();
    Sql::new(text, [work.organization().into()]).list(ids).run(work.conn()).await.map(drop)
}
