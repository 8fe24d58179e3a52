//! Recording a promise, and judging it.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use guanjia_entity::{collection_policy, promise, promise_line};
use serde_json::json;

use super::{
    rules::{self, Money, Promised, State, Terms, Way},
    store,
};
use crate::{
    cases::{
        self,
        commands::Hour,
        follow_up::{NewFollowUp, Purpose, Source},
        timeline::{self, Entry, Happening},
    },
    kernel::{
        Failure, Moment, Problem, Work, calendar,
        ids::{self, AccountId, CaseId, CommunityId, ContactId, PartyId, PromiseLineId},
        sql::BULK,
    },
    ledger::{self, queries::StandingPayment},
    owners::{self, events::AccountsChanged, queries::AccountCard, store::AccountRow},
};

/// One account's part of a promise.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// Whose.
    pub account: AccountId,
    /// Fen.
    pub amount_fen: i64,
    /// The day.
    pub due_on: NaiveDate,
}

/// A promise as it was given.
#[derive(Clone, Debug)]
pub struct NewPromise {
    /// Who gave it.
    pub party: Option<PartyId>,
    /// The contact in which it was given.
    pub contact: Option<ContactId>,
    /// How it will be paid.
    pub way: Way,
    /// When it was given.
    pub occurred_at: Moment,
    /// Its lines, one per account.
    pub lines: Vec<NewLine>,
}

impl From<&collection_policy::Model> for Terms {
    fn from(policy: &collection_policy::Model) -> Self {
        Self {
            horizon_days: u64::try_from(policy.promise_horizon_days).unwrap_or_default(),
            grace_days: u64::try_from(policy.promise_grace_days).unwrap_or_default(),
            partly_kept_percent: policy.partly_kept_percent,
        }
    }
}

/// Records a promise on accounts that the command has found and locked. Each account's pending promise gives way to the
/// later of the two; one that arrives late enters as superseded.
pub async fn record(
    work: &mut Work,
    accounts: &[AccountRow],
    new: NewPromise,
) -> Result<Vec<PromiseLineId>, Failure> {
    let policies = cases::policy::in_force(work.conn(), work.organization()).await?;
    let mut planned = Vec::new();
    let mut problems = Vec::new();
    for (index, line) in new.lines.iter().enumerate() {
        let account =
            accounts.iter().find(|row| row.account_id == line.account).ok_or(Failure::NotFound)?;
        let policy = policies
            .get(&account.community_id)
            .ok_or_else(|| Failure::broken("policy", "missing"))?;
        let given_on = calendar::local_day(new.occurred_at, calendar::zone(&account.time_zone));
        let field = format!("promise.lines.{index}");
        problems.extend(rules::check(
            &policy.into(),
            given_on,
            (line.amount_fen, line.due_on),
            &field,
        ));
        planned.push((line, account, policy));
    }
    refuse_any(problems)?;
    let header = header(work, &new)?;
    let mut lines = Vec::new();
    for (line, account, policy) in planned {
        let state = make_way(work, line.account, new.occurred_at).await?;
        let row = line_row(work, &header, (line, state, policy));
        announce(work, &row, account, policy).await?;
        lines.push(row);
    }
    let made = lines.iter().map(|line| line.id).collect();
    store::insert(work.conn(), header, lines).await?;
    Ok(made)
}

fn refuse_any(problems: Vec<Problem>) -> Result<(), Failure> {
    if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(problems)) }
}

fn header(work: &Work, new: &NewPromise) -> Result<promise::Model, Failure> {
    Ok(promise::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        party_id: new.party,
        contact_id: new.contact,
        way: new.way.name().to_owned(),
        recorded_by: work.actor()?.person,
        occurred_at: new.occurred_at,
        recorded_at: work.now,
    })
}

fn line_row(
    work: &Work,
    header: &promise::Model,
    (line, state, policy): (&NewLine, State, &collection_policy::Model),
) -> promise_line::Model {
    promise_line::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        promise_id: header.id,
        account_id: line.account,
        amount_fen: line.amount_fen,
        due_on: line.due_on,
        grace_until: rules::grace_until(&policy.into(), line.due_on),
        state: state.name().to_owned(),
        received_fen: None,
        judged_at: None,
        occurred_at: header.occurred_at,
        recorded_at: work.now,
    }
}

