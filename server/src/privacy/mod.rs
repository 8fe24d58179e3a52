//! Whose data it is (rules 31, 34): revealing a number that is masked, identity numbers, what is held of a person, and its
//! erasure. Who sees a number at all stands in `owners::masking`.

pub mod commands;
pub mod graphql;
pub mod handlers;
mod identity;
pub mod log;
pub mod person;
mod person_store;
pub mod queries;
mod store;
mod written;

pub use identity::is_identity_number;
