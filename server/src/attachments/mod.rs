//! Attachments: photographs, signatures, documents, recordings, proofs.
//!
//! A file is sent beside GraphQL (`POST /attachments/{id}`, [`http`]) and then tied to what it belongs to: an account, an
//! owner, a contact ([`commands::link`]). Who reaches one of its accounts or owners may see it; until it is tied to
//! something, only whoever sent it. What nobody tied to anything within a day is thrown away ([`jobs`]).
//!
//! ```text
//! RECEIVING ──► STORED ──► (tied: stays for ever)
//!     └───────────┴──────► DISCARDED ──► gone
//! ```
//!
//! The bytes lie in the vault (`adapters/vault.rs`); type, size and print stand in the table.

pub mod commands;
pub mod graphql;
pub mod http;
pub mod jobs;
pub mod queries;
pub mod rules;
mod store;
