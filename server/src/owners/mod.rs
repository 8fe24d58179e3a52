//! Units, accounts, parties: who owes, and how they are reached.
//!
//! An **account** 户 is one unit while one liability lasts; its **holders** are parties. Whatever is found here is found
//! for an actor: a steward reaches the units assigned to them, the others the communities they were given. What is not
//! theirs looks as if it were not there.

pub mod assignments;
pub mod commands;
pub mod events;
pub mod graphql;
pub mod handlers;
pub mod points;
pub mod queries;
pub mod store;
