//! A run: files that were brought, what is to become of them, and where they stand.

use std::sync::Arc;

use chrono::NaiveDate;
use guanjia_books::Severity;
use guanjia_entity::{community, import_run};
use serde_json::json;

use super::{
    Summary,
    files::{self, Brought},
    store,
};
use crate::{
    kernel::{
        Failure, Problem, ProblemCode, Text, Work, audit, calendar, ids::ImportId, secrets::Keyring,
    },
    people,
};

/// Most files in one run.
pub const MOST_FILES: usize = 10;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "ImportState")]
pub enum State {
    /// 读取中: waits to be read, or is being read and held against the ledger. Nothing is changed.
    Reading,
    /// 已拒绝: no workbook, or something in it blocks; nothing was changed.
    Refused,
    /// 待确认: read; shows what would change. `applyImport` applies it.
    Ready,
    /// 入账中: is being entered, account by account; what is entered is whole for each account.
    Applying,
    /// 已完成: entered.
    Done,
    /// 撤回中: is being taken back, account by account.
    TakingBack,
    /// 已撤回: its entries were reversed.
    TakenBack,
    /// 失败: a fault of the server stopped it; `applyImport` goes on where it stopped.
    Failed,
}

impl State {
    const ALL: [Self; 8] = [
        Self::Reading,
        Self::Refused,
        Self::Ready,
        Self::Applying,
        Self::Done,
        Self::TakingBack,
        Self::TakenBack,
        Self::Failed,
    ];

    /// The name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reading => "READING",
            Self::Refused => "REFUSED",
            Self::Ready => "READY",
            Self::Applying => "APPLYING",
            Self::Done => "DONE",
            Self::TakingBack => "TAKING_BACK",
            Self::TakenBack => "TAKEN_BACK",
            Self::Failed => "FAILED",
        }
    }

    /// The state of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether somebody must work on it.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Reading | Self::Applying | Self::TakingBack)
    }
}

/// The name of a severity in the database.
pub(super) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "NOTE",
        Severity::Warning => "WARNING",
        Severity::Blocking => "BLOCKING",
    }
}

/// The state of a run.
pub fn state_of(run: &import_run::Model) -> State {
    State::of_name(&run.state).unwrap_or(State::Failed)
}

/// What a run did, or would do.
pub fn summary_of(run: &import_run::Model) -> Summary {
    serde_json::from_value(run.summary.clone()).unwrap_or_default()
}

/// A file that is to be read.
pub struct Upload {
    /// Its name without folders.
    pub name: String,
    /// Its bytes; whoever reads them and whoever keeps them have the same.
    pub bytes: Arc<Vec<u8>>,
}

/// What is asked for.
pub struct NewRun {
    /// Its id.
    pub id: ImportId,
    /// The files.
    pub files: Vec<Brought>,
    /// The keys under which they are kept.
    pub keyring: Keyring,
    /// SHA-256 of the files, hex.
    pub print: String,
    /// Whether it is applied as soon as it is ready.
    pub applies: bool,
    /// Payments are known up to this day once it is applied.
    pub known_to: Option<NaiveDate>,
}

/// Opens a run: from here on it is read, by whichever process comes first.
pub async fn open(
    work: &Work,
    community: &community::Model,
    new: NewRun,
) -> Result<ImportId, Failure> {
    check_known_to(work, community, new.known_to)?;
    let names: Vec<&str> = new.files.iter().map(|file| file.name.as_str()).collect();
    let row = row_of(work, community, (new.id, names.join(", "), new.print));
    let row = import_run::Model { applies: new.applies, known_to: new.known_to, ..row };
    store::insert_run(work.conn(), row).await?;
    for (ordinal, file) in (0..).zip(&new.files) {
        files::put(work, (new.id, ordinal), (file, &new.keyring)).await?;
    }
    let facts = json!({ "files": new.files.len(), "applies": new.applies });
    audit::record(work, "IMPORT_ASKED", Some(new.id.into()), facts).await?;
    Ok(new.id)
}

/// A run that waits to be read.
pub(super) fn row_of(
    work: &Work,
    community: &community::Model,
    (id, file_name, file_print): (ImportId, String, String),
) -> import_run::Model {
    import_run::Model {
        organization_id: work.organization(),
        id,
        community_id: community.id,
        file_name,
        file_print,
        summary: json!({}),
        recorded_at: work.now,
        state: State::Reading.name().to_owned(),
        applies: true,
        known_to: None,
        proposed_known_to: None,
        asked_by: work.by().person(),
        turn: 0,
        planned_after: 0,
        chunks: 0,
        chunks_done: 0,
        lease_owner: None,
        lease_until: None,
        finished_at: None,
    }
}

fn check_known_to(
    work: &Work,
    community: &community::Model,
    known_to: Option<NaiveDate>,
) -> Result<(), Failure> {
    if known_to.is_some_and(|day| day > work.today(calendar::zone(&community.time_zone))) {
        let text = Text::new("收款截止日不能晚于今天", "payments cannot be known beyond today");
        return Err(Failure::problem(Problem::at("knownTo", ProblemCode::TooLate, text)));
    }
    Ok(())
}

/// Asks that a run that is ready, or that failed, be applied.
pub async fn ask_to_apply(
    work: &Work,
    community: &community::Model,
    (id, known_to): (ImportId, Option<NaiveDate>),
) -> Result<(), Failure> {
    check_known_to(work, community, known_to)?;
    people::queries::lock_community(work.conn(), work.organization(), community.id).await?;
    // Behind the lock, so that two who ask at once are one.
    let run = store::run(work.conn(), work.organization(), id).await?.ok_or(Failure::NotFound)?;
    if !matches!(state_of(&run), State::Ready | State::Failed) {
        let text = Text::new(
            "只有待确认或失败的导入可以入账",
            "only an import that is ready or failed can be applied",
        );
        return Err(Failure::problem(Problem::at("importId", ProblemCode::Inconsistent, text)));
    }
    store::ask(work, run.id, known_to.or(run.known_to)).await?;
    audit::record(work, "IMPORT_TO_APPLY", Some(run.id.into()), json!({})).await
}
