//! Reading the worklist.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use guanjia_entity::{case_file, follow_up, hold};
use sea_orm::ConnectionTrait;

use super::{
    filter::Scope,
    list::{After, Row, Rows},
    rules::{Pause, Reason},
    store,
};
use crate::{
    cases,
    contacts::{self, queries::LastContact},
    kernel::{
        Failure,
        ids::{AccountId, EntryId, MembershipId, OrganizationId, PartyId},
        paging::Page,
    },
    ledger::{self, queries::OpenCharge},
    owners::{self, queries::AccountCard},
    promises::{self, queries::Promise},
};

/// A page of a list.
#[derive(Debug)]
pub struct List {
    /// The entries, at most as many as were asked for.
    pub entries: Vec<Arc<Entry>>,
    /// Whether there are more.
    pub more: bool,
    /// The version read before the rows: what it promises, they show.
    pub version: i64,
    /// The places of the whole list, of which this is a page.
    pub rows: Arc<Rows>,
}

/// One conversation to have: a person with the accounts they hold, or an account whose holder is not known.
#[derive(Debug)]
pub struct Entry {
    /// Its id: the same while the person, or the account, is on the list.
    pub id: EntryId,
    /// Where it stands.
    pub place: After,
    /// Why it is here: the reason of its most urgent account.
    pub reason: Reason,
    /// Fen overdue in all its accounts.
    pub overdue_fen: i64,
    /// Due day of the oldest overdue charge.
    pub oldest_due_on: Option<NaiveDate>,
    /// How many accounts it has, also beyond those that are shown.
    pub account_count: i64,
    /// The person, if one is known.
    pub party: Option<PartyId>,
    /// The newest contact about any of the accounts.
    pub last_contact: Option<LastContact>,
    /// The accounts, the most urgent first.
    pub accounts: Vec<EntryAccount>,
    /// The local day for which it was read.
    pub today: NaiveDate,
}

/// One account of an entry.
#[derive(Debug)]
pub struct EntryAccount {
    /// The account with its holders.
    pub card: Arc<AccountCard>,
    /// Why it is here.
    pub reason: Reason,
    /// Fen overdue.
    pub overdue_fen: i64,
    /// The oldest overdue charge.
    pub oldest_charge: Option<OpenCharge>,
    /// The open case.
    pub case: Option<case_file::Model>,
    /// The next follow-up.
    pub follow_up: Option<follow_up::Model>,
    /// The open promise.
    pub promise: Option<Promise>,
    /// What forbids to ask for money now, beside holds.
    pub pauses: Vec<Pause>,
    /// Holds in force, the latest end first.
    pub holds: Vec<hold::Model>,
}

/// Every account on a list, whatever the filter says of entries.
pub async fn rows(conn: &impl ConnectionTrait, scope: &Scope) -> Result<Rows, Failure> {
    Ok(Rows::in_order(store::rows(conn, scope).await?))
}

/// A page of a list whose version was read before: what it promises, the page shows.
pub async fn list(
    conn: &impl ConnectionTrait,
    (scope, version): (&Scope, i64),
    page: Page<After>,
) -> Result<List, Failure> {
    let rows = Arc::new(rows(conn, scope).await?);
    page_of(conn, (scope, version), (rows, page)).await
}

/// The same of places that were read after the version.
pub async fn page_of(
    conn: &impl ConnectionTrait,
    (scope, version): (&Scope, i64),
    (rows, page): (Arc<Rows>, Page<After>),
) -> Result<List, Failure> {
    let (entries, more) = rows.page(&scope.filter, &page);
    let entries = filled(conn, scope, &entries).await?;
    Ok(List { entries, more, version, rows })
}

/// One entry of a list; none when it is not, or no longer, on it.
pub async fn entry(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    id: EntryId,
) -> Result<Option<Arc<Entry>>, Failure> {
    let rows = rows(conn, scope).await?;
    Ok(filled(conn, scope, rows.entry(id).as_slice()).await?.pop())
}

/// The version of somebody's list.
pub async fn version(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    steward: MembershipId,
) -> Result<i64, Failure> {
    Ok(store::version(conn, organization, steward).await?)
}

/// What the accounts of a page are made of, one statement per kind for the whole page.
struct Parts {
    today: NaiveDate,
    cards: HashMap<AccountId, AccountCard>,
    charges: HashMap<AccountId, OpenCharge>,
    cases: HashMap<AccountId, case_file::Model>,
    follow_ups: Vec<follow_up::Model>,
    promises: HashMap<AccountId, Promise>,
    contacts: HashMap<AccountId, LastContact>,
    holds: HashMap<AccountId, Vec<hold::Model>>,
}

/// Entries with all that is shown of them.
async fn filled(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    entries: &[&[Row]],
) -> Result<Vec<Arc<Entry>>, Failure> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let organization = scope.organization;
    let ids: Vec<AccountId> = entries.iter().copied().flatten().map(|row| row.account_id).collect();
    let mut parts = Parts {
        today: scope.today,
        cards: owners::queries::cards_of(conn, organization, &ids).await?,
        charges: ledger::queries::oldest_open_charges(conn, organization, &ids).await?,
        cases: cases::queries::open_cases(conn, organization, &ids).await?,
        follow_ups: cases::queries::open_follow_ups(conn, organization, &ids).await?,
        promises: promises::queries::pending(conn, organization, &ids).await?,
        contacts: contacts::queries::last_contacts(conn, organization, &ids).await?,
        holds: cases::holds::queries::in_force(conn, organization, &ids, scope.today).await?,
    };
    Ok(entries.iter().filter_map(|rows| parts.entry(rows)).map(Arc::new).collect())
}

impl Parts {
    /// An entry of its rows, which are not empty.
    fn entry(&mut self, rows: &[Row]) -> Option<Entry> {
        let lead = rows.first()?;
        let contacts = rows.iter().filter_map(|row| self.contacts.remove(&row.account_id));
        let last_contact = contacts.max_by_key(|contact| contact.occurred_at);
        Some(Entry {
            id: lead.entry_id,
            place: lead.place(),
            reason: lead.entry_reason(),
            overdue_fen: lead.entry_fen,
            oldest_due_on: lead.entry_oldest_on,
            account_count: lead.accounts,
            party: lead.party_id,
            last_contact,
            accounts: rows.iter().filter_map(|row| self.account(row)).collect(),
            today: self.today,
        })
    }

    fn account(&mut self, row: &Row) -> Option<EntryAccount> {
        let id = row.account_id;
        let promise = self.promises.remove(&id);
        let follow_up = self.follow_ups.iter().find(|one| Some(one.id) == row.follow_up_id);
        Some(EntryAccount {
            card: Arc::new(self.cards.remove(&id)?),
            reason: row.reason(),
            overdue_fen: row.overdue_fen,
            oldest_charge: self.charges.remove(&id).filter(|_| row.oldest_due_on.is_some()),
            case: self.cases.remove(&id),
            follow_up: follow_up.cloned(),
            pauses: self.pauses(promise.as_ref()),
            holds: self.holds.remove(&id).unwrap_or_default(),
            promise,
        })
    }

    fn pauses(&self, promise: Option<&Promise>) -> Vec<Pause> {
        let promised = promise.map(|(line, _)| Pause::of_promise(line.grace_until, self.today));
        promised.into_iter().collect()
    }
}
