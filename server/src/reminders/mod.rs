//! Reminders: what the phone shows when a follow-up is due.
//!
//! The due engine ([`jobs`]) turns due follow-ups into rows, numbered per recipient, in one transaction: a crash before
//! the commit leaves nothing, a crash after it leaves everything. Then it goes out. A wake-up ([`hub`]) is only a hint;
//! every stream ([`stream`]) asks for what comes after its last number, and those of one recipient read it once (`desk`).
//!
//! A reminder that was seen on one device is gone on all: that it was seen is news with a number of its own, so a device
//! that was away learns of it in its place.

pub mod commands;
mod desk;
pub mod events;
pub mod graphql;
pub mod handlers;
pub mod handover;
pub mod hub;
pub mod jobs;
pub mod orphans;
pub mod queries;
mod store;
pub mod stream;

pub use hub::Hub;
