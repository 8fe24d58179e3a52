//! `guanjia demo`.

use clap::Args;

use crate::{config::Settings, demo};

/// What `demo` takes.
#[derive(Args)]
pub(super) struct Demo {
    /// Do nothing when there is a company already.
    #[arg(long)]
    if_empty: bool,
}

impl Demo {
    pub(super) async fn run(self, settings: Settings) -> Result<(), String> {
        if settings.production {
            return Err("the demo company is not for production".to_owned());
        }
        let app = super::app(settings).await?;
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
