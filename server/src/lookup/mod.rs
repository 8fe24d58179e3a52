//! Look-up 查找: one box in which a steward types a room, a name, pinyin, initials, a number, and finds the account.
//!
//! Everything an account is found by stands in one table of **terms**, made anew from the registry in the transaction that
//! changes it. A search is a few ranges of terms in the order of ranks; what it reads grows with what it shows, not with
//! what there is. It finds only what the actor reaches, and nobody finds a number by its parts who may not see it.

mod asked;
pub mod commands;
pub mod graphql;
pub mod handlers;
pub mod jobs;
mod pinyin;
pub mod queries;
mod store;
mod terms;
