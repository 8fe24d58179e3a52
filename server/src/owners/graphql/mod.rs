//! Owners in the API: accounts, parties, and how they are reached. A file per thing.

pub mod account;
pub mod accounts_mutation;
pub mod change;
pub mod parties_mutation;
pub mod party;
pub mod payloads;
pub mod points;

pub use account::{Account, AccountState, Unit};
pub use accounts_mutation::AccountsMutation;
pub use change::{Change, Transfer};
pub use parties_mutation::PartiesMutation;
pub use party::{Holder, Occupant, Party, PartyMerge, Payer, Share, Vehicle};
pub use points::ContactPoint;
