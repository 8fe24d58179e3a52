//! Correcting a contact that was logged on the wrong owner. It stays visible there, marked; what followed from it is taken
//! back; a new contact with the same facts stands on the right account.

use std::collections::BTreeSet;

use chrono::Timelike;
use chrono_tz::Tz;
use guanjia_entity::{contact, contact_account, follow_up, promise_line};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::log::{Logged, enter};
use crate::{
    attachments,
    cases::{
        self,
        follow_up::{Purpose, Source},
        timeline::{self, Entry, Happening},
    },
    contacts::{
        contact::{Channel, Direction, LogContact, Next, PromiseGiven, ThirdParty},
        dispositions::{Disposition, consequence},
        queries, store,
    },
    kernel::{
        Failure, Problem, ProblemCode, Text, Work, calendar,
        ids::{AccountId, ContactId, ContactPointId, PartyId},
    },
    owners::{self, events::AccountsChanged, points::PointStatus},
    promises::{self, commands::NewLine, rules::Way},
};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// A contact to be corrected.
#[derive(Clone, Debug, Serialize)]
pub struct CorrectContact {
    /// Which.
    pub contact: ContactId,
    /// The accounts it was not about; empty for all of them.
    pub wrong: Vec<AccountId>,
    /// The accounts it was about.
    pub right: Vec<AccountId>,
    /// Whom.
    pub party: Option<PartyId>,
    /// The number or address used.
    pub point: Option<ContactPointId>,
    /// The promise as it should be; without one it is carried over.
    pub promise: Option<PromiseGiven>,
    /// Why.
    pub reason: Option<String>,
}

/// What a correction made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Corrected {
    /// The contact on the right accounts, with what follows from it.
    pub logged: Logged,
    /// The contact that was corrected.
    pub corrected: ContactId,
    /// The accounts it was not about.
    pub wrong: Vec<AccountId>,
}

/// Corrects a contact: for whoever reaches both the wrong accounts and the right ones.
pub async fn correct_contact(work: &mut Work, input: CorrectContact) -> Result<Corrected, Failure> {
    let actor = work.actor()?.clone();
    let row = queries::reachable(work.conn(), &actor, work.now, input.contact).await?;
    let links = store::links(work.conn(), work.organization(), &[row.id]).await?;
    let wrong = wrong_accounts(&input, &links)?;
    let both: BTreeSet<AccountId> = wrong.iter().chain(&input.right).copied().collect();
    let both: Vec<AccountId> = both.into_iter().collect();
    let accounts = owners::commands::take_accounts(work, &actor, &both).await?;
    // Read again under the locks: somebody else may have corrected it meanwhile.
    let links = store::links(work.conn(), work.organization(), &[row.id]).await?;
    let wrong_now = wrong_accounts(&input, &links)?;
    if wrong_now != wrong {
        return Err(already());
    }
    let zone =
        accounts.first().map_or(chrono_tz::Asia::Shanghai, |one| calendar::zone(&one.time_zone));
    let planned = planned_by(work, row.id, &wrong).await?;
    let promised = take_back(work, &row, (&wrong, &links)).await?;
    let again = carried_over(work, (&input, &row, zone), (planned, promised)).await?;
    let right: Vec<_> =
        accounts.into_iter().filter(|one| input.right.contains(&one.account_id)).collect();
    let logged = enter(work, again, (&right, Some(row.id))).await?;
    store::mark_corrected(work, (row.id, logged.contact), &wrong, input.reason).await?;
    cases::commands::ensure_next(work, &wrong).await?;
    work.emit_summed(AccountsChanged::of(wrong.iter().copied()));
    Ok(Corrected { logged, corrected: row.id, wrong })
}