/// Cancels the pending promise of the account if it is the older one; answers the state in which the new one enters. One
/// that was given before any other, also before one that is judged already, enters as superseded.
async fn make_way(
    work: &mut Work,
    account: AccountId,
    occurred_at: Moment,
) -> Result<State, Failure> {
    let lines = store::lines(work.conn(), work.organization(), &[account], &State::ALL).await?;
    if lines.iter().any(|line| line.occurred_at > occurred_at) {
        return Ok(State::Cancelled);
    }
    for old in lines.iter().filter(|line| line.state == State::Pending.name()) {
        store::cancel(work, old.id).await?;
        cases::commands::cancel_from(work, &[account], &[old.id.into()]).await?;
        let case = open_case(work, account).await?;
        let happening = Happening::PromiseSuperseded;
        timeline::write(work, vec![entry(old, case, happening, work.now)]).await?;
    }
    Ok(State::Pending)
}

async fn open_case(work: &Work, account: AccountId) -> Result<Option<CaseId>, Failure> {
    let open = cases::queries::open_cases(work.conn(), work.organization(), &[account]).await?;
    Ok(open.get(&account).map(|case| case.id))
}

fn entry(
    line: &promise_line::Model,
    case: Option<CaseId>,
    happening: Happening,
    occurred_at: Moment,
) -> Entry {
    let facts = json!({
        "amountFen": line.amount_fen,
        "dueOn": line.due_on,
        "state": line.state,
        "receivedFen": line.received_fen,
    });
    Entry {
        account: line.account_id,
        case,
        happening,
        subject: Some(line.id.into()),
        facts,
        occurred_at,
    }
}

/// Writes it on the timeline and plans the look at the money on its day.
async fn announce(
    work: &mut Work,
    line: &promise_line::Model,
    account: &AccountRow,
    policy: &collection_policy::Model,
) -> Result<(), Failure> {
    let case = open_case(work, line.account_id).await?;
    timeline::write(work, vec![entry(line, case, Happening::Promised, line.occurred_at)]).await?;
    if line.state != State::Pending.name() {
        return Ok(());
    }
    let zone = calendar::zone(&account.time_zone);
    let hour = cases::commands::hour_of(work, line.due_on, Some(policy), zone);
    let look = follow_up(line, case, (Purpose::CheckPayment, Source::Promise), hour);
    cases::commands::plan(work, look).await.map(drop)
}

fn follow_up(
    line: &promise_line::Model,
    case: Option<CaseId>,
    (purpose, source): (Purpose, Source),
    hour: Hour,
) -> NewFollowUp {
    NewFollowUp {
        account: line.account_id,
        case,
        purpose,
        source,
        source_id: Some(line.id.into()),
        note: None,
        due_on: hour.on,
        due_at: hour.at,
        reminds: hour.reminds,
        assignee: None,
    }
}

/// Judges the pending promises of a community that are ripe.
pub async fn judge_community(work: &mut Work, community: CommunityId) -> Result<(), Failure> {
    let organization = work.organization();
    let Some(watermark) = ledger::queries::watermark(work.conn(), organization, community).await?
    else {
        return Ok(());
    };
    let accounts =
        store::accounts_to_judge(work.conn(), organization, community, watermark.known_to).await?;
    for some in accounts.chunks(BULK) {
        judge_accounts(work, some).await?;
    }
    Ok(())
}

/// Judges the ripe promises of accounts, and takes back breaks that the money since learned of disproves.
pub async fn judge_accounts(work: &mut Work, accounts: &[AccountId]) -> Result<(), Failure> {
    let organization = work.organization();
    owners::store::lock(work.conn(), organization, accounts).await?;
    let states = [State::Pending, State::Broken, State::PartlyKept];
    let lines = store::lines(work.conn(), organization, accounts, &states).await?;
    if lines.is_empty() {
        return Ok(());
    }
    let with_lines: Vec<AccountId> = lines.iter().map(|line| line.account_id).collect();
    let court = Court {
        payments: ledger::queries::standing_payments(work.conn(), organization, &with_lines)
            .await?,
        cards: owners::queries::cards_of(work.conn(), organization, &with_lines).await?,
        policies: cases::policy::in_force(work.conn(), organization).await?,
        known_to: ledger::queries::watermarks(work.conn(), organization).await?,
    };
    for line in lines {
        let Some(place) = court.place_of(&line) else { continue };
        look_at(work, line, &court, place).await?;
    }
    Ok(())
}

