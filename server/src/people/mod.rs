//! Who works here and who may do what: companies, people who sign in, their roles, the communities they reach.
//!
//! A person signs in with a mobile number and a password ([`sign_in`]) and then acts in one company, as an [`Actor`]. One
//! number may work for several companies; the password is of each company by itself, so that nobody who may set it anew
//! there gets in elsewhere.
//!
//! [`Actor`]: crate::kernel::Actor

pub mod commands;
pub mod communities;
pub mod graphql;
mod passwords;
pub mod queries;
pub mod sign_in;
pub mod staff;
mod store;

pub use passwords::Passwords;
pub use sign_in::{Sessions, SignInSettings, Throttle, Tried, Watched};
