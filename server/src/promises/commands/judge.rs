//! Judging promises: the verdict, what follows from it, and its correction when the truth comes late.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};
use guanjia_entity::{collection_policy, promise_line};
use sea_orm::ConnectionTrait;

use super::{Place, entry, follow_up, open_case};
use crate::{
    cases::{
        self,
        commands::Hour,
        escalations::{self, commands::NewEscalation},
        follow_up::{Purpose, Source},
        timeline::{self, Happening},
    },
    kernel::{
        Failure, Work, calendar,
        ids::{AccountId, CommunityId, OrganizationId, PromiseLineId},
        sql::BULK,
    },
    ledger::{self, queries::StandingPayment},
    owners::{self, events::AccountsChanged, queries::AccountCard},
    promises::{
        rules::{self, Money, Promised, State},
        store,
    },
};

/// Judges the pending promises of a community that are ripe.
pub async fn judge_community(work: &mut Work, community: CommunityId) -> Result<(), Failure> {
    let organization = work.organization();
    let Some(watermark) = ledger::queries::watermark(work.conn(), organization, community).await?
    else {
        return Ok(());
    };
    let accounts =
        store::accounts_to_judge(work.conn(), organization, (community, watermark.known_to))
            .await?;
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
    let court = Court::convene(work.conn(), organization, &lines).await?;
    for line in lines {
        let Some(place) = court.place_of(&line) else { continue };
        look_at(work, line, &court, place).await?;
    }
    Ok(())
}

/// Whether a verdict would fall on any of the accounts, whose pending promises are ripe: it does not while money that
/// finance has still to confirm could better it.
pub(in crate::promises) async fn is_any_due(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<bool, Failure> {
    for some in accounts.chunks(BULK) {
        let lines = store::lines(conn, organization, some, &[State::Pending]).await?;
        let court = Court::convene(conn, organization, &lines).await?;
        let falls = |line: &promise_line::Model| {
            court.place_of(line).is_some_and(|place| court.view(line, place).falls())
        };
        if lines.iter().any(falls) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What verdicts are made from, read once for all lines.
struct Court {
    named: HashMap<PromiseLineId, Vec<(String, String)>>,
    payments: Vec<StandingPayment>,
    cards: HashMap<AccountId, AccountCard>,
    policies: HashMap<CommunityId, collection_policy::Model>,
    known_to: HashMap<CommunityId, NaiveDate>,
}

/// What the money says of a line.
struct View {
    received_fen: i64,
    verdict: State,
    /// What it would be if finance confirmed all that it has not.
    at_best: State,
}

impl View {
    /// Money that finance has not confirmed yet stops dunning and keeps no promise: the verdict waits for it.
    fn falls(&self) -> bool {
        !rules::improves(self.verdict, self.at_best)
    }
}

impl Court {
    async fn convene(
        conn: &impl ConnectionTrait,
        organization: OrganizationId,
        lines: &[promise_line::Model],
    ) -> Result<Self, Failure> {
        let accounts: Vec<AccountId> = lines.iter().map(|line| line.account_id).collect();
        let ids: Vec<_> = lines.iter().map(|line| line.id).collect();
        Ok(Self {
            named: store::named_by(conn, organization, &ids).await?,
            payments: ledger::queries::standing_payments(conn, organization, &accounts).await?,
            cards: owners::queries::cards_of(conn, organization, &accounts).await?,
            policies: cases::policy::in_force(conn, organization).await?,
            known_to: ledger::queries::watermarks(conn, organization).await?,
        })
    }

    fn view(&self, line: &promise_line::Model, (account, policy): Place<'_>) -> View {
        let promised = promised(line, calendar::zone(&account.time_zone));
        let (counts, might) = self.money_for(line);
        let verdict = |fen| rules::verdict(line.amount_fen, fen, policy.partly_kept_percent);
        let received_fen = rules::received(&promised, &counts);
        let at_best = verdict(rules::received(&promised, &might));
        View { received_fen, verdict: verdict(received_fen), at_best }
    }

    fn place_of(&self, line: &promise_line::Model) -> Option<Place<'_>> {
        let account = &self.cards.get(&line.account_id)?.account;
        Some((account, self.policies.get(&account.community_id)?))
    }

    /// The money that counts, and the money that would if finance confirmed all of it.
    fn money_for(&self, line: &promise_line::Model) -> (Vec<Money>, Vec<Money>) {
        let named = self.named.get(&line.id).map_or(&[][..], Vec::as_slice);
        let counts = self.payments.iter().filter(|payment| payment.counts);
        (money_for(line, named, counts), money_for(line, named, &self.payments))
    }
}

/// The money that may be for a line: of its account, and not named by the payer for something else.
pub(in crate::promises) fn money_for<'a>(
    line: &promise_line::Model,
    named: &[(String, String)],
    payments: impl IntoIterator<Item = &'a StandingPayment>,
) -> Vec<Money> {
    let own = payments.into_iter().filter(|payment| {
        let row = &payment.row;
        let designated = (row.designated_period.as_ref(), row.designated_item.as_ref());
        row.account_id == line.account_id && rules::is_for(named, designated)
    });
    own.map(|payment| Money {
        fen: payment.row.amount_fen,
        effective_on: payment.row.effective_on,
        known_since: payment.known_since,
        day_unknown: payment.row.day_unknown,
    })
    .collect()
}

/// What was promised, as a verdict needs it.
pub(in crate::promises) fn promised(line: &promise_line::Model, zone: chrono_tz::Tz) -> Promised {
    Promised {
        amount_fen: line.amount_fen,
        given_on: calendar::local_day(line.occurred_at, zone),
        given_at: line.occurred_at,
        grace_until: line.grace_until,
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
    let view = court.view(&line, (account, policy));
    let (received, after) = (view.received_fen, view.verdict);
    match before {
        State::Pending if ripe && view.falls() => {
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
    if state != State::Broken {
        escalations::commands::withdraw(work, line.account_id, line.id.into()).await?;
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
    cases::commands::plan(work, call).await?;
    escalate_row(work, line, policy).await
}

/// Rule 7: so many breaks in a row hand the case up, unless it is up already or nobody is above.
async fn escalate_row(
    work: &mut Work,
    line: &promise_line::Model,
    policy: &collection_policy::Model,
) -> Result<(), Failure> {
    let account = line.account_id;
    let lines = store::lines(work.conn(), work.organization(), &[account], &State::ALL).await?;
    let up_to = lines.iter().filter(|one| one.occurred_at <= line.occurred_at);
    let row = rules::broken_in_a_row(up_to.filter_map(|one| State::of_name(&one.state)));
    if row < policy.breaks_to_escalate {
        return Ok(());
    }
    let new = NewEscalation {
        id: None,
        account,
        reason: format!("连续 {row} 次承诺未兑现 ({row} promises broken in a row)"),
        source: Some(line.id.into()),
        to: None,
        by_rule: true,
    };
    match escalations::commands::escalate(work, new).await {
        // It is up already, or there is nobody to hand it to: the call stays the next step.
        Ok(_) | Err(Failure::Problems(_)) => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// First on the list on the next working morning (rule 6): the first workday after the grace, or today if that has passed.
fn after_a_break(work: &Work, line: &promise_line::Model, (account, policy): Place<'_>) -> Hour {
    let zone = calendar::zone(&account.time_zone);
    let earliest = work.today(zone).max(line.grace_until + Days::new(1));
    cases::commands::hour_of(work, work.calendar.workday_from(earliest), Some(policy), zone)
}
