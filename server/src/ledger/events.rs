//! What others may hear of the ledger.

use std::collections::BTreeSet;

use chrono::NaiveDate;

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

/// A person said that the payments of a community are known up to that day.
pub struct WatermarkSet {
    /// The community.
    pub community: CommunityId,
    /// Known to the end of this local day.
    pub known_to: NaiveDate,
}
