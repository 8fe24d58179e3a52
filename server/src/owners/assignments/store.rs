//! All SQL of assignments.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use guanjia_entity::{delegation, unit_assignment};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, FromQueryResult};

use super::{
    commands::Building,
    rules::{Leave, Period},
};
use crate::kernel::{
    Actor, Work,
    ids::{self, AssignmentId, CommunityId, DelegationId, MembershipId, OrganizationId, UnitId},
    sql::{BULK, Sql, for_update},
};

/// Lets one change of who looks after what follow the other, company by company: a leave and an assignment that do not see
/// each other would leave a unit with the one who is away.
pub(super) async fn lock(work: &Work) -> Result<(), DbErr> {
    let text = "SELECT id FROM organization WHERE id = $1";
    let row = Sql::new(text, [work.organization().into()]).push(for_update(work.conn()));
    row.run(work.conn()).await.map(drop)
}

/// The condition on `u` (the unit) under which it lies in a community that the actor was given.
pub(super) fn given(found: Sql, actor: &Actor) -> Sql {
    if actor.all_communities {
        return found.push("1 = 1");
    }
    found
        .push("EXISTS (SELECT 1 FROM membership_community r WHERE r.organization_id = u.organization_id \
               AND r.community_id = u.community_id AND r.membership_id = ")
        .bind(actor.person)
        .push(")")
}

#[derive(FromQueryResult)]
struct Id {
    id: UnitId,
}

/// Of some units those that the actor may give away.
pub(super) async fn units_by_id(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    units: &[UnitId],
) -> Result<Vec<UnitId>, DbErr> {
    let mut found = Vec::new();
    for some in units.chunks(BULK) {
        let rows = Sql::new(
            "SELECT u.id FROM unit u WHERE u.organization_id = $1 AND u.id IN ",
            [actor.organization.into()],
        );
        let rows = given(rows.list(some.iter().copied()).push(" AND "), actor);
        found.extend(rows.all::<Id>(conn).await?.into_iter().map(|row| row.id));
    }
    Ok(found)
}

/// The units of a building or of one entrance of it.
pub(super) async fn units_of_building(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    building: &Building,
) -> Result<Vec<UnitId>, DbErr> {
    let text = "SELECT u.id FROM unit u WHERE u.organization_id = $1 AND u.community_id = $2 AND u.building = $3 AND ";
    let values =
        [actor.organization.into(), building.community.into(), building.building.clone().into()];
    let mut rows = given(Sql::new(text, values), actor);
    if let Some(entrance) = &building.entrance {
        rows = rows.push(" AND u.entrance = ").bind(entrance.clone());
    }
    Ok(rows.all::<Id>(conn).await?.into_iter().map(|row| row.id).collect())
}

/// Units of a community that nobody looks after on a day or later.
pub(super) async fn free_units(
    conn: &impl ConnectionTrait,
    (organization, community): (OrganizationId, CommunityId),
    from: NaiveDate,
) -> Result<Vec<UnitId>, DbErr> {
    let text = "SELECT u.id FROM unit u WHERE u.organization_id = $1 AND u.community_id = $2 AND NOT EXISTS ( \
         SELECT 1 FROM unit_assignment s WHERE s.organization_id = u.organization_id AND s.unit_id = u.id \
         AND (s.to_on IS NULL OR s.to_on >= $3))";
    let rows = Sql::new(text, [organization.into(), community.into(), from.into()]);
    Ok(rows.all::<Id>(conn).await?.into_iter().map(|row| row.id).collect())
}

/// Units that are somebody's own on a day or later, also while another stands in.
pub(super) async fn units_of(
    conn: &impl ConnectionTrait,
    (organization, person): (OrganizationId, MembershipId),
    from: NaiveDate,
) -> Result<Vec<UnitId>, DbErr> {
    let text = "SELECT DISTINCT s.unit_id AS id FROM unit_assignment s WHERE s.organization_id = $1 \
         AND COALESCE(s.stands_in_for, s.steward_id) = $2 AND (s.to_on IS NULL OR s.to_on >= $3)";
    let rows = Sql::new(text, [organization.into(), person.into(), from.into()]);
    Ok(rows.all::<Id>(conn).await?.into_iter().map(|row| row.id).collect())
}

