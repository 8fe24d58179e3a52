//! Who looks after what, and when.
//!
//! A unit has its own steward from one day on; while that person is away, somebody stands in. `unit_assignment` holds what
//! follows from both, day by day without overlap: everybody who asks for the steward of a day reads one row. What was is
//! never rewritten; from today on the rows are made anew whenever a unit is given away or a leave begins, ends or changes.

pub mod commands;
pub mod graphql;
pub mod queries;
pub mod rules;
mod store;
