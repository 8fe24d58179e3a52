//! All that is held of one person: handing it out, and overwriting it.
//!
//! What names a person stands in the tables of [`TABLES`]; a test holds the list against the schema, so that a table that
//! comes later is not forgotten.

use serde::Serialize;
use serde_json::{Value, json};

use super::{commands, person_store as store, queries};
use crate::{
    kernel::{
        Failure, Fen, Problem, ProblemCode, Text, Work, audit, ids::PartyId, secrets::Keyring,
    },
    owners::{
        self,
        events::{AccountsChanged, RegistryChanged},
    },
    sightings,
};

/// Every table that has a column `party_id`, and what becomes of the person in it when they are erased.
pub const TABLES: &[(&str, &str)] = &[
    ("account_holder", "stays: who was liable, without the name"),
    ("account_payer", "stays: who agreed to pay, without the name"),
    ("contact", "the notes and who else was spoken to are removed"),
    ("contact_point", "numbers and addresses are overwritten"),
    ("occupant", "stays: that somebody lived there, without the name"),
    ("party_alias", "stays: ids only"),
    ("party_identity", "is removed"),
    ("party_key", "is removed"),
    ("party_trait", "is removed"),
    ("promise", "stays: what was promised, without the name"),
    ("registry_change", "names, numbers and plates are emptied"),
    ("sighting", "is removed"),
    ("sighting_consent", "stays: that it was given and withdrawn, without the name and the notes"),
    ("vehicle", "the plate is overwritten"),
];

/// What stands where a name stood.
pub const ERASED: &str = "已删除";

/// All that is held of a person, for handing it to them.
pub async fn export(
    work: &Work,
    keyring: &Keyring,
    (party, reason): (PartyId, &str),
) -> Result<Value, Failure> {
    let reason = commands::checked_reason(reason)?;
    commands::reach(work, party).await?;
    let (conn, place) = (work.conn(), (work.organization(), party));
    let person = store::party(conn, place).await?.ok_or(Failure::NotFound)?;
    let points = store::points(conn, place).await?;
    let accounts = store::holdings(conn, place).await?;
    let contacts = store::contacts(conn, place).await?;
    let amended = store::amendments(conn, place.0, &contacts).await?;
    let same = owners::queries::same_party(conn, place.0, party).await?;
    let consents = sightings::queries::consents_of(conn, place.0, &same).await?;
    let seen = sightings::queries::kept_of(conn, place.0, &same).await?;
    let exported = json!({
        "name": person.name,
        "kind": person.kind,
        "knownSince": person.created_at,
        "identityNumber": queries::identity_number(conn, keyring, place).await?,
        "contactPoints": points.iter().map(|point| json!({
            "kind": point.kind, "value": point.value.whole(), "status": point.status,
            "source": point.source, "knownSince": point.created_at,
        })).collect::<Vec<_>>(),
        "accounts": accounts.iter().map(|one| json!({
            "id": one.account_id, "community": one.community, "building": one.building,
            "entrance": one.entrance, "number": one.number, "from": one.from_on, "to": one.to_on,
            "charged": Fen(one.charged_fen).to_string(), "paid": Fen(one.paid_fen).to_string(),
            "open": Fen(one.open_fen).to_string(),
        })).collect::<Vec<_>>(),
        "contacts": contacts.iter().map(|one| json!({
            "occurredAt": one.occurred_at, "channel": one.channel, "direction": one.direction,
            "outcome": one.disposition, "note": one.note, "thirdParty": one.third_party_name,
            "notesBefore": amended.iter().filter(|before| before.contact_id == one.id)
                .map(|before| &before.note_before).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "promises": store::promises(conn, place).await?.iter().map(|one| json!({
            "givenAt": one.occurred_at, "amount": Fen(one.amount_fen).to_string(), "dueOn": one.due_on,
            "state": one.state, "note": one.note,
        })).collect::<Vec<_>>(),
        "plates": store::plates(conn, place).await?,
        "traits": store::traits(conn, place).await?,
        "livesIn": store::occupancies(conn, place).await?.iter().map(|one| json!({
            "unit": one.unit_id, "role": one.role, "from": one.from_on, "to": one.to_on,
        })).collect::<Vec<_>>(),
        "sightingConsents": consents.iter().map(|one| json!({
            "way": one.way, "givenOn": one.given_on, "note": one.note, "community": one.community_id,
            "recordedAt": one.recorded_at, "withdrawnAt": one.withdrawn_at, "withdrawnNote": one.withdrawn_note,
        })).collect::<Vec<_>>(),
        "sightings": seen.iter().map(|one| json!({
            "occurredAt": one.occurred_at, "place": one.place, "plate": one.plate, "community": one.community_id,
            "state": one.state,
        })).collect::<Vec<_>>(),
        "attachments": store::attachments(conn, place).await?.iter().map(|one| json!({
            "id": one.id, "kind": one.kind, "type": one.mime, "bytes": one.size_bytes, "sentAt": one.created_at,
        })).collect::<Vec<_>>(),
    });
    audit::record(work, "PERSON_EXPORTED", Some(party.into()), json!({ "reason": reason })).await?;
    Ok(exported)
}

/// Whom to erase, and why.
#[derive(Debug, Serialize)]
pub struct Erasure {
    /// Who.
    pub party: PartyId,
    /// Why.
    pub reason: String,
}

/// Overwrites what is held of a person; the ledger and what was promised stay, without a name. Refused while they hold an
/// account that lasts or owe anything: the contract still needs it (PI 13, 47).
pub async fn erase(work: &mut Work, erasure: Erasure) -> Result<(), Failure> {
    let reason = commands::checked_reason(&erasure.reason)?.to_owned();
    let party = erasure.party;
    commands::reach(work, party).await?;
    let place = (work.organization(), party);
    let held: Vec<_> = store::holdings(work.conn(), place).await?;
    let mut accounts: Vec<_> = held.iter().map(|one| one.account_id).collect();
    accounts.sort_unstable();
    accounts.dedup();
    owners::store::lock(work.conn(), place.0, &accounts).await?;
    let today = owners::queries::reach_day(work.now);
    // Read again under the locks.
    let held = store::holdings(work.conn(), place).await?;
    if held.iter().any(|one| one.to_on.is_none_or(|to| to >= today) || one.open_fen > 0) {
        let text = Text::new(
            "该业主仍有在管房屋或未结清费用,依法需继续保留资料,不能删除",
            "they still hold a unit or owe something: the data is needed for that and stays",
        );
        return Err(Failure::problem(Problem::at("partyId", ProblemCode::Inconsistent, text)));
    }
    sightings::consents::forget(work, party).await?;
    store::overwrite(work, place, &accounts).await?;
    audit::record(work, "PERSON_ERASED", Some(party.into()), json!({ "reason": reason })).await?;
    work.emit_summed(RegistryChanged::of_party(party));
    work.emit_summed(AccountsChanged::of(accounts));
    Ok(())
}
