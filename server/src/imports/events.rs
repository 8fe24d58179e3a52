//! What others may hear of imports.

use std::collections::BTreeSet;

use crate::kernel::ids::{AccountId, PartyId};

/// Somebody wants to take an import back. Whoever has built something on the accounts that it made refuses, and it is not
/// taken back.
pub struct ImportTakenBack {
    /// The accounts that the import made.
    pub made: BTreeSet<AccountId>,
}

/// Books named identity numbers of holders. They come encrypted, and whoever keeps them writes them down for the person.
pub struct IdentityNumbersBrought(pub Vec<BroughtIdentity>);

/// An identity number that a book named, as it was staged.
pub struct BroughtIdentity {
    /// Whose.
    pub party: PartyId,
    /// Name of the key.
    pub key_name: String,
    /// The number, encrypted.
    pub sealed: String,
    /// What it is bound to while it is staged.
    pub place: Vec<u8>,
}
