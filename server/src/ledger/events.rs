//! What others may hear of the ledger.

use std::collections::BTreeSet;

use crate::kernel::{
    events::Summed,
    ids::{AccountId, CommunityId},
};

/// Entries or balances of these accounts changed; told once per unit of work.
pub struct LedgerChanged(pub BTreeSet<AccountId>);

impl Summed for LedgerChanged {
    const ORDER: u8 = 0;

    fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// A person said up to which day the payments of these communities are known; told once, after the ledger has.
pub struct WatermarkSet(pub BTreeSet<CommunityId>);

impl Summed for WatermarkSet {
    const ORDER: u8 = 1;

    fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}
