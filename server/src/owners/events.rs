//! What others may hear of accounts.

use std::collections::BTreeSet;

use crate::kernel::{events::Summed, ids::AccountId};

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
