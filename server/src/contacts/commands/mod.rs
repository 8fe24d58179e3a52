//! Logging a contact, correcting one that was logged on the wrong owner, amending what was written.

mod amend;
mod correct;
mod log;
mod next;

pub use amend::{AmendContact, amend_contact};
pub use correct::{CorrectContact, Corrected, correct_contact};
pub use log::{Logged, log_contact};
