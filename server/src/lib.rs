//! Guanjia (管家, the steward): the follow-up backend for property stewards.
//!
//! One folder per word of the field; inside it the file name is the layer. docs/architecture.md follows one promise
//! through all of them.
//!
//! - [`kernel`]: time, ids, money, who acts, the unit of work. No word of the domain.
//! - [`people`], [`owners`], [`attachments`], [`ledger`], [`imports`]: who works here, who owes, what was photographed or
//!   signed, what is owed, how the books come in.
//! - [`cases`], [`promises`], [`contacts`], [`reminders`], [`sightings`], [`worklist`]: the follow-up itself.
//! - [`api`]: what the slices have in common on the wire. [`worker`]: what runs behind the requests.
//!   [`adapters`]: where the outside world begins. [`app`]: the program, put together once for serving and for tests.

// The resolvers of a root are one future within the other, a level for each slice.
#![recursion_limit = "256"]

pub mod adapters;
pub mod api;
pub mod app;
pub mod attachments;
pub mod cases;
pub mod cli;
pub mod config;
pub mod contacts;
pub mod demo;
pub mod imports;
pub mod kernel;
pub mod ledger;
pub mod lookup;
pub mod owners;
pub mod people;
pub mod privacy;
pub mod promises;
pub mod reminders;
pub mod serve;
pub mod sightings;
pub mod worker;
pub mod worklist;