/// The accounts to be corrected, sorted: those named, or all that stand.
fn wrong_accounts(
    input: &CorrectContact,
    links: &[contact_account::Model],
) -> Result<Vec<AccountId>, Failure> {
    let standing: BTreeSet<AccountId> = links
        .iter()
        .filter(|link| link.corrected_at.is_none())
        .map(|link| link.account_id)
        .collect();
    if standing.is_empty() {
        return Err(already());
    }
    let named: BTreeSet<AccountId> = input.wrong.iter().copied().collect();
    let wrong = if named.is_empty() { standing.clone() } else { named };
    let mut problems = Vec::new();
    let mut add = |field: &str, code, zh: &str, en: &str| {
        problems.push(Problem::at(field, code, Text::new(zh, en)));
    };
    if !wrong.is_subset(&standing) {
        let en = "the contact is not, or no longer, about such an account";
        add("wrongAccountIds", ProblemCode::NotFound, "该联系与所选的户无关或已更正", en);
    }
    let right: BTreeSet<AccountId> = input.right.iter().copied().collect();
    if right.is_empty() {
        let en = "name at least one account";
        add("accountIds", ProblemCode::Required, "请选择至少一个户", en);
    }
    if right.len() < input.right.len() {
        let en = "an account is listed twice";
        add("accountIds", ProblemCode::Duplicate, "同一户列了两次", en);
    }
    if !right.is_disjoint(&standing) {
        let en = "the contact is about this account already";
        add("accountIds", ProblemCode::Inconsistent, "该联系已记在此户", en);
    }
    if input.reason.as_ref().is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        let en = "a reason has at most 500 characters";
        add("reason", ProblemCode::TooLong, "原因最多 500 字", en);
    }
    if problems.is_empty() {
        Ok(wrong.into_iter().collect())
    } else {
        Err(Failure::Problems(problems))
    }
}

fn already() -> Failure {
    let text = Text::new("该联系已更正", "this contact was corrected already");
    Failure::problem(Problem::at("contactId", ProblemCode::Inconsistent, text))
}

/// Steps that the contact had planned on the first of the wrong accounts, and that still stand.
async fn planned_by(
    work: &Work,
    contact: ContactId,
    wrong: &[AccountId],
) -> Result<Vec<follow_up::Model>, Failure> {
    let first: Vec<AccountId> = wrong.first().copied().into_iter().collect();
    let open = cases::queries::open_follow_ups(work.conn(), work.organization(), &first).await?;
    let own = |one: &follow_up::Model| one.source_id == Some(contact.into());
    Ok(open.into_iter().filter(own).collect())
}

/// Takes back on the wrong accounts what followed from the contact; answers what it had promised there.
async fn take_back(
    work: &mut Work,
    row: &contact::Model,
    (wrong, links): (&[AccountId], &[contact_account::Model]),
) -> Result<Vec<promise_line::Model>, Failure> {
    let promised = promises::commands::take_back_of_contact(work, row.id, wrong).await?;
    cases::commands::cancel_from(work, wrong, &[row.id.into()]).await?;
    cases::holds::commands::take_back(work, wrong, row.id.into()).await?;
    reopen_answered(work, row, wrong).await?;
    let standing = links.iter().filter(|link| link.corrected_at.is_none());
    let whole = standing.into_iter().all(|link| wrong.contains(&link.account_id));
    if whole {
        store::put_number_back(work, row).await?;
    }
    let cases = cases::queries::open_cases(work.conn(), work.organization(), wrong).await?;
    let entries = wrong.iter().map(|account| Entry {
        account: *account,
        case: cases.get(account).map(|case| case.id),
        happening: Happening::ContactCorrected,
        subject: Some(row.id.into()),
        facts: json!({ "channel": row.channel, "disposition": row.disposition }),
        occurred_at: work.now,
    });
    timeline::write(work, entries.collect()).await?;
    Ok(promised)
}

/// Opens again what the contact had answered, where that is still wanted: the case is open, nobody talked since, and what
/// was promised is still open.
async fn reopen_answered(
    work: &mut Work,
    row: &contact::Model,
    wrong: &[AccountId],
) -> Result<(), Failure> {
    let organization = work.organization();
    let answered = cases::queries::answered_by(work.conn(), organization, row.id).await?;
    let cases = cases::queries::open_cases(work.conn(), organization, wrong).await?;
    let later = store::with_later_contact(work.conn(), organization, (row, wrong)).await?;
    let pending = promises::queries::pending(work.conn(), organization, wrong).await?;
    let wanted = |one: &&follow_up::Model| {
        let Some(account) = one.account_id.filter(|account| wrong.contains(account)) else {
            return false;
        };
        let case =
            one.case_id.is_none_or(|case| cases.get(&account).is_some_and(|open| open.id == case));
        let promise = one.source != Source::Promise.name()
            || pending.get(&account).is_some_and(|(line, _)| one.source_id == Some(line.id.into()));
        case && promise && !later.contains(&account)
    };
    let again: Vec<_> = answered.iter().filter(wanted).map(|one| one.id).collect();
    cases::commands::reopen(work, &again).await
}

