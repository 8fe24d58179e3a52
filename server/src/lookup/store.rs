//! All SQL of look-up.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use guanjia_entity::personal::PersonalNumber;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::asked::Range;
use crate::{
    kernel::{
        Actor,
        ids::{AccountId, CommunityId, OrganizationId, UnitId},
        sql::{self, BULK, Sql},
    },
    owners::store::{Reach, given_communities, portfolio},
};

/// Rows of terms in one statement; each has four values of its own.
const TERMS: usize = 1000;
/// Whoever was given more communities than this is searched for by the company's index: theirs are a good part of it, and a
/// statement with an arm for each would take longer to plan than to run.
const ARMS: usize = 40;

/// A search, ready to be asked.
pub(super) struct Search<'a> {
    /// For whom.
    pub(super) actor: &'a Actor,
    /// The day that decides reach.
    pub(super) today: NaiveDate,
    /// How far they reach.
    pub(super) reach: Reach,
    /// The communities they were given, where that is their reach; otherwise the one they named, or none.
    pub(super) communities: Vec<CommunityId>,
    /// What was typed.
    pub(super) ranges: &'a [Range],
}

/// Where a hit stands in its search.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The range, from 0.
    pub(super) rank: i64,
    /// The term.
    pub(super) term: String,
    /// The unit.
    pub(super) unit: Uuid,
    /// The account.
    pub(super) account: Uuid,
}

/// A term that lies in a range.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Hit {
    rank: i64,
    pub(super) term: String,
    unit_id: UnitId,
    pub(super) account_id: AccountId,
    /// 1 if a better term of the same account was shown before.
    pub(super) shown: i64,
}

impl Hit {
    pub(super) fn place(&self) -> Place {
        Place {
            rank: self.rank,
            term: self.term.clone(),
            unit: self.unit_id.into(),
            account: self.account_id.into(),
        }
    }
}

