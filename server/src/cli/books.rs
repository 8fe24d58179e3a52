//! `guanjia import`.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use clap::Args;
use guanjia_books::{Mapping, Options, Problem, Severity, Source};
use guanjia_entity::{community, import_run};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::names::Named;
use crate::{
    app::App,
    config::Settings,
    imports::{
        Summary, commands,
        files::{Brought, Content},
        jobs,
        phases::{Phases, millis},
        queries,
        reading::{self, Read},
        runs::{self, NewRun, State, Upload},
    },
    kernel::{By, Failure, Work, calendar, ids, ids::OrganizationId, tokens},
    people,
};

/// How often a run that another process works on is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// What `import` takes.
#[derive(Args)]
pub(super) struct Import {
    /// The books: .xlsx, .xls or .csv. Several are read as one book in several files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The company.
    #[arg(long)]
    company: String,
    /// The community.
    #[arg(long)]
    community: String,
    /// Make the company and the community if they are not known. In an empty database they are made without it.
    #[arg(long)]
    create: bool,
    /// Say that the payments of the community are known up to this day.
    #[arg(long, value_name = "DAY")]
    known_to: Option<NaiveDate>,
    /// Show what would happen and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write what happened, or would happen, and every problem as JSON to this file; `-` is standard output.
    #[arg(long, value_name = "PATH")]
    json: Option<PathBuf>,
    /// Write a copy of the book as .xlsx with its problems marked. Of several files, the first.
    #[arg(long, value_name = "PATH")]
    marked_copy: Option<PathBuf>,
    /// A JSON file that says what headings hold: {"heading": "field"}, such as {"房屋代码": "room"}.
    #[arg(long, value_name = "PATH")]
    mapping: Option<PathBuf>,
}

/// What came of it, as it is told.
struct Told {
    summary: Summary,
    problems: Vec<Problem>,
    proposed: Option<NaiveDate>,
    /// Why nothing was changed.
    refused: Option<String>,
    /// How long the parts took.
    phases: Phases,
}

impl Import {
    pub(super) async fn run(self, settings: Settings) -> Result<(), String> {
        let mut mappings = self.own_mapping()?;
        // Reading comes first: a file that cannot be read must not even make the company.
        let uploads = self.uploads()?;
        let app = super::app(settings).await?;
        let said = |failure: Failure| failure.to_string();
        let (company, known) = self.place(&app).await.map_err(said)?;
        self.named().check(app.kernel.database.read(), company).await?;
        if let Some(community) = &known {
            let place = (company, community.id);
            let saved = queries::headings(app.kernel.database.read(), place).await;
            mappings.extend(saved.map_err(said)?);
        }
        let begin = Instant::now();
        let read = self.read(&uploads, &mappings)?;
        let reading = millis(begin.elapsed());
        show(&read.book.problems);
        let blocked = read.book.is_blocked();
        let mut told = if self.dry_run || blocked {
            self.rehearse(&app, (company, known), read).await.map_err(said)?
        } else {
            self.apply(&app, company, (read, &uploads)).await.map_err(said)?
        };
        told.phases.reading = reading;
        self.tell(&told, (&uploads, &mappings))
    }

    /// What the option `--mapping` says.
    fn own_mapping(&self) -> Result<Vec<Mapping>, String> {
        let Some(path) = &self.mapping else { return Ok(Vec::new()) };
        let shown = path.display();
        let text = std::fs::read(path).map_err(|error| format!("{shown}: {error}"))?;
        let columns = serde_json::from_slice(&text).map_err(|error| format!("{shown}: {error}"))?;
        Ok(vec![Mapping { sheet: None, columns }])
    }

    fn uploads(&self) -> Result<Vec<Upload>, String> {
        let most = guanjia_books::Limits::default().file_bytes;
        let mut uploads = Vec::new();
        for path in &self.files {
            let shown = path.display();
            let size = std::fs::metadata(path).map_err(|error| format!("{shown}: {error}"))?.len();
            if size > most {
                return Err(format!("{shown}: the file is too large: over {} MB", most >> 20));
            }
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let bytes = std::fs::read(path).map_err(|error| format!("{shown}: {error}"))?;
            uploads.push(Upload { name: name.unwrap_or_default(), bytes: Arc::new(bytes) });
        }
        Ok(uploads)
    }

