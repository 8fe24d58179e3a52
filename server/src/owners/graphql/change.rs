//! What changed in the registry, and how liability passed.

use async_graphql::SimpleObject;
use guanjia_entity::{registry_change, transfer};

use crate::{
    api::scalars::{Date, Gid, Instant, Written},
    kernel::ids::{AccountId, MembershipId, PartyId, RegistryChangeId, TransferId},
    owners::parties::{ChangeKind, TransferKind},
};

/// A change in the registry. A correction is visible: what was before stands beside what is after.
#[derive(SimpleObject)]
#[graphql(name = "RegistryChange")]
pub struct Change {
    /// Its id.
    id: Gid<RegistryChangeId>,
    /// What changed.
    kind: ChangeKind,
    /// Whose; an id that may stand for another party since.
    party_id: Option<Gid<PartyId>>,
    /// Of which account.
    account_id: Option<Gid<AccountId>>,
    /// The name, number, plate, share or id before; null when there was none.
    before: Option<Written>,
    /// The name, number, plate, share or id after; null when there is none.
    after: Option<Written>,
    /// The day from which, or up to which, it holds.
    on: Option<Date>,
    /// Who entered it; null when the system did.
    actor_id: Option<Gid<MembershipId>>,
    /// When it was entered.
    recorded_at: Instant,
}

impl From<registry_change::Model> for Change {
    fn from(row: registry_change::Model) -> Self {
        Self {
            id: Gid(row.id),
            kind: ChangeKind::of_name(&row.kind).unwrap_or(ChangeKind::PartyChanged),
            party_id: row.party_id.map(Gid),
            account_id: row.account_id.map(Gid),
            before: row.before_text.map(Written),
            after: row.after_text.map(Written),
            on: row.from_on.map(Date),
            actor_id: row.actor_id.map(Gid),
            recorded_at: Instant(row.recorded_at),
        }
    }
}

/// Liability that passed from one account of a unit to the next.
#[derive(SimpleObject)]
pub struct Transfer {
    /// Its id, to take it back.
    id: Gid<TransferId>,
    /// How.
    kind: TransferKind,
    /// The account that ended; its arrears stayed there.
    from_account_id: Gid<AccountId>,
    /// Last day of the old liability.
    last_on: Date,
    /// When it was entered.
    made_at: Instant,
    /// When it was taken back; null while it holds.
    undone_at: Option<Instant>,
}

impl From<transfer::Model> for Transfer {
    fn from(row: transfer::Model) -> Self {
        Self {
            id: Gid(row.id),
            kind: TransferKind::of_name(&row.kind).unwrap_or(TransferKind::Sale),
            from_account_id: Gid(row.from_account_id),
            last_on: Date(row.last_on),
            made_at: Instant(row.made_at),
            undone_at: row.undone_at.map(Instant),
        }
    }
}