/// The same contact for the right accounts, with the steps and the promise that had been noted on the wrong ones.
async fn carried_over(
    work: &Work,
    (input, row, zone): (&CorrectContact, &contact::Model, Tz),
    (planned, promised): (Vec<follow_up::Model>, Vec<promise_line::Model>),
) -> Result<LogContact, Failure> {
    let disposition = Disposition::of_name(&row.disposition).unwrap_or(Disposition::NoAnswer);
    let promise = match (&input.promise, disposition) {
        (Some(promise), _) => Some(promise.clone()),
        (None, Disposition::Promised) => Some(same_promise(work, input, &promised).await?),
        (None, _) => None,
    };
    let (rounds, steps): (Vec<_>, Vec<_>) = planned
        .iter()
        .filter(|one| one.purpose != Purpose::ConfirmDetails.name())
        .partition(|one| one.source == Source::Round.name());
    let named = [Source::Manual.name(), Source::CallBack.name()];
    let next = steps.into_iter().find(|one| named.contains(&one.source.as_str()));
    let attached = attachments::queries::of(work.conn(), work.organization(), &[row.id]).await?;
    let third = row.third_party_name.is_some() || row.third_party_relation.is_some();
    let learned = row.number_learned.as_deref().and_then(PointStatus::of_name);
    Ok(LogContact {
        id: None,
        accounts: input.right.clone(),
        party: input.party,
        point: input.point,
        channel: Channel::of_name(&row.channel).unwrap_or(Channel::Call),
        direction: Direction::of_name(&row.direction).unwrap_or(Direction::Outbound),
        disposition,
        point_status: learned.filter(|learned| consequence(disposition).number != Some(*learned)),
        note: row.note.clone(),
        duration_seconds: row.duration_seconds,
        occurred_at: Some(row.occurred_at),
        answers: Vec::new(),
        promise,
        next: next.map(|one| same_step(one, zone)),
        rounds: rounds.into_iter().map(|one| same_step(one, zone)).collect(),
        third_party: third.then(|| ThirdParty {
            name: row.third_party_name.clone(),
            relation: row.third_party_relation.clone(),
        }),
        confirm: None,
        attachments: attached.into_values().flatten().map(|one| one.id).collect(),
    })
}

fn same_step(one: &follow_up::Model, zone: Tz) -> Next {
    let agreed = [Source::CallBack.name(), Source::Round.name()].contains(&one.source.as_str());
    let local = one.due_at.with_timezone(&zone).time();
    Next {
        purpose: Purpose::of_name(&one.purpose).unwrap_or(Purpose::Call),
        on: one.due_on,
        at: local.with_nanosecond(0).filter(|_| agreed),
        note: one.note.clone(),
    }
}

/// What was promised, on the right account: possible by itself only from one account to one.
async fn same_promise(
    work: &Work,
    input: &CorrectContact,
    promised: &[promise_line::Model],
) -> Result<PromiseGiven, Failure> {
    let ([line], [account]) = (promised, input.right.as_slice()) else {
        let text = Text::new("请填写正确户的承诺", "say what was promised for the right accounts");
        return Err(Failure::problem(Problem::at("promise", ProblemCode::Required, text)));
    };
    let header =
        promises::queries::with_headers(work.conn(), work.organization(), vec![line.id]).await?;
    let header = header.into_iter().next().map(|(_, header)| header);
    let way = header.as_ref().and_then(|header| Way::of_name(&header.way));
    Ok(PromiseGiven {
        way: way.unwrap_or(Way::Transfer),
        lines: vec![NewLine {
            account: *account,
            amount_fen: line.amount_fen,
            due_on: line.due_on,
            charges: Vec::new(),
        }],
        note: header.and_then(|header| header.note),
    })
}
