//! A small invented company: two buildings, twenty-eight units, fees of half a year, people who pay and people who do not.
//! It comes in as a book does, and its contacts are logged as a phone logs them; only the dates follow today.

mod book;
mod bulk;
pub mod city;

use chrono::{Days, NaiveDate};

use crate::{
    app::App,
    contacts::{
        commands::log_contact,
        contact::{Channel, Direction, LogContact, PromiseGiven},
        dispositions::Disposition,
    },
    imports::commands::{File, apply, assign},
    kernel::{
        Actor, By, Failure, Role, Work, calendar, ids,
        ids::{AccountId, MembershipId, OrganizationId},
        sql::Sql,
        tokens,
    },
    ledger, people,
    people::commands::NewPerson,
    promises::{commands::NewLine, rules::Way},
};

/// The password of everybody in the demo company.
pub const PASSWORD: &str = "guanjia-demo";
/// Who can sign in, and as what.
pub const PEOPLE: [(&str, &str); 4] = [
    ("13900000001", "管家 steward 林小满"),
    ("13900000002", "项目经理 manager 周正平"),
    ("13900000003", "财务 finance 吴静"),
    ("13900000004", "管理员 administrator 陈立"),
];
const COMPANY: &str = "示例物业 Demo Property";
const COMMUNITY: &str = "桂花苑";

/// What became of the wish for a demo company.
pub enum Loaded {
    /// It was loaded.
    Now,
    /// It was there before.
    Before,
    /// Another company is there, and only an empty database was wanted.
    OthersAreHere,
}

/// Loads the demo company, unless it is there.
pub async fn load(app: &App, only_if_empty: bool) -> Result<Loaded, Failure> {
    let companies = people::queries::companies(app.kernel.database.read()).await?;
    let mut there = false;
    for company in &companies {
        there |=
            people::queries::company(app.kernel.database.read(), *company).await?.name == COMPANY;
    }
    match (there, companies.is_empty() || !only_if_empty) {
        (true, _) => return Ok(Loaded::Before),
        (false, false) => return Ok(Loaded::OthersAreHere),
        (false, true) => {}
    }
    let hash = app.passwords.hash(PASSWORD.to_owned()).await?;
    let company = people::commands::company_id(&app.kernel, COMPANY).await?;
    let steward = app.kernel.write(By::System(company), |work| Box::pin(found(work, hash))).await?;
    log_some_contacts(app, company, steward).await?;
    Ok(Loaded::Now)
}

/// People, books, assignment, watermark: one transaction.
async fn found(work: &mut Work, hash: String) -> Result<MembershipId, Failure> {
    people::commands::ensure_company(work, COMPANY).await?;
    let community = people::commands::ensure_community(work, COMMUNITY).await?;
    let today = work.today(calendar::zone(&community.time_zone));
    let person = |index: usize, role| NewPerson {
        mobile: PEOPLE[index].0.to_owned(),
        name: PEOPLE[index].1.split(' ').next_back().unwrap_or_default().to_owned(),
        password_hash: hash.clone(),
        reset_password: false,
        roles: vec![role],
        communities: vec![community.id],
    };
    let steward = people::commands::ensure_person(work, person(0, Role::Steward)).await?;
    for (index, role) in [(1, Role::Manager), (2, Role::Finance)] {
        people::commands::ensure_person(work, person(index, role)).await?;
    }
    let administrator = NewPerson { communities: Vec::new(), ..person(3, Role::Administrator) };
    people::commands::ensure_person(work, administrator).await?;
    let book = book::of(today)?;
    let file = File { name: "demo".to_owned(), print: tokens::print_of(b"demo"), book };
    apply(work, &community, file).await?;
    assign(work, &community, steward).await?;
    let known_to = today - Days::new(1);
    ledger::commands::set_watermark(work, &community, known_to, Some("demo".to_owned())).await?;
    Ok(steward)
}

/// Two owners who promised and one who could not be reached.
async fn log_some_contacts(
    app: &App,
    company: OrganizationId,
    steward: MembershipId,
) -> Result<(), Failure> {
    let actor = Actor {
        organization: company,
        person: steward,
        user: ids::fresh(),
        session: ids::fresh(),
        roles: vec![Role::Steward],
        all_communities: false,
    };
    app.kernel
        .write(By::Person(actor), |work| {
            Box::pin(async move {
                let today = work.today(chrono_tz::Asia::Shanghai);
                let owing = owing(work).await?;
                for (index, account) in owing.iter().take(3).enumerate() {
                    log_contact(work, contact(work, index, (*account, today))).await?;
                }
                Ok(())
            })
        })
        .await
}

/// The accounts that owe most.
async fn owing(work: &Work) -> Result<Vec<(AccountId, i64)>, Failure> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        account_id: AccountId,
        fen: i64,
    }
    let text = "SELECT account_id, CAST(SUM(open_fen) AS BIGINT) AS fen FROM charge_balance \
         WHERE organization_id = $1 AND open_fen > 0 GROUP BY account_id ORDER BY fen DESC, account_id";
    let rows: Vec<Row> = Sql::new(text, [work.organization().into()]).all(work.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.account_id, row.fen)).collect())
}

fn contact(
    work: &Work,
    index: usize,
    ((account, fen), today): ((AccountId, i64), NaiveDate),
) -> LogContact {
    let promise = |days| PromiseGiven {
        way: Way::Transfer,
        lines: vec![NewLine {
            account,
            amount_fen: fen,
            due_on: today + Days::new(days),
            charges: Vec::new(),
        }],
        note: None,
    };
    let (disposition, promise) = match index {
        0 => (Disposition::Promised, Some(promise(0))),
        1 => (Disposition::Promised, Some(promise(5))),
        _ => (Disposition::NoAnswer, None),
    };
    LogContact {
        id: None,
        accounts: vec![account],
        party: None,
        point: None,
        channel: Channel::Call,
        direction: Direction::Outbound,
        disposition,
        point_status: None,
        note: None,
        duration_seconds: Some(70),
        occurred_at: Some(work.now),
        answers: Vec::new(),
        promise,
        next: None,
        rounds: Vec::new(),
        third_party: None,
        confirm: None,
        attachments: Vec::new(),
    }
}