impl Search<'_> {
    /// The first `count` hits after a place. Each range is read in the order of its index and no further than the page needs;
    /// only for what is shown is it asked whether it was shown before.
    pub(super) fn statement(&self, after: Option<&Place>, count: u64) -> Sql {
        let mut found = self.outer(self.beginning()).push(" FROM (SELECT * FROM (");
        let mut arms = 0;
        for (rank, range) in (0_i64..).zip(self.ranges) {
            let Some(from) = after_in(after, rank) else { continue };
            for community in self.arms() {
                found = found.push(if arms == 0 { "" } else { " UNION ALL " });
                found = self.arm(found, (rank, range, from), (community, count));
                found = found.push(&format!(" a{arms}"));
                arms += 1;
            }
        }
        if arms == 0 {
            let none = "SELECT CAST(0 AS bigint) AS rank, t.term, t.unit_id, t.account_id FROM search_term t WHERE 1 = 0";
            found = found.push(none);
        }
        found
            .push(") h ORDER BY rank, term, unit_id, account_id LIMIT ")
            .bind(count)
            .push(") h ORDER BY h.rank, h.term, h.unit_id, h.account_id")
    }

    fn beginning(&self) -> Sql {
        if self.reach != Reach::Portfolio {
            return Sql::default();
        }
        let mine = Sql::new("WITH mine (organization_id, unit_id) AS MATERIALIZED (", []);
        portfolio(mine, self.actor, self.today).push(") ")
    }

    /// The columns of a hit, and whether the account has a better term that lies in a range.
    fn outer(&self, found: Sql) -> Sql {
        let mut found = found.push(
            "SELECT h.rank, h.term, h.unit_id, h.account_id, CASE WHEN EXISTS (SELECT 1 FROM search_term e \
             WHERE e.organization_id = ",
        );
        found = found.bind(self.actor.organization);
        found = found.push(" AND e.unit_id = h.unit_id AND e.account_id = h.account_id AND (1 = 0");
        for (rank, range) in (0_i64..).zip(self.ranges) {
            found = found.push(" OR (e.term >= ").bind(range.from.as_str());
            found = found.push(" AND e.term < ").bind(range.below.as_str());
            found = found.push(" AND (h.rank > ").bind(rank).push(" OR (h.rank = ").bind(rank);
            found = found.push(" AND e.term < h.term)))");
        }
        found.push(")) THEN CAST(1 AS bigint) ELSE CAST(0 AS bigint) END AS shown")
    }

    /// One range in one place, at most `count` of it.
    fn arm(
        &self,
        found: Sql,
        (rank, range, from): (i64, &Range, Option<&Place>),
        (community, count): (Option<CommunityId>, u64),
    ) -> Sql {
        let table = match self.reach {
            Reach::Portfolio => "mine CROSS JOIN search_term t",
            _ => "search_term t",
        };
        let columns = format!(
            "SELECT * FROM (SELECT CAST({rank} AS bigint) AS rank, t.term, t.unit_id, t.account_id FROM {table} \
             WHERE t.organization_id = "
        );
        let mut found = found.push(&columns).bind(self.actor.organization);
        if self.reach == Reach::Portfolio {
            found = found.push(" AND t.unit_id = mine.unit_id");
        }
        if let Some(community) = community {
            found = found.push(" AND t.community_id = ").bind(community);
        } else if self.reach == Reach::Communities {
            found = found.push(" AND EXISTS (");
            found =
                given_communities(found, self.actor).push(" AND r.community_id = t.community_id)");
        }
        // An index is entered at the place, and not read up to it.
        let first = from.map_or(range.from.as_str(), |place| place.term.as_str());
        found = found.push(" AND t.term >= ").bind(first);
        found = found.push(" AND t.term < ").bind(range.below.as_str());
        if let Some(place) = from {
            found =
                found.push(" AND (t.term, t.unit_id, t.account_id) > (").bind(place.term.as_str());
            found = found.push(", ").bind(place.unit).push(", ").bind(place.account).push(")");
        }
        found.push(" ORDER BY t.term, t.unit_id, t.account_id LIMIT ").bind(count).push(")")
    }

    /// The places that are searched one by one.
    fn arms(&self) -> Vec<Option<CommunityId>> {
        let few = !self.communities.is_empty() && self.communities.len() <= ARMS;
        if few { self.communities.iter().copied().map(Some).collect() } else { vec![None] }
    }
}

/// Where a range is entered: none at all when a page before has passed it.
fn after_in(after: Option<&Place>, rank: i64) -> Option<Option<&Place>> {
    match after {
        Some(place) if place.rank > rank => None,
        Some(place) if place.rank == rank => Some(Some(place)),
        _ => Some(None),
    }
}

#[derive(FromQueryResult)]
struct Given {
    community_id: CommunityId,
}

/// The communities somebody was given.
pub(super) async fn given(
    conn: &impl ConnectionTrait,
    actor: &Actor,
) -> Result<Vec<CommunityId>, DbErr> {
    let rows: Vec<Given> = given_communities(Sql::default(), actor).all(conn).await?;
    Ok(rows.into_iter().map(|row| row.community_id).collect())
}

/// What the terms of a unit are made of: one row per account and person who holds it, pays for it or lives there; a unit
/// without any has one all the same.
#[derive(FromQueryResult)]
pub(super) struct Registered {
    pub(super) unit_id: UnitId,
    pub(super) community_id: CommunityId,
    pub(super) building: String,
    pub(super) entrance: String,
    pub(super) number: String,
    pub(super) account_id: AccountId,
    pub(super) account_to: Option<NaiveDate>,
    pub(super) party_id: Option<Uuid>,
    pub(super) name: Option<String>,
    pub(super) holder_to: Option<NaiveDate>,
}