    fn read(&self, uploads: &[Upload], mappings: &[Mapping]) -> Result<Read, String> {
        let bar = spinner("reading");
        let copies = uploads
            .iter()
            .map(|file| Upload { name: file.name.clone(), bytes: Arc::clone(&file.bytes) });
        let read = reading::read(copies.collect(), mappings).map_err(|no_book| {
            let path = self.files.get(no_book.file).map(|path| path.display().to_string());
            format!("{}: {}", path.unwrap_or_default(), no_book.refused)
        })?;
        bar.finish_and_clear();
        Ok(read)
    }

    fn named(&self) -> Named<'_> {
        let communities = std::slice::from_ref(&self.community);
        Named { company: &self.company, communities, create: self.create }
    }

    /// The company, and the community if there is one of that name.
    async fn place(
        &self,
        app: &App,
    ) -> Result<(OrganizationId, Option<community::Model>), Failure> {
        let company = people::commands::company_id(&app.kernel, &self.company).await?;
        let all = people::queries::communities(app.kernel.database.read(), company).await?;
        Ok((company, all.into_iter().find(|one| one.name == self.community)))
    }

    async fn rehearse(
        &self,
        app: &App,
        (company, community): (OrganizationId, Option<community::Model>),
        read: Read,
    ) -> Result<Told, Failure> {
        let zone = community.as_ref().map_or("Asia/Shanghai", |one| one.time_zone.as_str());
        let today = calendar::local_day(app.kernel.clock.domain(), calendar::zone(zone));
        let proposed = commands::proposed_watermark(&read.book);
        let mut book = read.book;
        let mut problems = std::mem::take(&mut book.problems);
        let place = (company, community.map_or_else(ids::fresh, |one| one.id));
        let conn = app.kernel.database.read();
        let rehearsed =
            commands::rehearse(conn, place, (book, today, app.kernel.keyring.clone())).await?;
        show(&rehearsed.problems);
        problems.extend(rehearsed.problems);
        let blocking =
            problems.iter().filter(|problem| problem.severity == Severity::Blocking).count();
        let refused = (blocking > 0).then(|| format!("{}, nothing was changed", counted(blocking)));
        let (summary, phases) = (rehearsed.summary, Phases::default());
        Ok(Told { summary, problems, proposed, refused, phases })
    }

    async fn apply(
        &self,
        app: &App,
        company: OrganizationId,
        (read, uploads): (Read, &[Upload]),
    ) -> Result<Told, Failure> {
        let bar = spinner("entering rows");
        let problems = read.book.problems.clone();
        let proposed = commands::proposed_watermark(&read.book);
        let files = uploads.iter().map(|file| Brought {
            name: file.name.clone(),
            size: file.bytes.len() as u64,
            content: Content::Memory(Arc::clone(&file.bytes)),
        });
        let new = NewRun {
            id: ids::fresh(),
            print: print_of(uploads),
            files: files.collect(),
            keyring: app.kernel.keyring.clone(),
            applies: true,
            known_to: self.known_to,
        };
        let names = (self.company.clone(), self.community.clone());
        let opened = app.kernel.write(By::System(company), |work| Box::pin(open(work, names, new)));
        let run = opened.await?;
        let phases = jobs::work_on(&app.kernel, &run, read).await?;
        let run = wait_for(app, &run).await?;
        bar.finish_and_clear();
        let summary = runs::summary_of(&run);
        let mut told = Told { summary, problems, proposed, refused: None, phases };
        if runs::state_of(&run) != State::Done {
            told.problems = own_problems(app, &run).await?;
            show(&told.problems);
            told.refused = Some(format!("the import is {}, see its problems", run.state));
        }
        Ok(told)
    }

    fn tell(
        &self,
        told: &Told,
        (uploads, mappings): (&[Upload], &[Mapping]),
    ) -> Result<(), String> {
        if let Some(path) = &self.json {
            write_json(path, told)?;
        }
        if let (Some(path), Some(first)) = (&self.marked_copy, uploads.first()) {
            let source = Source::Bytes { name: &first.name, bytes: &first.bytes };
            let options = Options { mappings: mappings.to_vec(), ..Options::default() };
            let copy = guanjia_books::mark(source, &own_of(&first.name, told), &options);
            let copy = copy.map_err(|refused| refused.to_string())?;
            std::fs::write(path, copy).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        let to_standard_output = self.json.as_deref() == Some(Path::new("-"));
        let shown: Vec<_> = self.files.iter().map(|path| path.display().to_string()).collect();
        if !to_standard_output {
            println!("{}\n{}", shown.join(", "), told.summary);
        }
        if let Some(why) = &told.refused {
            return Err(format!("{}: {why}", shown.join(", ")));
        }
        if !to_standard_output {
            self.tell_the_rest(told.proposed);
        }
        Ok(())
    }

    fn tell_the_rest(&self, proposed: Option<NaiveDate>) {
        if self.dry_run {
            println!("dry run: nothing was changed");
        }
        match (self.known_to.filter(|_| !self.dry_run), proposed) {
            (Some(day), _) => println!("payments are known up to {day}"),
            (None, Some(day)) => {
                println!("payments seem known up to {day}; say so with --known-to {day}")
            }
            _ => {}
        }
    }
}

