//! Charges, payments, and what went where.
//!
//! Entries are inserted and never changed; a mistake is taken back by a reversal that points at it. What a payment went
//! to is a pure function of the account's entries ([`allocation`]); when new entries change the answer, the difference is
//! written as signed rows. The open balance of each charge is a cache of that sum.
//!
//! The **watermark** of a community says up to which day its payments are known; a person sets it (rule 2).

pub mod allocation;
pub mod commands;
pub mod events;
pub mod graphql;
pub mod queries;
mod store;
