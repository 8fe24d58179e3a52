//! Sightings 目击 (S10, rule 32): an owner who is looked for is seen at a gate, and the steward knows at once.
//!
//! Whereabouts are sensitive, so everything here is narrow. An owner is looked out for only with a **consent** of their own,
//! in a community that has **switched sightings on** with an assessment, and only while a steward may approach them. The
//! **watch-list** of a guard shows plates and masked names, and nothing of rooms or debts. A **sighting** is entered by hand,
//! one tap; it becomes a follow-up of whoever looks after the account, with a reminder. It stands on no timeline and is
//! deleted after days, and with it whatever says that a step came from it ([`commands::erase`]).
//!
//! ```text
//! RECORDED ──► UNDONE   by whoever tapped, within minutes
//!     │  └───► DENIED   by the steward: it was somebody else
//!     └──────► gone     after the community's days, with the consent, or when sightings are switched off
//! ```
//!
//! Whoever taps the same person within minutes of another joins the other's **group**: one follow-up, one reminder, two
//! sightings.

pub mod commands;
pub mod consents;
pub mod graphql;
pub mod handlers;
pub mod jobs;
pub mod queries;
pub mod rules;
mod store;