/// Makes company and community where they are missing, and opens the run.
async fn open(
    work: &mut Work,
    (company, community): (String, String),
    new: NewRun,
) -> Result<import_run::Model, Failure> {
    people::commands::ensure_company(work, &company).await?;
    let community = people::commands::ensure_community(work, &community).await?;
    let id = runs::open(work, &community, new).await?;
    queries::run_of(work.conn(), work.organization(), id).await
}

/// Waits until the run is at its end, and works on what is before it.
async fn wait_for(app: &App, run: &import_run::Model) -> Result<import_run::Model, Failure> {
    loop {
        let conn = app.kernel.database.read();
        let now = queries::run_of(conn, run.organization_id, run.id).await?;
        if !runs::state_of(&now).is_under_way() {
            return Ok(now);
        }
        match jobs::work_off(&app.kernel, run.organization_id).await {
            Ok(true) => {}
            Ok(false) | Err(Failure::Unavailable(_)) => tokio::time::sleep(LOOK).await,
            Err(failure) => return Err(failure),
        }
    }
}

async fn own_problems(app: &App, run: &import_run::Model) -> Result<Vec<Problem>, Failure> {
    queries::all_problems(app.kernel.database.read(), run).await
}

/// The problems that are in one file, with the sheet as that file calls it.
fn own_of(name: &str, told: &Told) -> Vec<Problem> {
    let prefix = format!("{name}: ");
    let bare = |problem: &Problem| {
        let mut problem = problem.clone();
        if let Some(sheet) = problem.at.sheet.strip_prefix(&prefix) {
            problem.at.sheet = sheet.to_owned();
        }
        problem
    };
    told.problems.iter().filter(|problem| problem.at.row > 0).map(bare).collect()
}

/// Blocking problems in words.
fn counted(blocking: usize) -> String {
    let problems = if blocking == 1 { "problem" } else { "problems" };
    format!("{blocking} blocking {problems}")
}

fn print_of(uploads: &[Upload]) -> String {
    let prints: Vec<String> = uploads.iter().map(|file| tokens::print_of(&file.bytes)).collect();
    match prints.as_slice() {
        [one] => one.clone(),
        several => tokens::print_of(several.concat().as_bytes()),
    }
}

fn write_json(path: &Path, told: &Told) -> Result<(), String> {
    let told = json!({
        "summary": told.summary,
        "proposedKnownTo": told.proposed,
        "refused": told.refused,
        "problems": told.problems,
        "milliseconds": told.phases,
    });
    let text = serde_json::to_string_pretty(&told).map_err(|error| error.to_string())?;
    if path == Path::new("-") {
        return writeln!(std::io::stdout(), "{text}").map_err(|error| error.to_string());
    }
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn show(problems: &[Problem]) {
    for problem in problems {
        let at = &problem.at;
        let column = at.column.as_deref().unwrap_or_default();
        eprintln!(
            "{:?} {}!{column}{}: {} ({})",
            problem.severity, at.sheet, at.row, problem.zh, problem.en
        );
    }
}

fn spinner(what: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(what.to_owned());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
