//! What the API does, slice by slice.

mod assignments;
mod attachments;
mod cases;
mod contacts;
mod errors;
mod escalations;
mod figures;
mod holds;
mod import_runs;
mod imports;
mod ledger;
mod lookup;
mod observed;
mod payments;
mod owners;
mod owners_year;
mod people;
mod program;
mod promises;
mod reminders;
mod rights;
mod sign_in;
mod staff;
mod thread;
mod time;
mod worklist;
