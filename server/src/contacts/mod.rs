//! Contacts: a call, a visit, a message, and what came of it, in one act.

mod checks;
pub mod commands;
pub mod contact;
pub mod dispositions;
pub mod graphql;
pub mod handlers;
pub mod inputs;
pub mod queries;
pub mod rules;
mod store;