/// Units with their accounts, and who holds, pays for or uses them.
pub(super) async fn registered(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    units: &[UnitId],
) -> Result<Vec<Registered>, DbErr> {
    let unit = "SELECT u.id AS unit_id, u.community_id, u.building, u.entrance, u.number, a.id AS account_id, \
         a.to_on AS account_to, p.id AS party_id, p.name, h.to_on AS holder_to FROM unit u \
         JOIN account a ON a.organization_id = u.organization_id AND a.unit_id = u.id";
    let holders = "LEFT JOIN account_holder h ON h.organization_id = a.organization_id AND h.account_id = a.id \
         LEFT JOIN party p ON p.organization_id = h.organization_id AND p.id = h.party_id";
    let payers = "JOIN account_payer h ON h.organization_id = a.organization_id AND h.account_id = a.id AND h.to_on IS NULL \
         JOIN party p ON p.organization_id = h.organization_id AND p.id = h.party_id";
    // Whoever uses the unit is found with the liability that lasts.
    let occupants = "JOIN occupant h ON h.organization_id = u.organization_id AND h.unit_id = u.id AND h.to_on IS NULL \
         JOIN party p ON p.organization_id = h.organization_id AND p.id = h.party_id AND a.to_on IS NULL";
    let mut rows = Sql::default();
    for (index, ties) in [holders, payers, occupants].into_iter().enumerate() {
        rows = rows.push(if index == 0 { "" } else { " UNION ALL " }).push(unit).push(" ");
        rows = rows.push(ties).push(" WHERE u.organization_id = ").bind(organization);
        rows = rows.push(" AND u.id IN ").list(units.iter().copied());
    }
    rows.all(conn).await
}

/// A number and whose it is.
#[derive(FromQueryResult)]
pub(super) struct NumberOf {
    pub(super) party_id: Uuid,
    pub(super) value: PersonalNumber,
}

/// The numbers of parties.
pub(super) async fn numbers_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    parties: &BTreeSet<Uuid>,
) -> Result<Vec<NumberOf>, DbErr> {
    let text =
        "SELECT party_id, value FROM contact_point WHERE organization_id = $1 AND party_id IN ";
    let mut found = Vec::new();
    for some in parties.iter().copied().collect::<Vec<_>>().chunks(BULK) {
        let rows = Sql::new(text, [organization.into()]).list(some.iter().copied());
        found.extend(rows.all::<NumberOf>(conn).await?);
    }
    Ok(found)
}

/// A plate and whose vehicle has it.
#[derive(FromQueryResult)]
pub(super) struct PlateOf {
    pub(super) party_id: Uuid,
    pub(super) plate: String,
}

