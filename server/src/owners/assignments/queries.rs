//! Reading who looks after what.

use std::collections::HashMap;

use chrono::NaiveDate;
use guanjia_entity::delegation;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    kernel::{
        Actor, Failure, Moment,
        ids::{CommunityId, DelegationId, MembershipId, OrganizationId, UnitId},
        paging::Page,
        sql::Sql,
    },
    people,
};

/// The place of a unit in the list: the cursor. Numbers sort by length first, so that 2 comes before 10.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct After {
    community: String,
    place: [(i64, String); 3],
    id: uuid::Uuid,
}

/// Which units.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Of this community.
    pub community: Option<CommunityId>,
    /// Of this building.
    pub building: Option<String>,
    /// That this person looks after today.
    pub steward: Option<MembershipId>,
    /// Whether nobody looks after them today.
    pub unassigned: Option<bool>,
}

/// A unit and who looks after it today.
#[derive(Clone, Debug, FromQueryResult)]
pub struct UnitRow {
    /// The unit.
    pub id: UnitId,
    /// Name of the community.
    pub community_name: String,
    /// Building.
    pub building: String,
    /// Entrance, `0` where there is none.
    pub entrance: String,
    /// Room number.
    pub number: String,
    /// Who looks after it today.
    pub steward_id: Option<MembershipId>,
    /// Whose it is, when that one only stands in.
    pub stands_in_for: Option<MembershipId>,
    /// Since when.
    pub from_on: Option<NaiveDate>,
    /// Until when.
    pub to_on: Option<NaiveDate>,
}

impl UnitRow {
    /// Where it stands in the list.
    pub fn place(&self) -> After {
        let part =
            |text: &str| (i64::try_from(text.chars().count()).unwrap_or_default(), text.to_owned());
        After {
            community: self.community_name.clone(),
            place: [part(&self.building), part(&self.entrance), part(&self.number)],
            id: self.id.into(),
        }
    }
}

/// A page of units in the communities that the actor was given, by community and room; and whether there are more.
pub async fn units(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    (which, today): (Which, NaiveDate),
    page: Page<After>,
) -> Result<(Vec<UnitRow>, bool), Failure> {
    let text = "SELECT u.id, c.name AS community_name, u.building, u.entrance, u.number, s.steward_id, s.stands_in_for, \
         s.from_on, s.to_on FROM unit u JOIN community c ON c.organization_id = u.organization_id AND c.id = u.community_id \
         LEFT JOIN unit_assignment s ON s.organization_id = u.organization_id AND s.unit_id = u.id \
         AND s.from_on <= $2 AND (s.to_on IS NULL OR s.to_on >= $2) WHERE u.organization_id = $1 AND ";
    let mut rows = Sql::new(text, [actor.organization.into(), today.into()]);
    rows = store::given(rows, actor);
    if let Some(community) = which.community {
        rows = rows.push(" AND u.community_id = ").bind(community);
    }
    if let Some(building) = which.building {
        rows = rows.push(" AND u.building = ").bind(building);
    }
    if let Some(steward) = which.steward {
        rows = rows.push(" AND s.steward_id = ").bind(steward);
    }
    rows = rows.push(match which.unassigned {
        None => "",
        Some(true) => " AND s.steward_id IS NULL",
        Some(false) => " AND s.steward_id IS NOT NULL",
    });
    const ORDER: &str = "c.name, LENGTH(u.building), u.building, LENGTH(u.entrance), u.entrance, LENGTH(u.number), u.number, u.id";
    if let Some(after) = page.after {
        rows = rows.push(" AND (").push(ORDER).push(") > (").bind(after.community);
        for (length, text) in after.place {
            rows = rows.push(", ").bind(length).push(", ").bind(text);
        }
        rows = rows.push(", ").bind(after.id).push(")");
    }
    let limit = i64::try_from(page.first + 1).unwrap_or(i64::MAX);
    let mut found: Vec<UnitRow> =
        rows.push(" ORDER BY ").push(ORDER).push(" LIMIT ").bind(limit).all(conn).await?;
    let more = found.len() > page.first;
    found.truncate(page.first);
    Ok((found, more))
}

/// How many units some people look after today.
pub async fn counts(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (people, today): (&[MembershipId], NaiveDate),
) -> Result<HashMap<MembershipId, i64>, Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        steward_id: MembershipId,
        units: i64,
    }
    let text = "SELECT steward_id, COUNT(*) AS units FROM unit_assignment WHERE organization_id = $1 AND from_on <= $2 \
         AND (to_on IS NULL OR to_on >= $2) AND steward_id IN ";
    let rows = Sql::new(text, [organization.into(), today.into()]).list(people.iter().copied());
    let rows: Vec<Row> = rows.push(" GROUP BY steward_id").all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.steward_id, row.units)).collect())
}

/// Leaves, of today and later, of people who work where the actor does; the earliest first.
pub async fn delegations(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
) -> Result<Vec<delegation::Model>, Failure> {
    let today = crate::owners::queries::reach_day(now);
    let mut rows = store::delegations_from(conn, actor.organization, today).await?;
    let absent: Vec<MembershipId> = rows.iter().map(|row| row.absent_id).collect();
    let seen = people::staff::queries::seen(conn, actor, &absent).await?;
    rows.retain(|row| seen.contains(&row.absent_id));
    Ok(rows)
}

/// Who is away on a day, and who stands in for them.
pub async fn away_on(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    day: NaiveDate,
) -> Result<Vec<(MembershipId, MembershipId)>, Failure> {
    let leaves = store::delegations_from(conn, organization, day).await?;
    let away = leaves.iter().filter(|leave| leave.from_on <= day);
    Ok(away.map(|leave| (leave.absent_id, leave.stand_in_id)).collect())
}

/// A leave that was found through the actor before.
pub async fn delegation(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: DelegationId,
) -> Result<Option<delegation::Model>, Failure> {
    Ok(store::delegation(conn, organization, id).await?)
}
