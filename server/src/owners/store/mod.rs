//! All SQL of owners: the finders that know the actor, and the card of an account.

pub(super) mod parties;
pub(super) mod registry;

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use crate::kernel::{
    Actor, Role,
    ids::{AccountId, CommunityId, MembershipId, OrganizationId, UnitId},
    sql::{self, Sql},
};

/// An account with its unit and community.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AccountRow {
    /// The account.
    pub account_id: AccountId,
    /// First day of the liability, none is unknown.
    pub from_on: Option<NaiveDate>,
    /// Last day of the liability, none while it lasts.
    pub to_on: Option<NaiveDate>,
    /// The unit.
    pub unit_id: UnitId,
    /// Building.
    pub building: String,
    /// Entrance, `0` where there is none.
    pub entrance: String,
    /// Room number.
    pub number: String,
    /// Hundredths of a square metre.
    pub area_centi_m2: Option<i64>,
    /// 住宅, 商铺 …
    pub use_type: Option<String>,
    /// The community.
    pub community_id: CommunityId,
    /// Its name.
    pub community_name: String,
    /// Its time zone.
    pub time_zone: String,
}

impl AccountRow {
    /// How people write the room: `1-2-301`, without the entrance where there is none.
    pub fn room(&self) -> String {
        match self.entrance.as_str() {
            "0" => format!("{}-{}", self.building, self.number),
            entrance => format!("{}-{entrance}-{}", self.building, self.number),
        }
    }
}

const ACCOUNT: &str = "SELECT a.id AS account_id, a.from_on, a.to_on, u.id AS unit_id, u.building, u.entrance, u.number, \
     u.area_centi_m2, u.use_type, c.id AS community_id, c.name AS community_name, c.time_zone \
     FROM account a JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
     JOIN community c ON c.organization_id = u.organization_id AND c.id = u.community_id ";

/// Accounts among `ids` that the actor reaches today.
pub async fn reachable(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    today: NaiveDate,
    ids: &[AccountId],
) -> Result<Vec<AccountRow>, DbErr> {
    let found = Sql::new(ACCOUNT, []).push("WHERE a.organization_id = ").bind(actor.organization);
    let found = found.push(" AND a.id IN ").list(ids.iter().copied()).push(" AND ");
    within_reach(found, actor, today).all(conn).await
}

/// Accounts by id, of one company, without asking who asks: for rows that were found through the actor before.
pub(super) async fn accounts(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[AccountId],
) -> Result<Vec<AccountRow>, DbErr> {
    let found = Sql::new(ACCOUNT, []).push("WHERE a.organization_id = ").bind(organization);
    found.push(" AND a.id IN ").list(ids.iter().copied()).all(conn).await
}

/// Units among `ids` that the actor reaches today, with their communities' time zones.
pub(super) async fn reachable_units(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    today: NaiveDate,
    ids: &[UnitId],
) -> Result<Vec<UnitRow>, DbErr> {
    let text = "SELECT u.id, c.time_zone FROM unit u \
         JOIN community c ON c.organization_id = u.organization_id AND c.id = u.community_id \
         WHERE u.organization_id = ";
    let found = Sql::new(text, []).bind(actor.organization);
    let found = found.push(" AND u.id IN ").list(ids.iter().copied()).push(" AND ");
    within_reach(found, actor, today).all(conn).await
}

/// A unit and where it lies.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct UnitRow {
    pub(super) id: UnitId,
    pub(super) time_zone: String,
}

/// How far somebody reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Not to any account.
    Nothing,
    /// To the units that they look after today.
    Portfolio,
    /// To the communities they were given.
    Communities,
    /// To all of the company.
    Company,
}

/// How far the actor reaches.
pub fn reach_of(actor: &Actor) -> Reach {
    let wide = [Role::Manager, Role::Director, Role::Finance, Role::Legal, Role::Administrator];
    match (actor.is_any(&wide), actor.all_communities) {
        (true, true) => Reach::Company,
        (true, false) => Reach::Communities,
        (false, _) if actor.is_any(&[Role::Steward]) => Reach::Portfolio,
        (false, _) => Reach::Nothing,
    }
}

