//! `guanjia user`.

use std::io::Read as _;

use clap::Args;

use super::names::Named;
use crate::{
    app::App,
    config::Settings,
    imports,
    kernel::{By, Failure, Problem, ProblemCode, Role, Text, Work, ids::OrganizationId, tokens},
    people::{
        self,
        commands::{NewPerson, ensure_person},
        sign_in::rules::password_problem,
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
    /// The company.
    #[arg(long)]
    company: String,
    /// What they are: steward, manager, director, finance, legal, guard, administrator. May be given several times.
    #[arg(long = "role", required = true)]
    roles: Vec<Role>,
    /// A community they reach. May be given several times; without it they reach all.
    #[arg(long = "community")]
    communities: Vec<String>,
    /// Make the company and the communities that are not known. In an empty database they are made without it.
    #[arg(long)]
    create: bool,
    /// Give them the units of these communities that nobody looks after yet.
    #[arg(long)]
    assign_free_units: bool,
    /// Read the password from standard input, also a new one for somebody who has one; otherwise one is made and printed
    /// for whoever has none in this company.
    #[arg(long)]
    password_stdin: bool,
    /// Make and print a new password also for somebody who has one. Whoever is signed in with the old one is signed out.
    #[arg(long, conflicts_with = "password_stdin")]
    reset_password: bool,
}

impl User {
    pub(super) async fn run(self, settings: Settings) -> Result<(), String> {
        let (password, made) = self.password()?;
        let app = super::app(settings).await?;
        let company = people::commands::company_id(&app.kernel, &self.company)
            .await
            .map_err(|f| f.to_string())?;
        let (create, communities) = (self.create, &self.communities);
        let named = Named { company: &self.company, communities, create };
        named.check(app.kernel.database.read(), company).await?;
        let (known, password_hash) =
            self.hash(&app, company, &password).await.map_err(|f| f.to_string())?;
        let reset = self.reset_password;
        let mobile = self.mobile.clone();
        let let_in = app
            .kernel
            .write(By::System(company), |work| Box::pin(self.let_in(work, password_hash)));
        let units = let_in.await.map_err(|f| f.to_string())?;
        let which = match made {
            true if reset || !known => format!("the password {password}"),
            true => "the password they have".to_owned(),
            false => "the password given".to_owned(),
        };
        println!("{mobile} can sign in with {which}");
        if let Some(units) = units {
            println!("{units} units are theirs now");
        }
        Ok(())
    }

    /// Whether they have a password in the company, and the print of the new one, by the salt of this number.
    async fn hash(
        &self,
        app: &App,
        company: OrganizationId,
        password: &str,
    ) -> Result<(bool, String), Failure> {
        let conn = app.kernel.database.read();
        let known = people::queries::can_sign_in(conn, company, &self.mobile).await?;
        let mould = people::queries::mould_of(conn, &self.mobile).await?;
        let turn = app.passwords.turn().await?;
        Ok((known, turn.hash(password.to_owned(), mould).await?))
    }

    fn password(&self) -> Result<(String, bool), String> {
        if !self.password_stdin {
            let token = tokens::fresh_token().map_err(|f| f.to_string())?;
            return Ok((token.chars().take(16).collect(), true));
        }
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|e| e.to_string())?;
        let password = text.trim_end_matches(['\r', '\n']).to_owned();
        if let Some(problem) = password_problem("password", &password, &self.mobile) {
            return Err(problem.text.en);
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
            reset_password: self.password_stdin || self.reset_password,
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
