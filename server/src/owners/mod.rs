//! Units, accounts, parties: who owes, and how they are reached.
//!
//! An **account** 户 is one unit while one liability lasts; its **holders** are parties, in rows with dates. When liability
//! passes, the account ends and the next one begins; the arrears stay. A party is one by name and number; ids of a second
//! registration or of a merge stand for it (`aliases.rs`). Whatever is found here is found
//! for an actor: a steward reaches the units assigned to them, the others the communities they were given. What is not
//! theirs looks as if it were not there.

mod aliases;
pub mod assignments;
pub mod commands;
pub mod events;
pub mod graphql;
pub mod handlers;
pub mod masking;
pub mod parties;
mod plates;
pub mod points;
pub mod queries;
pub mod shares;
pub mod store;
