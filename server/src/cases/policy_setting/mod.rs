//! Setting what a community allows of holds, follow-ups, escalations and sightings. Each change is a further version.

pub mod commands;
pub mod graphql;
