//! The office's books, brought into the ledger.
//!
//! The crate `guanjia-books` reads a file into rows and problems; here a row becomes an entry once. A **source key**
//! remembers what each row became and the content it was made from: the same row again is left alone, a row whose content
//! changed becomes a reversal and a new entry, a row that is missing is reported and never deleted.

pub mod apply;
pub mod commands;
mod keys;
mod store;
pub mod summary;

pub use summary::Summary;
