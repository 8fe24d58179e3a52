//! The schema, put together from the parts that each slice offers.

use std::sync::Arc;

use async_graphql::{MergedObject, MergedSubscription, Schema, SchemaBuilder};

use super::node::NodeQuery;
use crate::{
    app::App, attachments::graphql::AttachmentsMutation, cases::graphql::CasesMutation,
    cases::graphql::CasesQuery, contacts::graphql::ContactsMutation,
    imports::graphql::ImportsMutation, imports::graphql::ImportsQuery,
    ledger::graphql::LedgerMutation, ledger::graphql::LedgerQuery, lookup::graphql::LookUpQuery,
    owners::assignments::graphql::AssignmentsMutation,
    owners::assignments::graphql::AssignmentsQuery, owners::graphql::AccountsMutation,
    owners::graphql::PartiesMutation, people::graphql::PeopleQuery,
    people::sign_in::graphql::SignInMutation, people::staff::graphql::StaffMutation,
    people::staff::graphql::StaffQuery, privacy::graphql::PrivacyMutation,
    privacy::graphql::PrivacyQuery, promises::graphql::PromisesMutation,
    promises::graphql::PromisesQuery, reminders::graphql::RemindersMutation,
    reminders::graphql::RemindersQuery, reminders::graphql::RemindersSubscription,
    sightings::graphql::SightingsMutation, sightings::graphql::SightingsQuery,
    worklist::graphql::WorklistQuery,
};

/// What can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    PeopleQuery,
    LedgerQuery,
    CasesQuery,
    WorklistQuery,
    LookUpQuery,
    ImportsQuery,
    StaffQuery,
    AssignmentsQuery,
    PrivacyQuery,
    RemindersQuery,
    PromisesQuery,
    SightingsQuery,
    NodeQuery,
);

/// What can be done. Each mutation takes one input and answers with one payload; what a person did wrong comes back in
/// the payload's `problems`, and then nothing was changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    SignInMutation,
    AttachmentsMutation,
    LedgerMutation,
    CasesMutation,
    ContactsMutation,
    ImportsMutation,
    StaffMutation,
    AssignmentsMutation,
    AccountsMutation,
    PartiesMutation,
    PrivacyMutation,
    RemindersMutation,
    PromisesMutation,
    SightingsMutation,
);

/// What can be listened to.
#[derive(MergedSubscription, Default)]
pub struct Subscription(RemindersSubscription);

/// The schema with the program behind it.
pub type ApiSchema = Schema<Query, Mutation, Subscription>;

/// Builds the schema that serves.
pub fn build(app: Arc<App>) -> ApiSchema {
    builder().data(app).finish()
}

/// The schema as text, as `schema.graphql` has it.
pub fn sdl() -> String {
    let text = builder()
        .finish()
        .sdl_with_options(async_graphql::SDLExportOptions::new().sorted_enum_items());
    format!("{}\n", text.trim())
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    // Limits, introspection and hints are the front's to decide.
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
}
