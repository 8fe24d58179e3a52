//! What others may hear of accounts, units and parties.

use std::collections::BTreeSet;

use crate::kernel::{
    events::Summed,
    ids::{AccountId, MembershipId, PartyId, UnitId},
};

/// What is shown of these accounts changed, in whatever slice; told once per unit of work, last.
pub struct AccountsChanged(pub BTreeSet<AccountId>);

impl AccountsChanged {
    /// Of some accounts.
    pub fn of(accounts: impl IntoIterator<Item = AccountId>) -> Self {
        Self(accounts.into_iter().collect())
    }
}

impl Summed for AccountsChanged {
    // Whatever others do to accounts in answer to their own events is in it.
    const ORDER: u8 = u8::MAX;

    fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// Names, numbers, plates, rooms or holders changed: what a search by them is made of. Told once per unit of work, before
/// the accounts.
#[derive(Default)]
pub struct RegistryChanged {
    /// Units whose room or whose holders and occupants changed.
    pub units: BTreeSet<UnitId>,
    /// Parties whose name, numbers or plates changed, or that stand for another one now.
    pub parties: BTreeSet<PartyId>,
}

impl RegistryChanged {
    /// Of one unit.
    pub fn of_unit(unit: UnitId) -> Self {
        Self { units: BTreeSet::from([unit]), ..Self::default() }
    }

    /// Of one party.
    pub fn of_party(party: PartyId) -> Self {
        Self { parties: BTreeSet::from([party]), ..Self::default() }
    }
}

impl Summed for RegistryChanged {
    const ORDER: u8 = 100;

    fn absorb(&mut self, other: Self) {
        self.units.extend(other.units);
        self.parties.extend(other.parties);
    }
}

/// What these people look after changed, or will on a day to come.
pub struct PortfoliosChanged(pub BTreeSet<MembershipId>);

impl Summed for PortfoliosChanged {
    const ORDER: u8 = u8::MAX;

    fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}
/// An account that was opened by mistake is being withdrawn. Whoever has something of it refuses, and nothing is changed.
pub struct AccountWithdrawn(pub AccountId);
