//! Setting what a community wants of promises, contacts and reminders. Each change is a further version.

pub mod commands;
pub mod graphql;
