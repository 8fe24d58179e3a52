//! Figures as of a day and as known at a moment: of one account from its entries, of communities in the database.

use chrono::{Datelike as _, NaiveDate};
use sea_orm::ConnectionTrait;

use super::{
    ageing::{Figure, Unknown, earliest_due},
    allocation::{Movements, allocate},
    entries::{Entries, PENALTY, Rows},
    penalty::{self, Borne},
    policy::Policy,
    rows,
    statement::{self, Statement},
    store::{self, AgeingRow},
};
use crate::kernel::{
    Failure, Moment,
    ids::{AccountId, CommunityId, OrganizationId},
};

/// True by the end of a day, known at a moment; without a moment, what is known.
#[derive(Clone, Copy, Debug)]
pub struct AsOf {
    /// The day.
    pub on: NaiveDate,
    /// The moment.
    pub at: Option<Moment>,
}

/// An account's entries as they were known, with what settled what.
pub struct Book {
    /// Everything that is stored.
    pub rows: Rows,
    /// What stood.
    pub entries: Entries,
    /// What settled what.
    pub movements: Movements,
    /// What the community had set.
    pub policy: Policy,
}

/// Reads an account that was found through the actor before.
pub async fn book(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
    at: Option<Moment>,
) -> Result<Book, Failure> {
    let rows = rows::of_account(conn, organization, account).await?;
    let policies = rows::policies_known(conn, organization, (&[account], at)).await?;
    let policy = policies.of(account).clone();
    let entries = rows.known(at);
    let movements = allocate(&entries, &policy);
    Ok(Book { rows, entries, movements, policy })
}

/// What an account owed.
pub async fn of_account(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
    as_of: AsOf,
) -> Result<Figure, Failure> {
    let book = book(conn, organization, account, as_of.at).await?;
    Ok(Figure::of(&book.entries, &book.movements, as_of.on))
}

/// What all accounts of some communities owed, summed up in the database.
pub async fn of_communities(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    communities: &[CommunityId],
    as_of: AsOf,
) -> Result<Figure, Failure> {
    let days = earliest_due(as_of.on);
    let year = format!("{:04}", as_of.on.year());
    // Later than any moment that is stored, and it fits both databases.
    let at = as_of.at.unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC);
    let at = at.min(end_of_time());
    let values = [organization.into(), as_of.on.into(), at.into()].into_iter();
    let values = values.chain(days.map(Into::into)).chain([year.into()]);
    let found = store::ageing(conn, values.collect(), communities).await?;
    Ok(found.into_iter().fold(Figure::default(), summed))
}

/// The last moment of the year 2999.
fn end_of_time() -> Moment {
    NaiveDate::from_ymd_opt(3000, 1, 1)
        .and_then(|day| day.and_hms_opt(0, 0, 0))
        .map_or(Moment::MAX_UTC, |moment| moment.and_utc())
}

fn summed(mut figure: Figure, row: AgeingRow) -> Figure {
    let is_penalty = row.kind == PENALTY;
    match row.bucket {
        0 => figure.not_due.add(is_penalty, row.fen),
        7 => (figure.accounts, figure.oldest_due_on) = (row.fen, row.day),
        8 => figure.credit_fen = row.fen,
        9 => figure.unknown = row.day.map(|until| Unknown { fen: row.fen, until }),
        bucket => {
            let at = usize::try_from(bucket - 1).ok();
            if let Some(split) = at.and_then(|at| figure.buckets.get_mut(at)) {
                split.add(is_penalty, row.fen);
            }
            figure.historical_fen += row.fen * row.historical;
        }
    }
    figure
}

/// The statement of an account.
pub async fn statement(
    conn: &impl ConnectionTrait,
    (organization, account): (OrganizationId, AccountId),
    days: (NaiveDate, NaiveDate),
    at: Option<Moment>,
) -> Result<Statement, Failure> {
    let book = book(conn, organization, account, at).await?;
    Ok(statement::statement(&book.rows, (&book.entries, &book.movements), days))
}

/// What the charges of an account bear for being late, and the book it comes from.
pub async fn penalties(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
    as_of: AsOf,
) -> Result<(Book, Vec<Borne>), Failure> {
    let book = book(conn, organization, account, as_of.at).await?;
    let freezes = store::freezes(conn, organization, account).await?;
    let frozen = penalty::frozen(&freezes, as_of.at);
    let both = (&book.entries, &book.movements);
    let borne = penalty::borne(both, &book.policy, &frozen, as_of.on);
    Ok((book, borne))
}
