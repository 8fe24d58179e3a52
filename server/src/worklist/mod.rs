//! The worklist: what to do, in the order in which one would do it, with the reason.
//!
//! It is a projection: nothing is stored but a version per steward, which moves in the transaction of every commit that
//! changes what the list shows. A mutation's answer carries the version, and the next read may demand it.
//!
//! One entry is one conversation: a person with all accounts of the list that they hold (rule 16). The same follow-ups by
//! day are the tickler box ([`tickler`]); what lies with each steward is the team's worklist ([`team`]).

pub mod cache;
pub mod filter;
pub mod graphql;
pub mod handlers;
pub mod list;
pub mod queries;
pub mod rules;
mod store;
pub mod team;
pub mod tickler;
pub mod versions;

pub use cache::Lists;
pub use versions::Versions;