/// What verdicts are made from, read once for all lines.
struct Court {
    payments: Vec<StandingPayment>,
    cards: HashMap<AccountId, AccountCard>,
    policies: HashMap<CommunityId, collection_policy::Model>,
    known_to: HashMap<CommunityId, NaiveDate>,
}

type Place<'c> = (&'c AccountRow, &'c collection_policy::Model);

impl Court {
    fn place_of(&self, line: &promise_line::Model) -> Option<Place<'_>> {
        let account = &self.cards.get(&line.account_id)?.account;
        Some((account, self.policies.get(&account.community_id)?))
    }

    fn money_of(&self, account: AccountId) -> Vec<Money> {
        let own = self.payments.iter().filter(|payment| payment.row.account_id == account);
        own.map(|payment| Money {
            fen: payment.row.amount_fen,
            effective_on: payment.row.effective_on,
            known_since: payment.known_since,
            day_unknown: payment.row.day_unknown,
        })
        .collect()
    }
}

async fn look_at(
    work: &mut Work,
    line: promise_line::Model,
    court: &Court,
    (account, policy): Place<'_>,
) -> Result<(), Failure> {
    let zone = calendar::zone(&account.time_zone);
    let before = State::of_name(&line.state).unwrap_or(State::Cancelled);
    let known_to = court.known_to.get(&account.community_id).copied();
    let ripe = rules::is_ripe(line.grace_until, work.today(zone), known_to);
    let promised = Promised {
        amount_fen: line.amount_fen,
        given_on: calendar::local_day(line.occurred_at, zone),
        given_at: line.occurred_at,
        grace_until: line.grace_until,
    };
    let received = rules::received(&promised, &court.money_of(line.account_id));
    let after = rules::verdict(line.amount_fen, received, policy.partly_kept_percent);
    match before {
        State::Pending if ripe => {
            let judged =
                set_verdict(work, line, (after, received, Happening::PromiseJudged)).await?;
            follow_break(work, &judged, (account, policy)).await
        }
        State::Broken | State::PartlyKept if rules::improves(before, after) => {
            set_verdict(work, line, (after, received, Happening::PromiseCorrected)).await.map(drop)
        }
        _ => Ok(()),
    }
}

/// Writes a verdict. What was planned for the promise is over when it is judged, or found kept after all; a break that
/// turns out half a break keeps its call.
async fn set_verdict(
    work: &mut Work,
    mut line: promise_line::Model,
    (state, received, happening): (State, i64, Happening),
) -> Result<promise_line::Model, Failure> {
    store::judge(work, line.id, state, received).await?;
    line.state = state.name().to_owned();
    line.received_fen = Some(received);
    let case = open_case(work, line.account_id).await?;
    timeline::write(work, vec![entry(&line, case, happening, work.now)]).await?;
    if happening == Happening::PromiseJudged || state == State::Kept {
        cases::commands::cancel_from(work, &[line.account_id], &[line.id.into()]).await?;
    }
    if state == State::Kept {
        cases::commands::ensure_next(work, &[line.account_id]).await?;
    }
    work.emit_summed(AccountsChanged::of([line.account_id]));
    Ok(line)
}

/// A break is followed by a call, unless by now nothing is overdue.
async fn follow_break(
    work: &mut Work,
    line: &promise_line::Model,
    (account, policy): Place<'_>,
) -> Result<(), Failure> {
    let case = open_case(work, line.account_id).await?;
    if line.state == State::Kept.name() || case.is_none() {
        return Ok(());
    }
    let hour = after_a_break(work, line, (account, policy));
    let call = follow_up(line, case, (Purpose::Call, Source::BrokenPromise), hour);
    cases::commands::plan(work, call).await.map(drop)
}

/// First on the list on the next working morning (rule 6): the first workday after the grace, or today if that has passed.
fn after_a_break(work: &Work, line: &promise_line::Model, (account, policy): Place<'_>) -> Hour {
    let zone = calendar::zone(&account.time_zone);
    let earliest = work.today(zone).max(line.grace_until + Days::new(1));
    cases::commands::hour_of(work, work.calendar.workday_from(earliest), Some(policy), zone)
}
