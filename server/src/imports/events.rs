//! What others may hear of imports.

use std::collections::BTreeSet;

use crate::kernel::ids::AccountId;

/// Somebody wants to take an import back. Whoever has built something on the accounts that it made refuses, and it is not
/// taken back.
pub struct ImportTakenBack {
    /// The accounts that the import made.
    pub made: BTreeSet<AccountId>,
}
