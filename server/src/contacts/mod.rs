//! Contacts: a call, a visit, a message, and what came of it, in one act.

pub mod commands;
pub mod contact;
pub mod dispositions;
pub mod graphql;
pub mod handlers;
pub mod queries;
pub mod rules;
