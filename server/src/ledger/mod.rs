//! Charges, payments, and what went where.
//!
//! Entries are inserted and never changed. Each has a day from which it is **true** (`effective_on`) and a moment from which
//! it is **known** (`recorded_at`). What is taken back is taken back by a reversal that points at it: a mistake on the
//! original's day, as if it had never been; a bounce on its own day, until which the money was there.
//!
//! | entry | sign | what it does |
//! | --- | --- | --- |
//! | charge | + | is owed |
//! | charge, negative: **red letter** 红字 | − | takes from the charge of its item and period, else from the oldest |
//! | payment | + | settles charges, or waits as credit |
//! | payment, negative: **refund** 退款 | − | takes unused credit, then what was settled last |
//! | adjustment | − | waiver, write-off, correction: takes from one charge, or from the corrected one in its place |
//! | adjustment, penalty | + | bills what was computed; the penalty becomes a charge of its own |
//! | confirmation | | a provisional payment counts from then on |
//!
//! What settled what is a pure function of an account's entries and the community's policy ([`allocation`]). When entries
//! change the answer, the difference is written as signed, dated rows ([`settling`]): `allocation` for money,
//! `charge_reduction` for red letters and adjustments. The open balance of each charge is a cache of their sum up to today;
//! where money waits for a day to come, [`jobs`] brings it up to date on that day. Whoever
//! enters something posts it with [`commands::post`] and need not care what it settles.
//!
//! The **watermark** of a community says up to which day its payments are known; a person sets it (rule 2).

pub mod adjusting;
pub mod adjustment;
pub mod ageing;
pub mod allocation;
pub mod bulk;
pub mod commands;
pub mod entries;
pub mod events;
pub mod figures;
pub mod graphql;
pub mod handlers;
pub mod jobs;
pub mod payments;
pub mod penalty;
pub mod periods;
pub mod policies;
pub mod policy;
pub mod queries;
pub mod rows;
mod settling;
pub mod spread;
pub mod statement;
mod store;
