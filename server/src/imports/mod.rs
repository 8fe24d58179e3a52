//! The office's books, brought into the ledger.
//!
//! The crate `guanjia-books` reads a file into rows and problems; here a row becomes an entry once. A **source key**
//! remembers what each row became and the content it was made from: the same row again is left alone, a row whose content
//! changed becomes a reversal and a new entry, a row that is missing is reported and never deleted.
//!
//! One bringing of files is a **run**. It is read ([`reading`]), held against what is known ([`plan`]), staged in small
//! transactions and written chunk by chunk, each account whole ([`staging`]). Runs of one community follow each other;
//! whoever works on one holds its lease ([`jobs`]).

pub mod commands;
mod covers;
pub mod events;
pub mod files;
pub mod graphql;
pub mod http;
mod identities;
pub mod jobs;
mod keys;
mod known;
pub mod mappings;
mod notes;
pub mod phases;
mod plan;
pub mod queries;
pub mod reading;
mod rows;
pub mod runs;
mod sheet;
mod staging;
mod store;
pub mod summary;
pub mod sweeping;
pub mod taking_back;

pub use summary::Summary;
