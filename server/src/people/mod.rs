//! Who works here and who may do what: companies, people who sign in, their roles, the communities they reach.
//!
//! A person signs in with a mobile number and a password and then acts in one company, as an [`Actor`]. Whoever guesses
//! learns nothing: an unknown number takes as long and answers the same as a wrong password.
//!
//! [`Actor`]: crate::kernel::Actor

pub mod commands;
pub mod graphql;
mod passwords;
pub mod queries;
mod sessions;
mod store;

pub use passwords::Passwords;
pub use sessions::Sessions;
