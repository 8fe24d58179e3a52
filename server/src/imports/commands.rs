//! Importing a book within one unit of work, and rehearsing it.

use chrono::NaiveDate;
use guanjia_books::{Book, Problem as RowProblem, Severity};
use guanjia_entity::community;
use sea_orm::ConnectionTrait;

use super::{
    jobs::Batches,
    plan::{Planner, is_blocked},
    runs::{self, State},
    sheet::Sheet,
    staging,
    store::{self, Turned},
    summary::Summary,
};
use crate::{
    kernel::{
        Failure, Problem, ProblemCode, Text, Work, audit, calendar, ids,
        ids::{CommunityId, ImportId, OrganizationId},
        secrets::Keyring,
    },
    owners, people,
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

/// Applies a book within the unit of work, all of it or nothing: for what is small. The same file again changes nothing;
/// a corrected one corrects. Identity numbers are left out.
pub async fn apply(
    work: &mut Work,
    community: &community::Model,
    file: File,
) -> Result<Summary, Failure> {
    let File { name, print, mut book } = file;
    refuse_blocked(std::mem::take(&mut book.problems))?;
    people::queries::lock_community(work.conn(), work.organization(), community.id).await?;
    let run = runs::row_of(work, community, (ids::fresh::<ImportId>(), name, print));
    store::insert_run(work.conn(), run.clone()).await?;
    let today = work.today(calendar::zone(&community.time_zone));
    let (sheet, place) = (Sheet::from(book), (work.organization(), community.id));
    let mut planner =
        Planner::try_new(work.conn(), place, (&sheet, today, Keyring::default())).await?;
    let mut chunks = 0;
    for some in Batches(&sheet.units()) {
        let batch = planner.plan(work.conn(), some).await?;
        staging::stage(work, (run.id, chunks), batch).await?;
        chunks += 1;
    }
    let (summary, notes) = planner.finish(work.conn()).await?;
    refuse_blocked(notes.into_list())?;
    for chunk in 0..chunks {
        staging::write(work, &run, chunk).await?;
    }
    store::take_turn(work, &run).await?;
    let told = serde_json::to_value(&summary).map_err(|e| Failure::broken("summary", e))?;
    let finished_at = Some(work.now);
    let to = Turned { state: State::Done, summary: Some(&told), chunks, finished_at };
    store::turn(work, run.id, to).await?;
    audit::record(work, "BOOKS_IMPORTED", Some(run.id.into()), told).await?;
    Ok(summary)
}

/// What a file would do, without doing anything.
pub struct Rehearsed {
    /// In rows and money.
    pub summary: Summary,
    /// What is wrong with it, held against what is known.
    pub problems: Vec<RowProblem>,
}

/// Holds a book against what a community knows. The community need not exist.
pub async fn rehearse(
    conn: &impl ConnectionTrait,
    place: (OrganizationId, CommunityId),
    (book, today, keyring): (Book, NaiveDate, Keyring),
) -> Result<Rehearsed, Failure> {
    let sheet = Sheet::from(book);
    let mut planner = Planner::try_new(conn, place, (&sheet, today, keyring)).await?;
    for some in Batches(&sheet.units()) {
        planner.plan(conn, some).await?;
    }
    let (summary, notes) = planner.finish(conn).await?;
    Ok(Rehearsed { summary, problems: notes.into_list() })
}

/// A file with something that blocks changes nothing.
fn refuse_blocked(problems: Vec<RowProblem>) -> Result<(), Failure> {
    if !is_blocked(&problems) {
        return Ok(());
    }
    let blocking = problems.into_iter().filter(|problem| problem.severity == Severity::Blocking);
    let told = blocking.map(|problem| {
        let text = Text::new(
            format!("{}第 {} 行:{}", problem.at.sheet, problem.at.row, problem.zh),
            format!("{}, row {}: {}", problem.at.sheet, problem.at.row, problem.en),
        );
        Problem::at("file", ProblemCode::Invalid, text)
    });
    Err(Failure::Problems(told.collect()))
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
    owners::assignments::commands::assign_free(work, community.id, steward, today).await
}
