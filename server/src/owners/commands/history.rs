//! What changed, written down for people and for control; and who hears of it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use guanjia_entity::registry_change;
use sea_orm::EntityTrait;
use serde_json::json;

use crate::{
    kernel::{
        Failure, Moment, Problem, ProblemCode, Text, Work, audit,
        ids::{self, AccountId, PartyId},
    },
    owners::{
        events::{AccountsChanged, RegistryChanged},
        parties::ChangeKind,
        queries::{self, PersonCard, Seen},
        store,
    },
};

/// One change.
pub(super) struct Change {
    pub(super) kind: ChangeKind,
    pub(super) party: Option<PartyId>,
    pub(super) account: Option<AccountId>,
    /// Name, number or plate before and after.
    pub(super) texts: (Option<String>, Option<String>),
    /// The day from or up to which it holds.
    pub(super) on: Option<NaiveDate>,
}

impl Change {
    pub(super) fn of_party(kind: ChangeKind, party: PartyId) -> Self {
        Self { kind, party: Some(party), account: None, texts: (None, None), on: None }
    }

    pub(super) fn of_account(kind: ChangeKind, account: AccountId) -> Self {
        Self { kind, party: None, account: Some(account), texts: (None, None), on: None }
    }

    pub(super) fn before(mut self, text: impl Into<String>) -> Self {
        self.texts.0 = Some(text.into());
        self
    }

    pub(super) fn after(mut self, text: impl Into<String>) -> Self {
        self.texts.1 = Some(text.into());
        self
    }

    pub(super) fn with(mut self, party: PartyId) -> Self {
        self.party = Some(party);
        self
    }

    pub(super) fn on(mut self, day: NaiveDate) -> Self {
        self.on = Some(day);
        self
    }
}

/// Writes changes into the history, and into the audit without what is personal.
pub(super) async fn note(work: &Work, changes: Vec<Change>) -> Result<(), Failure> {
    for change in changes {
        let subject = change.account.map(uuid::Uuid::from).or(change.party.map(uuid::Uuid::from));
        let facts = json!({ "account": change.account, "party": change.party, "on": change.on });
        audit::record(work, change.kind.name(), subject, facts).await?;
        let row = registry_change::Model {
            organization_id: work.organization(),
            id: ids::fresh(),
            kind: change.kind.name().to_owned(),
            party_id: change.party,
            account_id: change.account,
            before_text: change.texts.0,
            after_text: change.texts.1,
            from_on: change.on,
            actor_id: work.by().person(),
            recorded_at: work.now,
        };
        registry_change::Entity::insert(registry_change::ActiveModel::from(row))
            .exec_without_returning(work.conn())
            .await?;
    }
    Ok(())
}

/// Tells that parties changed: what is searched by them, and every account that shows them.
pub(super) async fn parties_changed(work: &mut Work, ids: &[PartyId]) -> Result<(), Failure> {
    let organization = work.organization();
    let mut all = BTreeSet::new();
    for id in ids {
        all.extend(queries::same_party(work.conn(), organization, *id).await?);
    }
    let list: Vec<PartyId> = all.iter().copied().collect();
    let every = (list.as_slice(), None, u64::MAX);
    let accounts = store::parties::accounts_of(work.conn(), organization, every).await?;
    work.emit_summed(RegistryChanged { parties: all, ..RegistryChanged::default() });
    work.emit_summed(AccountsChanged::of(accounts));
    Ok(())
}

/// Tells that who holds, pays for or uses accounts changed.
pub(super) async fn ties_changed(
    work: &mut Work,
    accounts: &[AccountId],
    parties: impl IntoIterator<Item = PartyId>,
) -> Result<(), Failure> {
    let units = store::registry::units(work.conn(), work.organization(), accounts).await?;
    work.emit_summed(RegistryChanged {
        units: units.into_iter().collect(),
        parties: parties.into_iter().collect(),
    });
    work.emit_summed(AccountsChanged::of(accounts.iter().copied()));
    Ok(())
}

/// A party within reach, to be changed. One that was only registered has to be tied to something first: until then nothing
/// is told of it, not even by refusing what is there already.
pub(super) async fn reached(work: &Work, id: PartyId, field: &str) -> Result<PersonCard, Failure> {
    match queries::party(work.conn(), work.actor()?, work.now, id).await? {
        Seen::Whole(card) => Ok(card),
        Seen::Registered(_) => {
            let text =
                Text::new("请先将该当事人登记到户", "tie this party to an account or unit first");
            Err(Failure::problem(Problem::at(field, ProblemCode::Inconsistent, text)))
        }
    }
}

/// The party behind an id that the actor reaches or registered, to be tied to something.
pub(super) async fn to_be_tied(work: &Work, id: PartyId) -> Result<PartyId, Failure> {
    queries::party(work.conn(), work.actor()?, work.now, id).await?;
    queries::canonical(work.conn(), work.organization(), id).await
}

/// Refuses a day to come: what is in the registry has happened.
pub(super) fn not_to_come(
    day: NaiveDate,
    (now, zone): (Moment, &str),
    field: &str,
) -> Result<(), Failure> {
    use crate::kernel::calendar;
    if day <= calendar::local_day(now, calendar::zone(zone)) {
        return Ok(());
    }
    let text = Text::new("日期不能晚于今天", "the day cannot be later than today");
    Err(Failure::problem(Problem::at(field, ProblemCode::TooLate, text)))
}

/// One problem as a failure.
pub(super) fn problem<T>(
    field: &str,
    code: ProblemCode,
    (zh, en): (&str, &str),
) -> Result<T, Failure> {
    Err(Failure::problem(Problem::at(field, code, Text::new(zh, en))))
}