/// The condition on `u` (the unit) under which it is within the actor's reach.
pub fn within_reach(found: Sql, actor: &Actor, today: NaiveDate) -> Sql {
    match reach_of(actor) {
        Reach::Company => found.push("1 = 1"),
        Reach::Nothing => found.push("1 = 0"),
        Reach::Communities => {
            let given = given_communities(found.push("EXISTS ("), actor);
            given.push(
                " AND r.organization_id = u.organization_id AND r.community_id = u.community_id)",
            )
        }
        Reach::Portfolio => {
            let mine = portfolio(found.push("(EXISTS ("), actor, today);
            // What was given to them they reach as long as it is theirs.
            mine.push(
                " AND s.organization_id = u.organization_id AND s.unit_id = u.id) \
                 OR EXISTS (SELECT 1 FROM follow_up t JOIN account v \
                 ON v.organization_id = t.organization_id AND v.id = t.account_id \
                 WHERE t.organization_id = u.organization_id AND v.unit_id = u.id \
                 AND t.state = 'OPEN' AND t.assignee_id = ",
            )
            .bind(actor.person)
            .push("))")
        }
    }
}

/// The communities somebody was given: a select of company and id that may go on with `AND`.
pub fn given_communities(found: Sql, actor: &Actor) -> Sql {
    found
        .push("SELECT r.organization_id, r.community_id FROM membership_community r WHERE r.organization_id = ")
        .bind(actor.organization)
        .push(" AND r.membership_id = ")
        .bind(actor.person)
}

/// The units somebody looks after today: a select of company and id that may go on with `AND`.
pub fn portfolio(found: Sql, actor: &Actor, today: NaiveDate) -> Sql {
    found
        .push(
            "SELECT s.organization_id, s.unit_id FROM unit_assignment s WHERE s.organization_id = ",
        )
        .bind(actor.organization)
        .push(" AND s.steward_id = ")
        .bind(actor.person)
        .push(" AND s.from_on <= ")
        .bind(today)
        .push(" AND (s.to_on IS NULL OR s.to_on >= ")
        .bind(today)
        .push(")")
}

/// Locks accounts until the end of the transaction, in one order, so that two acts on one account follow each other.
pub async fn lock(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[AccountId],
) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Locked {
        #[expect(dead_code, reason = "the lock is what counts")]
        id: AccountId,
    }
    let rows = Sql::new("SELECT id FROM account WHERE organization_id = ", []).bind(organization);
    let rows = rows
        .push(" AND id IN ")
        .list(ids.iter().copied())
        .push(" ORDER BY id")
        .push(sql::for_update(conn));
    rows.all::<Locked>(conn).await.map(drop)
}

/// Who looks after an account today.
#[derive(FromQueryResult)]
pub struct StewardOf {
    /// The account.
    pub account_id: AccountId,
    /// The steward.
    pub steward_id: MembershipId,
}

/// The stewards of accounts today; an account nobody looks after is missing.
pub async fn stewards_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    today: NaiveDate,
    ids: &[AccountId],
) -> Result<Vec<StewardOf>, DbErr> {
    let text = "SELECT a.id AS account_id, s.steward_id FROM account a JOIN unit_assignment s \
         ON s.organization_id = a.organization_id AND s.unit_id = a.unit_id \
         WHERE a.organization_id = $1 AND s.from_on <= $2 AND (s.to_on IS NULL OR s.to_on >= $2) AND a.id IN ";
    let mut found = Vec::new();
    for some in ids.chunks(sql::BULK) {
        let rows = Sql::new(text, [organization.into(), today.into()]).list(some.iter().copied());
        found.extend(rows.all(conn).await?);
    }
    Ok(found)
}

/// The accounts of a community, in order.
pub async fn accounts_in(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    community: CommunityId,
) -> Result<Vec<AccountId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: AccountId,
    }
    let text = "SELECT a.id FROM unit u JOIN account a ON a.organization_id = u.organization_id AND a.unit_id = u.id \
         WHERE u.organization_id = $1 AND u.community_id = $2 ORDER BY a.id";
    let rows = Sql::new(text, [organization.into(), community.into()]).all::<Row>(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
