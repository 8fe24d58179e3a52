//! Signing in, and staying in.
//!
//! A sign-in is a **session**: one person, one company, one device. It has two kinds of token. The access token is good for
//! minutes and is sent with every request. The refresh token is good once, for the next pair; shown again within a minute
//! it answers the same pair, since replies get lost, and later it is reuse and ends the session. Whoever guesses learns
//! nothing: an unknown number takes as long and answers the same as a wrong password.

mod comers;
pub mod commands;
pub mod graphql;
pub mod jobs;
pub mod rules;
mod sessions;
mod settings;
pub(super) mod store;
mod throttle;

pub use sessions::{Sessions, Watched};
pub use settings::SignInSettings;
pub use throttle::{Throttle, Tried};
