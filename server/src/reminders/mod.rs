//! Reminders: what the phone shows when a follow-up is due.
//!
//! The due engine ([`jobs`]) turns due follow-ups into rows, numbered per recipient, in one transaction: a crash before
//! the commit leaves nothing, a crash after it leaves everything. Then it goes out. A wake-up ([`hub`]) is only a hint;
//! every stream ([`stream`]) reads what comes after its last number from the database.

pub mod graphql;
pub mod handover;
pub mod hub;
pub mod jobs;
pub mod queries;
pub mod stream;

pub use hub::Hub;
