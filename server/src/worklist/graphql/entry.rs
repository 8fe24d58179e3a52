//! An entry of the worklist in the API.

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};
use guanjia_entity::hold;

use crate::{
    api::{
        beside::Beside,
        scalars::{Date, Gid, Money},
    },
    cases::{
        graphql::{Case, FollowUp},
        holds::graphql::Hold,
    },
    contacts::graphql::ContactBrief,
    kernel::ids::EntryId,
    ledger::graphql::Charge,
    owners::graphql::{Account, Holder},
    promises::graphql::Promise,
    worklist::{
        queries::{Entry, EntryAccount},
        rules::{Pause, PauseKind, Reason},
    },
};

/// An entry, read.
pub struct WorklistEntry {
    entry: Arc<Entry>,
    beside: Beside,
}

impl WorklistEntry {
    /// One of several on a page.
    pub(super) fn beside(entry: Arc<Entry>, beside: Beside) -> Self {
        Self { entry, beside }
    }

    /// The accounts of some entries, which are then read together.
    pub(super) fn accounts_of(entries: &[Arc<Entry>]) -> Beside {
        let accounts = entries.iter().flat_map(|entry| &entry.accounts);
        Beside::of(accounts.map(|one| one.card.account.account_id))
    }
}

impl From<Arc<Entry>> for WorklistEntry {
    fn from(entry: Arc<Entry>) -> Self {
        let beside = Self::accounts_of(std::slice::from_ref(&entry));
        Self { entry, beside }
    }
}

/// One conversation to have: a person with the accounts they hold in this list, or one account whose holder is not known.
/// Of several owners of an account the first in the books decides where it stands.
#[Object]
impl WorklistEntry {
    /// Its id: the same as long as the person, or the account, is on the list.
    pub async fn id(&self) -> Gid<EntryId> {
        Gid(self.entry.id)
    }

    /// Why it is here: the reason of its most urgent account.
    async fn reason(&self) -> Reason {
        self.entry.reason
    }

    /// Whom to talk to; null when the books name nobody.
    async fn owner(&self) -> Option<Holder> {
        let party = self.entry.party?;
        let holders = &self.entry.accounts.first()?.card.holders;
        holders.iter().find(|holder| holder.person.party.id == party).cloned().map(Holder::from)
    }

    /// The accounts to talk about, the most urgent first; at most 20.
    async fn accounts(&self) -> Vec<WorklistAccount> {
        (0..self.entry.accounts.len())
            .map(|place| WorklistAccount {
                entry: Arc::clone(&self.entry),
                beside: self.beside.clone(),
                place,
            })
            .collect()
    }

    /// How many accounts there are to talk about, also beyond those that are shown.
    async fn account_count(&self) -> i64 {
        self.entry.account_count
    }

    /// What is overdue in all of them.
    async fn overdue(&self) -> Money {
        Money::fen(self.entry.overdue_fen)
    }

    /// Due day of the oldest overdue charge; null when nothing is overdue.
    async fn oldest_due_on(&self) -> Option<Date> {
        self.entry.oldest_due_on.map(Date)
    }

    /// Days since then.
    async fn days_past_due(&self) -> Option<i64> {
        self.entry.oldest_due_on.map(|due_on| (self.entry.today - due_on).num_days())
    }

    /// The newest contact about any of the accounts shown; null when there was none.
    async fn last_contact(&self) -> Option<ContactBrief> {
        self.entry.last_contact.clone().map(ContactBrief::from)
    }
}

/// One account of an entry.
pub struct WorklistAccount {
    entry: Arc<Entry>,
    beside: Beside,
    place: usize,
}

impl WorklistAccount {
    fn one(&self) -> &EntryAccount {
        &self.entry.accounts[self.place]
    }
}

/// One account of an entry of the worklist, with what is to be done about it.
#[Object]
impl WorklistAccount {
    /// The account.
    async fn account(&self) -> Account {
        Account::beside(Arc::clone(&self.one().card), self.beside.clone())
    }

    /// Why it is here.
    async fn reason(&self) -> Reason {
        self.one().reason
    }

    /// What is overdue.
    async fn overdue(&self) -> Money {
        Money::fen(self.one().overdue_fen)
    }

    /// The oldest charge that is overdue; null when nothing is.
    async fn oldest_charge(&self) -> Option<Charge> {
        self.one().oldest_charge.clone().map(Charge::from)
    }

    /// The open case; null when nothing is overdue.
    async fn open_case(&self) -> Option<Case> {
        self.one().case.clone().map(Case::from)
    }

    /// The next follow-up; null when none is planned.
    async fn follow_up(&self) -> Option<FollowUp> {
        self.one().follow_up.clone().map(FollowUp::from)
    }

    /// The open promise.
    async fn promise(&self) -> Option<Promise> {
        self.one().promise.clone().map(Promise::from)
    }

    /// What forbids to ask for money now, and until when. Empty: nothing does.
    async fn pauses(&self) -> Vec<DunningPause> {
        let pauses = self.one().pauses.iter().copied().map(DunningPause::from);
        pauses.chain(self.one().holds.iter().cloned().map(DunningPause::from)).collect()
    }
}

/// Something that forbids to ask for money now 暂停催缴. What the owner does (calls, payments, complaints) still counts.
#[derive(SimpleObject)]
pub struct DunningPause {
    /// What it is.
    kind: PauseKind,
    /// Its last day; null when it lasts until somebody acts.
    until: Option<Date>,
    /// The hold, if it is one.
    hold: Option<Hold>,
}

impl From<hold::Model> for DunningPause {
    fn from(row: hold::Model) -> Self {
        let until = Some(Date(row.until_on));
        Self { kind: PauseKind::Hold, until, hold: Some(row.into()) }
    }
}

impl From<Pause> for DunningPause {
    fn from(pause: Pause) -> Self {
        Self { kind: pause.kind, until: pause.until.map(Date), hold: None }
    }
}
