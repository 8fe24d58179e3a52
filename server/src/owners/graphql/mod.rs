//! Owners in the API: accounts, parties, and how they are reached. A file per thing.

pub mod account;
pub mod accounts_mutation;
pub mod change;
pub mod parties_mutation;
pub mod party;
pub mod payloads;
pub mod points;
mod tries;

use async_graphql::MergedObject;

use self::{accounts_mutation::AccountsMutation, parties_mutation::PartiesMutation};
use super::assignments::graphql::AssignmentsMutation;
pub use super::assignments::graphql::AssignmentsQuery as OwnersQuery;
pub use account::{Account, AccountState, Unit};
pub use change::{Change, Transfer};
pub use party::{Holder, Occupant, Party, PartyMerge, Payer, Share, Vehicle};
pub use points::ContactPoint;

/// Mutations.
#[derive(MergedObject, Default)]
pub struct OwnersMutation(AccountsMutation, PartiesMutation, AssignmentsMutation);
