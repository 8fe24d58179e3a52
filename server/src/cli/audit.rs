//! `guanjia audit verify` and `guanjia audit seal`.

use clap::{Args, Subcommand};

use crate::{
    app::App,
    config::Settings,
    kernel::{
        audit::seal::{self, Break, Head, Verdict},
        ids::OrganizationId,
    },
    people,
};

/// What `audit` takes.
#[derive(Args)]
pub(super) struct Audit {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Look whether the audit log is as it was sealed.
    Verify(Verify),
    /// Seal what is not sealed yet, as the server does while it runs: what the command line did, for example.
    Seal(Seal),
}

#[derive(Args)]
struct Seal {
    /// Only this company.
    #[arg(long)]
    company: Option<String>,
}

#[derive(Args)]
struct Verify {
    /// Only this company.
    #[arg(long)]
    company: Option<String>,
    /// A head that was noted earlier, as this command or the log printed it: PLACE:HASH. Needs --company.
    #[arg(long, requires = "company")]
    head: Option<String>,
}

impl Audit {
    pub(super) async fn run(self, settings: Settings) -> Result<(), String> {
        let app = super::app(settings).await?;
        match self.act {
            Act::Verify(verify) => verify.run(&app).await,
            Act::Seal(seal) => seal.run(&app).await,
        }
    }
}

impl Seal {
    async fn run(self, app: &App) -> Result<(), String> {
        for (id, name) in companies(app, self.company.as_deref()).await? {
            while seal::seal(&app.kernel, id).await.map_err(|f| f.to_string())? {}
            println!("{name}: sealed");
        }
        Ok(())
    }
}

impl Verify {
    async fn run(self, app: &App) -> Result<(), String> {
        let noted = self.head.as_deref().map(head).transpose()?;
        let mut broken = Vec::new();
        for (id, name) in companies(app, self.company.as_deref()).await? {
            let found = seal::verify(app.kernel.database.read(), id, noted.as_ref()).await;
            let found = found.map_err(|f| f.to_string())?;
            println!("{name}: {}", told(&found));
            broken.extend(found.broken.is_some().then_some(name));
        }
        if broken.is_empty() {
            Ok(())
        } else {
            Err(format!("the audit log is broken: {}", broken.join(", ")))
        }
    }
}

async fn companies(app: &App, name: Option<&str>) -> Result<Vec<(OrganizationId, String)>, String> {
    let conn = app.kernel.database.read();
    let mut found = Vec::new();
    for id in people::queries::companies(conn).await.map_err(|f| f.to_string())? {
        let company = people::queries::company(conn, id).await.map_err(|f| f.to_string())?;
        if name.is_none_or(|name| name == company.name) {
            found.push((id, company.name));
        }
    }
    match (found.is_empty(), name) {
        (true, Some(name)) => Err(format!("there is no company {name}")),
        _ => Ok(found),
    }
}

fn head(text: &str) -> Result<Head, String> {
    let form = || "a head is PLACE:HASH, as it was printed".to_owned();
    let (place, hash) = text.split_once(':').ok_or_else(form)?;
    Ok(Head { seal_position: place.parse().map_err(|_| form())?, seal_hash: hash.to_owned() })
}

fn told(found: &Verdict) -> String {
    let tail = match found.unsealed {
        0 => String::new(),
        count => format!(", {count} not sealed yet"),
    };
    let end = format!("head {}:{}", found.sealed, found.hash);
    match found.broken {
        None => format!("{} entries sealed{tail}; {end}", found.sealed),
        Some((place, how)) => {
            let how = match how {
                Break::Missing => "the entry is missing",
                Break::Changed => "the entry is not the one that was sealed",
                Break::Cut => "the chain was cut here",
                Break::OtherHead => "the chain does not have the head that was noted",
            };
            format!("BROKEN at {place}: {how}; {} entries before it are right{tail}", found.sealed)
        }
    }
}
