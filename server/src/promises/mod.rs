//! Promises: an amount, a date and a way of paying (rule 1), one line per account, judged line by line.
//!
//! A line is PENDING until its day and grace are over **and** the books of its community are known past them (rule 2); then
//! it is KEPT, PARTLY_KEPT or BROKEN. A later promise makes a pending one CANCELLED, never broken (rule 4). Money that was
//! in time but became known after the verdict takes the break back (rule 3).

pub mod commands;
pub mod graphql;
pub mod handlers;
mod instructions;
pub mod jobs;
pub mod queries;
pub mod rules;
mod store;
