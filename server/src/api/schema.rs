//! The schema, put together from the parts that each slice offers.

use std::sync::Arc;

use async_graphql::{MergedObject, MergedSubscription, Schema, SchemaBuilder};

use super::node::NodeQuery;
use crate::{
    app::App,
    attachments::graphql::AttachmentsMutation,
    cases::graphql::{CasesMutation, CasesQuery},
    contacts::graphql::ContactsMutation,
    imports::graphql::{ImportsMutation, ImportsQuery},
    ledger::graphql::{LedgerMutation, LedgerQuery},
    lookup::graphql::LookUpQuery,
    owners::graphql::{OwnersMutation, OwnersQuery},
    people::graphql::{PeopleMutation, PeopleQuery},
    privacy::graphql::{PrivacyMutation, PrivacyQuery},
    promises::graphql::{PromisesMutation, PromisesQuery},
    reminders::graphql::{RemindersMutation, RemindersQuery, RemindersSubscription},
    sightings::graphql::{SightingsMutation, SightingsQuery},
    worklist::graphql::WorklistQuery,
};

/// What can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    PeopleQuery,
    OwnersQuery,
    LookUpQuery,
    PrivacyQuery,
    ImportsQuery,
    LedgerQuery,
    CasesQuery,
    PromisesQuery,
    WorklistQuery,
    RemindersQuery,
    SightingsQuery,
    NodeQuery,
);

/// What can be done. Each mutation takes one input and answers with one payload; what a person did wrong comes back in
/// the payload's `problems`, and then nothing was changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    PeopleMutation,
    OwnersMutation,
    AttachmentsMutation,
    PrivacyMutation,
    ImportsMutation,
    LedgerMutation,
    CasesMutation,
    ContactsMutation,
    PromisesMutation,
    RemindersMutation,
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
