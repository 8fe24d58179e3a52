//! The communities of a company: made and named by administrators.

pub mod commands;
pub mod events;
pub mod graphql;
