//! `guanjia user`.

use std::io::Read as _;

use clap::Args;

use crate::{
    config::Settings,
    imports,
    kernel::{By, Failure, Problem, ProblemCode, Role, Text, Work, tokens},
    people::{
        self,
        commands::{NewPerson, ensure_person},
    },
};

/// What `user` takes.
#[derive(Args)]
pub(super) struct User {
    /// Mobile number, eleven digits: the name to sign in with.
    #[arg(long)]
    mobile: String,
    /// How colleagues call them.
    #[arg(long)]
    name: String,
    /// The company; made when the database has none of that name.
    #[arg(long)]
    company: String,
    /// What they are: steward, manager, director, finance, legal, guard, administrator. May be given several times.
    #[arg(long = "role", required = true)]
    roles: Vec<Role>,
    /// A community they reach. May be given several times; without it they reach all.
    #[arg(long = "community")]
    communities: Vec<String>,
    /// Give them the units of these communities that nobody looks after yet.
    #[arg(long)]
    assign_free_units: bool,
    /// Read the password from standard input, also a new one for somebody who has one; otherwise one is made and printed
    /// for whoever has none.
    #[arg(long)]
    password_stdin: bool,
}

impl User {
    pub(super) async fn run(self, settings: Settings) -> Result<(), String> {
        let (password, made) = self.password()?;
        let app = super::app(settings).await?;
        let password_hash =
            app.passwords.hash(password.clone()).await.map_err(|f| f.to_string())?;
        let company = people::commands::company_id(&app.kernel, &self.company)
            .await
            .map_err(|f| f.to_string())?;
        let known = people::queries::can_sign_in(app.kernel.database.read(), &self.mobile).await;
        let known = known.map_err(|f| f.to_string())?;
        let mobile = self.mobile.clone();
        let let_in = app
            .kernel
            .write(By::System(company), |work| Box::pin(self.let_in(work, password_hash)));
        let units = let_in.await.map_err(|f| f.to_string())?;
        match (known, made) {
            (false, true) => println!("{mobile} can sign in with the password {password}"),
            (true, true) => println!("{mobile} can sign in with the password they have"),
            (_, false) => println!("{mobile} can sign in with the password given"),
        }
        if let Some(units) = units {
            println!("{units} units are theirs now");
        }
        Ok(())
    }

    fn password(&self) -> Result<(String, bool), String> {
        if !self.password_stdin {
            let token = tokens::fresh_token().map_err(|f| f.to_string())?;
            return Ok((token.chars().take(16).collect(), true));
        }
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|e| e.to_string())?;
        let password = text.trim_end_matches(['\r', '\n']).to_owned();
        if password.chars().count() < 8 {
            return Err("a password has at least 8 characters".to_owned());
        }
        Ok((password, false))
    }

    /// Answers how many units were assigned, if that was asked for.
    async fn let_in(
        self,
        work: &mut Work,
        password_hash: String,
    ) -> Result<Option<usize>, Failure> {
        people::commands::ensure_company(work, &self.company).await?;
        let mut communities = Vec::new();
        for name in &self.communities {
            communities.push(people::commands::ensure_community(work, name).await?);
        }
        let steward = self.roles.contains(&Role::Steward);
        let person = NewPerson {
            mobile: self.mobile,
            name: self.name,
            password_hash,
            reset_password: self.password_stdin,
            roles: self.roles,
            communities: communities.iter().map(|community| community.id).collect(),
        };
        let id = ensure_person(work, person).await?;
        if !self.assign_free_units {
            return Ok(None);
        }
        if !steward {
            let text = Text::new("只有管家可以分管房屋", "only a steward looks after units");
            return Err(Failure::problem(Problem::at(
                "assign-free-units",
                ProblemCode::Inconsistent,
                text,
            )));
        }
        if communities.is_empty() {
            communities = people::queries::communities(work.conn(), work.organization()).await?;
        }
        let mut units = 0;
        for community in &communities {
            units += imports::commands::assign(work, community, id).await?;
        }
        Ok(Some(units))
    }
}
