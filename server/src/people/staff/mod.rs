//! The people of a company: invited, changed, sent away by administrators.

pub mod commands;
pub mod events;
pub mod graphql;
pub mod queries;
mod store;
