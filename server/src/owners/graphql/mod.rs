//! Owners in the API: accounts, parties, and how they are reached. A file per thing.

mod account;
mod party;
mod points;

pub use account::{Account, Unit};
pub use party::Holder;
pub use points::ContactPoint;
