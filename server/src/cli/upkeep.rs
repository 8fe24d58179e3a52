//! `guanjia keys rotate`, `guanjia reindex`.

use clap::{Args, Subcommand};

use crate::{
    app::App,
    config::Settings,
    imports,
    kernel::{By, Failure, ids::OrganizationId},
    lookup, people, privacy,
};

/// What `keys` takes.
#[derive(Args)]
pub(super) struct Keys {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Encrypt every identity number, and the files of imports, with the first key of the settings; afterwards the older ones can go.
    Rotate,
}

impl Keys {
    pub(super) async fn run(self, settings: Settings) -> Result<(), String> {
        let Act::Rotate = self.act;
        let keyring = settings.identity_keys.clone();
        let Some(key) = keyring.current().map(str::to_owned) else {
            return Err("settings: identity_keys is empty".to_owned());
        };
        let app = super::app(settings).await?;
        let mut count = 0;
        let companies = people::queries::companies(app.kernel.database.read()).await;
        for company in companies.map_err(|f| f.to_string())? {
            loop {
                let keyring = keyring.clone();
                let some = app.kernel.write(By::System(company), |work| {
                    Box::pin(async move { privacy::commands::rotate(work, &keyring).await })
                });
                match some.await.map_err(|f| f.to_string())? {
                    0 => break,
                    some => count += some,
                }
            }
            while reseal_files(&app, company).await.map_err(|f| f.to_string())? {}
        }
        println!("{count} identity numbers encrypted anew; all are under the key {key}");
        Ok(())
    }
}

/// Encrypts some parts of the files of imports anew; answers whether there may be more.
async fn reseal_files(app: &App, company: OrganizationId) -> Result<bool, Failure> {
    let keyring = app.kernel.keyring.clone();
    let some = app.kernel.write(By::System(company), |work| {
        Box::pin(async move { imports::files::rotate(work, &keyring).await })
    });
    Ok(some.await? > 0)
}

/// Asks that the terms of look-up be made anew.
pub(super) async fn reindex(settings: Settings) -> Result<(), String> {
    let app = super::app(settings).await?;
    let companies = people::queries::companies(app.kernel.database.read()).await;
    let mut count = 0;
    for company in companies.map_err(|f| f.to_string())? {
        let asked = app.kernel.write(By::System(company), |work| {
            Box::pin(async move { lookup::commands::rebuild(work).await })
        });
        count += asked.await.map_err(|f| f.to_string())?;
        while lookup::jobs::rebuild(&app.kernel, company).await.map_err(|f| f.to_string())? {}
    }
    println!("look-up was made anew for {count} communities");
    Ok(())
}
