//! `guanjia demo`.

use clap::Args;
use indicatif::ProgressBar;

use crate::{app::App, config::Settings, demo};

/// What `demo` takes.
#[derive(Args)]
pub(super) struct Demo {
    /// Do nothing when there is a company already.
    #[arg(long)]
    if_empty: bool,
    /// Load a company of so many units instead, for measuring: 10000, 100000, 1000000.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=5_000_000), conflicts_with = "if_empty")]
    units: Option<u64>,
}

impl Demo {
    pub(super) async fn run(self, settings: Settings) -> Result<(), String> {
        if settings.production {
            return Err("the demo company is not for production".to_owned());
        }
        let app = super::app(settings).await?;
        if let Some(units) = self.units {
            return city(&app, units).await;
        }
        let loaded = demo::load(&app, self.if_empty).await.map_err(|f| f.to_string())?;
        match loaded {
            demo::Loaded::Now => println!(
                "A demo company was loaded: 28 units, their charges and payments, a few promises."
            ),
            demo::Loaded::Before => {}
            demo::Loaded::OthersAreHere => return Ok(()),
        }
        println!("Sign in with a mobile number and the password {}:", demo::PASSWORD);
        for (mobile, who) in demo::PEOPLE {
            println!("  {mobile}  {who}");
        }
        Ok(())
    }
}

async fn city(app: &App, units: u64) -> Result<(), String> {
    let bar = ProgressBar::new(units);
    demo::city::load(app, units, |there| bar.set_position(there))
        .await
        .map_err(|f| f.to_string())?;
    bar.finish_and_clear();
    println!(
        "{units} units are there. Stewards sign in with {}, {} …, the manager with {}; the password is {}.",
        demo::city::steward_mobile(0),
        demo::city::steward_mobile(1),
        demo::city::MANAGER_MOBILE,
        demo::PASSWORD
    );
    Ok(())
}
