//! `guanjia import`.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use guanjia_books::{Book, Options, Severity};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    app::App,
    config::Settings,
    imports::{
        Summary,
        commands::{self, File},
    },
    kernel::{By, Failure, Work, tokens},
    ledger, people,
};

/// What `import` takes.
#[derive(Args)]
pub(super) struct Import {
    /// The books: .xlsx, .xls or .csv.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The company; made when the database has none of that name.
    #[arg(long)]
    company: String,
    /// The community; made when the company has none of that name.
    #[arg(long)]
    community: String,
    /// Say that the payments of the community are known up to this day.
    #[arg(long, value_name = "DAY")]
    known_to: Option<NaiveDate>,
    /// Show what would happen and change nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub(super) async fn run(self, settings: Settings) -> Result<(), String> {
        // Reading comes first: a file that cannot be read must not even make the company.
        let mut files = Vec::new();
        for path in &self.files {
            files.push(read(path)?);
        }
        let proposed =
            files.iter().filter_map(|file| commands::proposed_watermark(&file.book)).max();
        let app = super::app(settings).await?;
        let summaries = self.apply(&app, files).await.map_err(|failure| failure.to_string())?;
        for (path, summary) in self.files.iter().zip(summaries) {
            println!("{}\n{summary}", path.display());
        }
        match (self.dry_run, self.known_to, proposed) {
            (true, ..) => println!("dry run: nothing was changed"),
            (_, Some(day), _) => println!("payments are known up to {day}"),
            (_, None, Some(day)) => {
                println!("payments seem known up to {day}; say so with --known-to {day}")
            }
            _ => {}
        }
        Ok(())
    }

    async fn apply(&self, app: &App, files: Vec<File>) -> Result<Vec<Summary>, Failure> {
        let bar = spinner("entering rows");
        let by = By::System(people::commands::company_id(&app.kernel, &self.company).await?);
        let names = (self.company.clone(), self.community.clone());
        let known_to = self.known_to;
        let summaries = if self.dry_run {
            app.kernel.rehearse(by, |work| Box::pin(apply_all(work, names, files, known_to))).await
        } else {
            app.kernel.write(by, |work| Box::pin(apply_all(work, names, files, known_to))).await
        };
        app.kernel.database.refresh_statistics().await?;
        bar.finish_and_clear();
        summaries
    }
}

/// All files and the watermark in one transaction: all of it or nothing.
async fn apply_all(
    work: &mut Work,
    (company, community): (String, String),
    files: Vec<File>,
    known_to: Option<NaiveDate>,
) -> Result<Vec<Summary>, Failure> {
    people::commands::ensure_company(work, &company).await?;
    let community = people::commands::ensure_community(work, &community).await?;
    let mut summaries = Vec::new();
    for file in files {
        summaries.push(commands::apply(work, &community, file).await?);
    }
    if let Some(day) = known_to {
        ledger::commands::set_watermark(work, &community, day, Some("import".to_owned())).await?;
    }
    Ok(summaries)
}

/// Reads a file; problems go to standard error, and a blocking one ends it.
fn read(path: &Path) -> Result<File, String> {
    let shown = path.display();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bar = spinner(&format!("reading {name}"));
    let bytes = std::fs::read(path).map_err(|error| format!("{shown}: {error}"))?;
    let book = guanjia_books::read(path, &Options::default())
        .map_err(|refused| format!("{shown}: {refused}"))?;
    bar.finish_and_clear();
    show_problems(&book);
    let blocking =
        book.problems.iter().filter(|problem| problem.severity == Severity::Blocking).count();
    if blocking > 0 {
        return Err(format!("{shown}: {blocking} blocking problems, nothing was changed"));
    }
    Ok(File { name, print: tokens::print_of(&bytes), book })
}

fn show_problems(book: &Book) {
    for problem in &book.problems {
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
    bar.enable_steady_tick(std::time::Duration::from_millis(100));
    bar
}
