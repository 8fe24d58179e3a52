//! Importing a book.

use chrono::NaiveDate;
use guanjia_books::Book;
use guanjia_entity::{community, import_run};
use serde_json::json;

use super::{
    apply::{self, Target},
    store,
    summary::Summary,
};
use crate::{
    kernel::{Failure, Work, audit, calendar, ids},
    ledger, owners, people,
};

/// A file that was read.
pub struct File {
    /// Its name without folders.
    pub name: String,
    /// SHA-256 of its bytes, hex.
    pub print: String,
    /// What it says.
    pub book: Book,
}

/// Applies a book in one transaction. The same file again changes nothing; a corrected one corrects.
pub async fn apply(
    work: &mut Work,
    community: &community::Model,
    file: File,
) -> Result<Summary, Failure> {
    people::queries::lock_community(work.conn(), work.organization(), community.id).await?;
    let today = work.today(calendar::zone(&community.time_zone));
    let target = Target {
        community: community.id,
        import: ids::fresh(),
        book_day: file.book.as_of.unwrap_or(today),
    };
    let run = import_run::Model {
        organization_id: work.organization(),
        id: target.import,
        community_id: community.id,
        file_name: file.name,
        file_print: file.print,
        summary: json!({}),
        recorded_at: work.now,
    };
    // The keys point at the run, so it goes in first and its summary is the last word.
    store::insert_run(work.conn(), run.clone()).await?;
    let plan = apply::plan(work, &file.book, &target).await?;
    let summary = serde_json::to_value(&plan.summary).map_err(|e| Failure::broken("summary", e))?;
    store::put_keys(work.conn(), plan.keys).await?;
    store::set_summary(work.conn(), &run, summary.clone()).await?;
    ledger::commands::post(work, plan.postings).await?;
    audit::record(work, "BOOKS_IMPORTED", Some(target.import.into()), summary).await?;
    Ok(plan.summary)
}

/// Up to which day this book knows payments: its own date, or the day of its newest payment. A proposal; a person decides.
pub fn proposed_watermark(book: &Book) -> Option<NaiveDate> {
    book.as_of.or_else(|| book.payments.iter().map(|row| row.received_on).max())
}

/// Gives the community's free units to a steward.
pub async fn assign(
    work: &mut Work,
    community: &community::Model,
    steward: ids::MembershipId,
) -> Result<usize, Failure> {
    let today = owners::queries::reach_day(work.now);
    owners::commands::assign_free_units(work, community.id, steward, today).await
}