/// The plates of the vehicles of parties.
pub(super) async fn plates_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    parties: &BTreeSet<Uuid>,
) -> Result<Vec<PlateOf>, DbErr> {
    let text = "SELECT party_id, plate FROM vehicle WHERE organization_id = $1 AND removed_at IS NULL AND party_id IN ";
    let mut found = Vec::new();
    for some in parties.iter().copied().collect::<Vec<_>>().chunks(BULK) {
        let rows = Sql::new(text, [organization.into()]).list(some.iter().copied());
        found.extend(rows.all::<PlateOf>(conn).await?);
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct UnitRow {
    id: UnitId,
}

/// The units whose accounts somebody holds, held or pays for, or which they use.
pub(super) async fn units_of_parties(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    parties: &[Uuid],
) -> Result<Vec<UnitId>, DbErr> {
    let of_accounts = |table: &str| {
        format!(
            "SELECT a.unit_id AS id FROM {table} h JOIN account a ON a.organization_id = h.organization_id \
             AND a.id = h.account_id WHERE h.organization_id = $1 AND h.party_id IN "
        )
    };
    let used = "SELECT unit_id AS id FROM occupant WHERE organization_id = $1 AND party_id IN ";
    let ties = [of_accounts("account_holder"), of_accounts("account_payer"), used.to_owned()];
    let mut found = Vec::new();
    for some in parties.chunks(BULK) {
        for text in &ties {
            let rows = Sql::new(text, [organization.into()]).list(some.iter().copied());
            found.extend(rows.all::<UnitRow>(conn).await?.into_iter().map(|row| row.id));
        }
    }
    Ok(found)
}

/// Locks units, so that their terms are made by one after the other.
pub(super) async fn lock_units(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    units: &[UnitId],
) -> Result<(), DbErr> {
    let rows = Sql::new(
        "SELECT id FROM unit WHERE organization_id = $1 AND id IN ",
        [organization.into()],
    );
    let rows = rows.list(units.iter().copied()).push(" ORDER BY id").push(sql::for_update(conn));
    rows.all::<UnitRow>(conn).await.map(drop)
}

/// A row of `search_term`.
pub(super) struct TermRow {
    pub(super) unit: UnitId,
    pub(super) term: String,
    pub(super) account: AccountId,
    pub(super) community: CommunityId,
}

/// Replaces the terms of units.
pub(super) async fn replace(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (units, terms): (&[UnitId], &[TermRow]),
) -> Result<(), DbErr> {
    let old = Sql::new(
        "DELETE FROM search_term WHERE organization_id = $1 AND unit_id IN ",
        [organization.into()],
    );
    old.list(units.iter().copied()).run(conn).await?;
    for some in terms.chunks(TERMS) {
        let text = "INSERT INTO search_term (organization_id, unit_id, term, account_id, community_id) VALUES ";
        let mut rows = Sql::new(text, [organization.into()]);
        let mut before = "($1, ";
        for row in some {
            rows = rows.push(before).bind(row.unit).push(", ").bind(row.term.as_str());
            rows = rows.push(", ").bind(row.account).push(", ").bind(row.community).push(")");
            before = ", ($1, ";
        }
        rows.run(conn).await?;
    }
    Ok(())
}

/// A community whose terms are still to be made.
#[derive(FromQueryResult)]
pub(super) struct Rebuild {
    pub(super) community_id: CommunityId,
    pub(super) through_unit_id: Option<UnitId>,
}

/// One community that is still to be given its terms; within a transaction it is claimed.
pub(super) async fn next_rebuild(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Option<Rebuild>, DbErr> {
    let text = "SELECT community_id, through_unit_id FROM search_rebuild WHERE organization_id = $1 ORDER BY community_id LIMIT 1";
    let row = Sql::new(text, [organization.into()]);
    row.push(&sql::skip_locked(conn, "search_rebuild")).one(conn).await
}

/// Whether any community is still to be given its terms.
pub(super) async fn is_incomplete(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<bool, DbErr> {
    let text = "SELECT community_id, through_unit_id FROM search_rebuild WHERE organization_id = $1 LIMIT 1";
    Ok(Sql::new(text, [organization.into()]).one::<Rebuild>(conn).await?.is_some())
}

/// The next units of a community, in the order of their ids.
pub(super) async fn units_after(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (community, after, count): (CommunityId, Option<UnitId>, u64),
) -> Result<Vec<UnitId>, DbErr> {
    let mut rows = Sql::new("SELECT id FROM unit WHERE organization_id = ", []).bind(organization);
    rows = rows.push(" AND community_id = ").bind(community);
    if let Some(after) = after {
        rows = rows.push(" AND id > ").bind(after);
    }
    let rows: Vec<UnitRow> = rows.push(" ORDER BY id LIMIT ").bind(count).all(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Notes how far a community's terms are made; without a unit they all are.
pub(super) async fn set_rebuilt(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (community, through): (CommunityId, Option<UnitId>),
) -> Result<(), DbErr> {
    let key = [organization.into(), community.into()];
    let done = match through {
        Some(through) => {
            let text = "UPDATE search_rebuild SET through_unit_id = $3 WHERE organization_id = $1 AND community_id = $2";
            Sql::new(text, key.into_iter().chain([through.into()]))
        }
        None => Sql::new(
            "DELETE FROM search_rebuild WHERE organization_id = $1 AND community_id = $2",
            key,
        ),
    };
    done.run(conn).await.map(drop)
}

/// Asks that the terms of every community be made anew.
pub(super) async fn ask_rebuild(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<u64, DbErr> {
    let text = "INSERT INTO search_rebuild (organization_id, community_id) SELECT organization_id, id FROM community \
         WHERE organization_id = $1 ON CONFLICT (organization_id, community_id) DO UPDATE SET through_unit_id = NULL";
    Sql::new(text, [organization.into()]).run(conn).await
}
