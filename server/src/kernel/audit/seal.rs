//! The chain over the audit log. Each entry gets a place and a hash over itself and the hash before it, so an entry that is
//! changed, removed, moved or put in between later breaks the chain from there on. What is not chained yet is the tail.
//!
//! Whoever can write the whole database can also write the whole chain anew. That shows when the head that was noted
//! elsewhere is no longer in it: the sealer logs each head, and [`verify`] takes one to look for.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use guanjia_entity::audit_entry;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::{Value, json};

use crate::kernel::{
    By, Failure, Kernel, Work,
    ids::OrganizationId,
    sql::{self, Sql},
    tokens::print_of,
};

/// Entries that are sealed, and read, at once.
const BATCH: u64 = 500;

/// A place in the chain and the hash there; the chain is empty at place 0.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Head {
    /// Place of the newest sealed entry, from 1.
    pub seal_position: i64,
    /// Its hash.
    pub seal_hash: String,
}

/// What a look at the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Entries whose place and hash are right, from the first on.
    pub sealed: i64,
    /// Where the chain breaks first, and how.
    pub broken: Option<(i64, Break)>,
    /// Entries that are not sealed yet: the tail.
    pub unsealed: u64,
    /// The hash at the end of what is right.
    pub hash: String,
}

/// How a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// The entry at this place is missing.
    Missing,
    /// The entry at this place is not the one that was sealed.
    Changed,
    /// The chain is not as long as its head says, or ends in another hash.
    Cut,
    /// The chain is whole, but does not have the head that was noted.
    OtherHead,
}

/// Seals the next entries of a company; answers whether there may be more.
pub async fn seal(kernel: &Kernel, organization: OrganizationId) -> Result<bool, Failure> {
    if unsealed(kernel.database.read(), organization, 1).await?.is_empty() {
        return Ok(false);
    }
    kernel.write(By::System(organization), |work| Box::pin(seal_some(work))).await
}

async fn seal_some(work: &mut Work) -> Result<bool, Failure> {
    let organization = work.organization();
    let Some(mut head) = claim(work).await? else { return Ok(false) };
    let entries = unsealed(work.conn(), organization, BATCH).await?;
    for entry in &entries {
        let position = head.seal_position + 1;
        head = Head { seal_position: position, seal_hash: hash(entry, position, &head.seal_hash) };
        let text = "UPDATE audit_entry SET seal_position = $3, seal_hash = $4 WHERE organization_id = $1 AND id = $2";
        let place = [position.into(), head.seal_hash.as_str().into()];
        let values = [organization.into(), entry.id.into()].into_iter().chain(place);
        Sql::new(text, values).run(work.conn()).await?;
    }
    let text =
        "UPDATE audit_head SET seal_position = $2, seal_hash = $3 WHERE organization_id = $1";
    let values = [organization.into(), head.seal_position.into(), head.seal_hash.as_str().into()];
    Sql::new(text, values).run(work.conn()).await?;
    tracing::info!(company = %organization, position = head.seal_position, hash = %head.seal_hash, "the audit log is sealed up to here");
    Ok(u64::try_from(entries.len()).unwrap_or_default() == BATCH)
}

/// The head, locked; none while another replica seals.
async fn claim(work: &Work) -> Result<Option<Head>, Failure> {
    let text = "INSERT INTO audit_head (organization_id, seal_position, seal_hash) VALUES ($1, 0, '') \
         ON CONFLICT (organization_id) DO NOTHING";
    Sql::new(text, [work.organization().into()]).run(work.conn()).await?;
    let text = "SELECT seal_position, seal_hash FROM audit_head WHERE organization_id = $1";
    let row = Sql::new(text, [work.organization().into()]);
    Ok(row.push(&sql::skip_locked(work.conn(), "audit_head")).one(work.conn()).await?)
}

async fn unsealed(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    count: u64,
) -> Result<Vec<audit_entry::Model>, DbErr> {
    audit_entry::Entity::find()
        .filter(audit_entry::Column::OrganizationId.eq(organization))
        .filter(audit_entry::Column::SealPosition.is_null())
        .order_by_asc(audit_entry::Column::RecordedAt)
        .order_by_asc(audit_entry::Column::Id)
        .limit(count)
        .all(conn)
        .await
}

/// Looks at the whole chain of a company. `noted` is a head that somebody kept.
pub async fn verify(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    noted: Option<&Head>,
) -> Result<Verdict, Failure> {
    // Read first: what is sealed meanwhile comes after it.
    let head = head(conn, organization).await?;
    let (mut end, mut broken) = (Head { seal_position: 0, seal_hash: String::new() }, None);
    let wanted: Vec<&Head> = head.iter().chain(noted).filter(|one| **one != end).collect();
    let mut missing = wanted;
    'chain: loop {
        let entries = sealed_after(conn, organization, end.seal_position).await?;
        for entry in &entries {
            let position = end.seal_position + 1;
            let wanted = hash(entry, position, &end.seal_hash);
            broken = match (entry.seal_position, &entry.seal_hash) {
                (Some(at), _) if at != position => Some((position, Break::Missing)),
                (_, Some(found)) if *found == wanted => None,
                _ => Some((position, Break::Changed)),
            };
            if broken.is_some() {
                break 'chain;
            }
            end = Head { seal_position: position, seal_hash: wanted };
            missing.retain(|head| **head != end);
        }
        if entries.is_empty() {
            break;
        }
    }
    if broken.is_none() {
        let cut = head.as_ref().is_some_and(|head| missing.contains(&head));
        let headless = end.seal_position > 0 && self::head(conn, organization).await?.is_none();
        broken = match (cut || headless, missing.is_empty()) {
            (true, _) => Some((end.seal_position + 1, Break::Cut)),
            (false, false) => Some((end.seal_position, Break::OtherHead)),
            (false, true) => None,
        };
    }
    let unsealed = audit_entry::Entity::find()
        .filter(audit_entry::Column::OrganizationId.eq(organization))
        .filter(audit_entry::Column::SealPosition.is_null())
        .count(conn)
        .await?;
    Ok(Verdict { sealed: end.seal_position, broken, unsealed, hash: end.seal_hash })
}

async fn head(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Option<Head>, DbErr> {
    let text = "SELECT seal_position, seal_hash FROM audit_head WHERE organization_id = $1";
    Sql::new(text, [organization.into()]).one(conn).await
}

async fn sealed_after(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    position: i64,
) -> Result<Vec<audit_entry::Model>, DbErr> {
    audit_entry::Entity::find()
        .filter(audit_entry::Column::OrganizationId.eq(organization))
        .filter(audit_entry::Column::SealPosition.gt(position))
        .order_by_asc(audit_entry::Column::SealPosition)
        .limit(BATCH)
        .all(conn)
        .await
}

/// SHA-256 over the place, the hash before and all that the entry says.
fn hash(entry: &audit_entry::Model, position: i64, before: &str) -> String {
    let content = json!([
        position,
        before,
        entry.organization_id,
        entry.id,
        entry.actor_id,
        entry.action,
        entry.subject_id,
        sorted(&entry.facts),
        entry.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true),
    ]);
    print_of(content.to_string().as_bytes())
}

/// The same facts are the same text, in whatever order a database gives them back.
fn sorted(facts: &Value) -> Value {
    match facts {
        Value::Object(object) => {
            let by_name: BTreeMap<_, _> =
                object.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            Value::Object(by_name.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        plain => plain.clone(),
    }
}
