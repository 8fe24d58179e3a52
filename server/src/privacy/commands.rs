//! Revealing a number, writing an identity number down, changing the key.

use guanjia_entity::party_identity;
use serde_json::json;
use uuid::Uuid;

use super::{identity, queries, store};
use crate::{
    kernel::{
        Failure, Problem, ProblemCode, Text, Work, audit, daily,
        ids::{ContactPointId, PartyId},
        secrets::Keyring,
    },
    owners::{self, points::PointKind},
};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;
/// Identity numbers that are encrypted anew in one transaction.
const ROTATED: u64 = 200;

/// Which number is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Masked {
    /// A telephone number or another way to reach somebody.
    Point(ContactPointId),
    /// The identity number of somebody.
    Identity(PartyId),
}

/// Shows a number whole that is masked otherwise, so many times a day, and writes down who saw whose and why; never the number.
pub async fn reveal(
    work: &Work,
    keyring: &Keyring,
    (which, reason): (Masked, &str),
    limit: u32,
) -> Result<String, Failure> {
    let reason = checked_reason(reason)?;
    let actor = work.actor()?;
    let (party, kind, subject, value) = match which {
        Masked::Point(id) => {
            let point = store::point(work.conn(), actor.organization, id).await?;
            let point = point.ok_or(Failure::NotFound)?;
            let kind = PointKind::of_name(&point.kind).map_or("OTHER", PointKind::name);
            (point.party_id, kind, Uuid::from(id), Some(point.value.whole().to_owned()))
        }
        Masked::Identity(party) => (party, "IDENTITY", Uuid::from(party), None),
    };
    reach(work, party).await?;
    let value = match value {
        Some(value) => value,
        None => {
            let found = queries::identity_number(work.conn(), keyring, (actor.organization, party));
            found.await?.ok_or(Failure::NotFound)?
        }
    };
    daily::count(work, "REVEAL", (limit, "reason")).await?;
    let facts = json!({ "kind": kind, "party": party, "reason": reason });
    audit::record(work, "NUMBER_REVEALED", Some(subject), facts).await?;
    Ok(value)
}

/// A reason that says something.
pub(super) fn checked_reason(reason: &str) -> Result<&str, Failure> {
    let reason = reason.trim();
    let length = reason.chars().count();
    let (code, text) = match length {
        0 => (ProblemCode::Required, Text::new("请说明原因", "say why")),
        1..=LONGEST_REASON => return Ok(reason),
        _ => {
            let zh = format!("原因最多 {LONGEST_REASON} 个字");
            (
                ProblemCode::TooLong,
                Text::new(zh, format!("a reason has at most {LONGEST_REASON} characters")),
            )
        }
    };
    Err(Failure::problem(Problem::at("reason", code, text)))
}

/// Refuses whoever does not reach the party.
pub(super) async fn reach(work: &Work, party: PartyId) -> Result<(), Failure> {
    let actor = work.actor()?;
    let found = owners::queries::reached_parties(work.conn(), actor, work.now, &[party]).await?;
    if found.contains(&party) { Ok(()) } else { Err(Failure::NotFound) }
}

/// Writes down the identity number of somebody within reach, encrypted; the one before is gone.
pub async fn set_identity_number(
    work: &Work,
    keyring: &Keyring,
    (party, number): (PartyId, &str),
) -> Result<(), Failure> {
    let number = checked_number(keyring, number)?;
    reach(work, party).await?;
    put(work, keyring, (party, &number)).await?;
    audit::record(work, "IDENTITY_NUMBER_SET", Some(party.into()), json!({})).await
}

/// The number as it is kept, if it is one and there is a key for it.
pub fn checked_number(keyring: &Keyring, number: &str) -> Result<String, Failure> {
    let text = if keyring.current().is_none() {
        Text::new(
            "系统未配置身份证号加密密钥(identity_keys),不能保存",
            "no key is set for identity numbers (identity_keys), so none can be kept",
        )
    } else if identity::is_identity_number(number) {
        return Ok(identity::bare(number));
    } else {
        Text::new(
            "身份证号不正确,请核对 18 位号码",
            "not an identity number: check the 18 characters",
        )
    };
    Err(Failure::problem(Problem::at("number", ProblemCode::Invalid, text)))
}

async fn put(
    work: &Work,
    keyring: &Keyring,
    (party, number): (PartyId, &str),
) -> Result<(), Failure> {
    let sealed = keyring.seal(number, &queries::place(work.organization(), party))?;
    let row = party_identity::Model {
        organization_id: work.organization(),
        party_id: party,
        key_name: sealed.key,
        sealed: sealed.text,
        print: sealed.print,
        recorded_at: work.now,
    };
    Ok(store::put_identity(work.conn(), row).await?)
}

/// Encrypts the next identity numbers with the key for writing; answers how many there were.
pub async fn rotate(work: &Work, keyring: &Keyring) -> Result<usize, Failure> {
    let Some(key) = keyring.current() else { return Ok(0) };
    let rows = store::under_other_keys(work.conn(), work.organization(), (key, ROTATED)).await?;
    for row in &rows {
        let place = queries::place(work.organization(), row.party_id);
        let number = keyring.open((&row.key_name, &row.sealed), &place)?;
        put(work, keyring, (row.party_id, &number)).await?;
    }
    if !rows.is_empty() {
        let facts = json!({ "numbers": rows.len(), "key": key });
        audit::record(work, "IDENTITY_KEYS_ROTATED", None, facts).await?;
    }
    Ok(rows.len())
}
