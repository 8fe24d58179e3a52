//! The schema of the database, change by change.
//!
//! Each migration is one Rust file and one `.sql` file beside it under `sql/`. The SQL is written once for both
//! databases; words in braces (`{uuid}`, `{moment}` …) are filled in by `dialect`. This crate imports nothing of
//! ours, ever: an entity changes with the product, a migration that has been released does not.

mod dialect;
mod m20261122_000001_people;
mod m20261122_000002_owners;
mod m20261122_000003_ledger;
mod m20261122_000004_cases;
mod m20261122_000005_promises;
mod m20261122_000006_contacts;
mod m20261122_000007_reminders;
mod m20261122_000008_kernel;
mod m20261122_000101_adjustments;
mod m20261122_000102_payment_acts;
mod m20261122_000103_ledger_policies;
mod m20261122_000104_settling_days;
mod m20261122_000200_imports;
mod m20261122_000201_waivers;
mod m20261122_000202_sealed_books;
mod m20261122_000300_sign_in;
mod m20261122_000301_delegations;
mod m20261122_000400_attachments;
mod m20261122_000401_registry;
mod m20261122_000501_lookup;
mod m20261122_000502_audit_seal;
mod m20261122_000503_identity;
mod m20261122_000601_holds;
mod m20261122_000602_escalations;
mod m20261122_000603_calendars;
mod m20261122_000700_last_contact;
mod m20261122_000701_acknowledgements;
mod m20261122_000702_given_steps;
mod m20261122_000703_claim_order;
mod m20261122_000801_contact_facts;
mod m20261122_000802_promise_facts;
mod m20261122_000803_promise_policy;
mod m20261122_000804_payment_details;
mod m20261122_000901_sightings;
mod m20261122_000902_sighting_assessments;

pub use sea_orm_migration::prelude::MigratorTrait;
use sea_orm_migration::prelude::*;

/// Runs the migrations in the order of their names.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_people::Migration),
            Box::new(m20261122_000002_owners::Migration),
            Box::new(m20261122_000003_ledger::Migration),
            Box::new(m20261122_000004_cases::Migration),
            Box::new(m20261122_000005_promises::Migration),
            Box::new(m20261122_000006_contacts::Migration),
            Box::new(m20261122_000007_reminders::Migration),
            Box::new(m20261122_000008_kernel::Migration),
            Box::new(m20261122_000400_attachments::Migration),
            Box::new(m20261122_000700_last_contact::Migration),
            Box::new(m20261122_000101_adjustments::Migration),
            Box::new(m20261122_000102_payment_acts::Migration),
            Box::new(m20261122_000103_ledger_policies::Migration),
            Box::new(m20261122_000601_holds::Migration),
            Box::new(m20261122_000602_escalations::Migration),
            Box::new(m20261122_000501_lookup::Migration),
            Box::new(m20261122_000300_sign_in::Migration),
            Box::new(m20261122_000200_imports::Migration),
            Box::new(m20261122_000301_delegations::Migration),
            Box::new(m20261122_000401_registry::Migration),
            Box::new(m20261122_000502_audit_seal::Migration),
            Box::new(m20261122_000503_identity::Migration),
            Box::new(m20261122_000603_calendars::Migration),
            Box::new(m20261122_000701_acknowledgements::Migration),
            Box::new(m20261122_000702_given_steps::Migration),
            Box::new(m20261122_000703_claim_order::Migration),
            Box::new(m20261122_000801_contact_facts::Migration),
            Box::new(m20261122_000802_promise_facts::Migration),
            Box::new(m20261122_000803_promise_policy::Migration),
            Box::new(m20261122_000804_payment_details::Migration),
            Box::new(m20261122_000901_sightings::Migration),
            Box::new(m20261122_000902_sighting_assessments::Migration),
            Box::new(m20261122_000201_waivers::Migration),
            Box::new(m20261122_000202_sealed_books::Migration),
            Box::new(m20261122_000104_settling_days::Migration),
        ]
    }
}