/// A row as it is kept.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Kept {
    pub(super) id: AssignmentId,
    unit_id: UnitId,
    steward_id: MembershipId,
    stands_in_for: Option<MembershipId>,
    from_on: NaiveDate,
    to_on: Option<NaiveDate>,
}

impl Kept {
    pub(super) fn period(&self) -> Period {
        Period {
            steward: self.steward_id,
            stands_in_for: self.stands_in_for,
            from_on: self.from_on,
            to_on: self.to_on,
        }
    }
}

/// The rows of units that reach to a day or beyond, in order.
pub(super) async fn kept_from(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    units: &[UnitId],
    from: NaiveDate,
) -> Result<BTreeMap<UnitId, Vec<Kept>>, DbErr> {
    let mut found: BTreeMap<UnitId, Vec<Kept>> =
        units.iter().map(|unit| (*unit, Vec::new())).collect();
    for some in units.chunks(BULK) {
        let text = "SELECT id, unit_id, steward_id, stands_in_for, from_on, to_on FROM unit_assignment \
             WHERE organization_id = $1 AND (to_on IS NULL OR to_on >= $2) AND unit_id IN ";
        let rows = Sql::new(text, [organization.into(), from.into()]).list(some.iter().copied());
        for row in rows.push(" ORDER BY from_on").all::<Kept>(conn).await? {
            found.entry(row.unit_id).or_default().push(row);
        }
    }
    Ok(found)
}

/// What is to be written of many units.
#[derive(Default)]
pub(super) struct Changes {
    /// Rows that had not begun.
    pub(super) gone: Vec<AssignmentId>,
    /// Rows that end on another day.
    pub(super) ends: BTreeMap<Option<NaiveDate>, Vec<AssignmentId>>,
    /// Rows that are new.
    pub(super) new: Vec<(UnitId, Period)>,
}

pub(super) async fn write(work: &Work, changes: Changes) -> Result<(), DbErr> {
    let organization = work.organization();
    for some in changes.gone.chunks(BULK) {
        let rows = Sql::new(
            "DELETE FROM unit_assignment WHERE organization_id = $1 AND id IN ",
            [organization.into()],
        );
        rows.list(some.iter().copied()).run(work.conn()).await?;
    }
    for (to_on, rows) in changes.ends {
        for some in rows.chunks(BULK) {
            let text =
                "UPDATE unit_assignment SET to_on = $2 WHERE organization_id = $1 AND id IN ";
            let rows = Sql::new(text, [organization.into(), to_on.into()]);
            rows.list(some.iter().copied()).run(work.conn()).await?;
        }
    }
    for some in changes.new.chunks(BULK) {
        let rows = some.iter().map(|(unit, period)| {
            unit_assignment::ActiveModel::from(unit_assignment::Model {
                organization_id: organization,
                id: ids::fresh(),
                unit_id: *unit,
                steward_id: period.steward,
                from_on: period.from_on,
                to_on: period.to_on,
                stands_in_for: period.stands_in_for,
            })
        });
        unit_assignment::Entity::insert_many(rows).exec_without_returning(work.conn()).await?;
    }
    Ok(())
}

/// Leaves that last to a day or beyond, the earliest first.
pub(super) async fn delegations_from(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    from: NaiveDate,
) -> Result<Vec<delegation::Model>, DbErr> {
    let text = "SELECT * FROM delegation WHERE organization_id = $1 AND to_on >= $2 AND to_on >= from_on ORDER BY from_on, id";
    Sql::new(text, [organization.into(), from.into()]).all(conn).await
}

pub(super) fn leave(row: &delegation::Model) -> Leave {
    Leave {
        absent: row.absent_id,
        stand_in: row.stand_in_id,
        from_on: row.from_on,
        to_on: row.to_on,
    }
}

pub(super) async fn delegation(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: DelegationId,
) -> Result<Option<delegation::Model>, DbErr> {
    delegation::Entity::find_by_id((organization, id)).one(conn).await
}

pub(super) async fn insert_delegation(work: &Work, row: delegation::Model) -> Result<(), DbErr> {
    let row = delegation::ActiveModel::from(row);
    delegation::Entity::insert(row).exec_without_returning(work.conn()).await.map(drop)
}

pub(super) async fn end_delegation(
    work: &Work,
    id: DelegationId,
    to_on: NaiveDate,
) -> Result<(), DbErr> {
    let text = "UPDATE delegation SET to_on = $3 WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), id.into(), to_on.into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}
