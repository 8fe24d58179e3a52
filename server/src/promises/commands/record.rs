//! Recording a promise: in a contact, at the desk, in place of another.

use chrono::{NaiveDate, TimeDelta};
use guanjia_entity::{collection_policy, promise, promise_charge, promise_line};
use serde::{Deserialize, Serialize};

use super::{Place, entry, open_case, plan_look};
use crate::{
    attachments::{self, commands::Subject},
    cases::{
        self,
        follow_up::{NewFollowUp, Purpose, Source},
        timeline::{self, Happening},
    },
    kernel::{
        Failure, Moment, Problem, ProblemCode, Role, Text, Work, calendar,
        ids::{
            self, AccountId, AttachmentId, CaseId, ChargeId, ContactId, FollowUpId, PartyId,
            PromiseLineId,
        },
    },
    owners::{self, events::AccountsChanged, store::AccountRow},
    promises::{
        queries,
        rules::{self, End, GivenHow, State, Way},
        store::{self, Ended},
    },
};

/// The longest note, in characters.
const LONGEST_NOTE: usize = 2000;
/// The most accounts of one promise.
const MOST_LINES: usize = 50;
/// The longest wait for a confirmation: a day, in minutes.
const LONGEST_WAIT: i64 = 24 * 60;

/// One account's part of a promise.
#[derive(Clone, Debug, Serialize)]
pub struct NewLine {
    /// Whose.
    pub account: AccountId,
    /// Fen.
    pub amount_fen: i64,
    /// The day.
    pub due_on: NaiveDate,
    /// The charges it names; none for whatever is owed.
    pub charges: Vec<ChargeId>,
}

/// A promise as it was given.
#[derive(Clone, Debug)]
pub struct NewPromise {
    /// Who gave it.
    pub party: Option<PartyId>,
    /// The contact in which it was given.
    pub contact: Option<ContactId>,
    /// How it came to us, when in no contact.
    pub how: Option<GivenHow>,
    /// How it will be paid.
    pub way: Way,
    /// Free text.
    pub note: Option<String>,
    /// When it was given.
    pub occurred_at: Moment,
    /// Where its lines stand in the input, such as `promise.lines`.
    pub field: &'static str,
    /// Its lines, one per account.
    pub lines: Vec<NewLine>,
}

/// That account details were sent and are to be confirmed.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Confirm {
    /// After so many minutes; the policy's, if none is named.
    pub in_minutes: Option<i64>,
}

/// A promise that was given in no contact of ours.
#[derive(Clone, Debug, Serialize)]
pub struct RecordPromise {
    /// Who gave it.
    pub party: Option<PartyId>,
    /// How it came to us.
    pub how: GivenHow,
    /// How it will be paid.
    pub way: Way,
    /// Free text.
    pub note: Option<String>,
    /// When it was given; now, if none is named.
    pub occurred_at: Option<Moment>,
    /// Its lines, one per account.
    pub lines: Vec<NewLine>,
    /// Whether account details were sent with it.
    pub confirm: Option<Confirm>,
    /// What proves it.
    pub attachments: Vec<AttachmentId>,
}

/// A later promise in place of an open one.
#[derive(Clone, Debug, Serialize)]
pub struct SupersedePromise {
    /// The open one.
    pub promise: PromiseLineId,
    /// How the new one came to us.
    pub how: GivenHow,
    /// Fen.
    pub amount_fen: i64,
    /// The day.
    pub due_on: NaiveDate,
    /// How it will be paid; as before, if none is named.
    pub way: Option<Way>,
    /// Free text.
    pub note: Option<String>,
}

/// What recording a promise made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recorded {
    /// Its lines.
    pub lines: Vec<PromiseLineId>,
    /// What was planned: the confirming step, the look at the money.
    pub follow_ups: Vec<FollowUpId>,
    /// The accounts.
    pub accounts: Vec<AccountId>,
}

/// Records a promise that was given in no contact: at the desk, in writing, relayed.
pub async fn record_promise(work: &mut Work, input: RecordPromise) -> Result<Recorded, Failure> {
    let actor = work.actor()?.clone();
    input.check()?;
    let ids: Vec<AccountId> = input.lines.iter().map(|line| line.account).collect();
    let accounts = owners::commands::take_accounts(work, &actor, &ids).await?;
    check_party(work, input.party, &ids).await?;
    let occurred_at = input.occurred_at.map_or(work.now, |moment| moment.min(work.now));
    let new = NewPromise {
        party: input.party,
        contact: None,
        how: Some(input.how),
        way: input.way,
        note: input.note,
        occurred_at,
        field: "lines",
        lines: input.lines,
    };
    // Who promises has been talked to: steps that nobody planned, and the call after a break, are answered.
    cases::commands::end_unplanned(work, &ids, (occurred_at, None)).await?;
    let Promised { lines, looks } = record(work, &accounts, new).await?;
    let subjects: Vec<Subject> = lines
        .iter()
        .map(|line| Subject::of(*line))
        .chain(ids.iter().map(|account| Subject::of(*account)))
        .collect();
    let files = (input.attachments.as_slice(), "attachmentIds");
    attachments::commands::link(work, &actor, files, &subjects).await?;
    let mut follow_ups = Vec::new();
    if let Some(confirm) = input.confirm {
        let made = queries::with_headers(work.conn(), work.organization(), lines.clone()).await?;
        for (line, _) in made.iter().filter(|(line, _)| line.state == State::Pending.name()) {
            let account = accounts.iter().find(|row| row.account_id == line.account_id);
            let Some(account) = account else { continue };
            let source = (line.id.into(), occurred_at);
            follow_ups.push(plan_confirmation(work, account, confirm, source).await?);
        }
    }
    follow_ups.extend(looks);
    cases::commands::ensure_next(work, &ids).await?;
    work.emit_summed(AccountsChanged::of(ids.iter().copied()));
    Ok(Recorded { lines, follow_ups, accounts: ids })
}

/// Puts a later promise in the place of an open one (rule 4).
pub async fn supersede_promise(
    work: &mut Work,
    input: SupersedePromise,
) -> Result<Recorded, Failure> {
    let actor = work.actor()?.clone();
    let (line, header) = queries::promise(work.conn(), &actor, work.now, input.promise).await?;
    if line.state != State::Pending.name() {
        let text = Text::new("只有未到期的承诺可以改约", "only an open promise can be put off");
        let problem = Problem::at("promiseId", ProblemCode::Inconsistent, text);
        return Err(Failure::problem(problem));
    }
    let charges = store::charges_of(work.conn(), work.organization(), &[line.id]).await?;
    let again = RecordPromise {
        party: header.party_id,
        how: input.how,
        way: input.way.or_else(|| Way::of_name(&header.way)).unwrap_or(Way::Transfer),
        note: input.note,
        occurred_at: None,
        lines: vec![NewLine {
            account: line.account_id,
            amount_fen: input.amount_fen,
            due_on: input.due_on,
            charges: charges.into_iter().map(|named| named.charge_id).collect(),
        }],
        confirm: None,
        attachments: Vec::new(),
    };
    record_promise(work, again).await.map_err(at_the_root)
}

/// The one line of this input stands at its root: `lines.0.amount` is `amount`.
fn at_the_root(failure: Failure) -> Failure {
    let Failure::Problems(mut problems) = failure else { return failure };
    for problem in &mut problems {
        if problem.field.len() > 2 && problem.field.first().is_some_and(|part| part == "lines") {
            problem.field.drain(..2);
        }
    }
    Failure::Problems(problems)
}

impl RecordPromise {
    fn check(&self) -> Result<(), Failure> {
        let mut problems = Vec::new();
        let mut add = |field: &str, code, zh: &str, en: &str| {
            problems.push(Problem::at(field, code, Text::new(zh, en)));
        };
        if self.lines.is_empty() {
            let en = "a promise needs at least one line";
            add("lines", ProblemCode::Required, "请填写承诺明细", en);
        }
        if self.lines.len() > MOST_LINES {
            add("lines", ProblemCode::TooLarge, "一次最多 50 个户", "at most 50 accounts at once");
        }
        let accounts: std::collections::BTreeSet<_> =
            self.lines.iter().map(|line| line.account).collect();
        if accounts.len() < self.lines.len() {
            let en = "an account has two lines";
            add("lines", ProblemCode::Duplicate, "同一户有两条承诺", en);
        }
        if self.note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
            let en = "a note has at most 2000 characters";
            add("note", ProblemCode::TooLong, "备注最多 2000 字", en);
        }
        problems.extend(self.confirm.and_then(|confirm| confirm.problem()));
        refuse_any(problems)
    }
}

impl Confirm {
    /// What is wrong with it.
    pub fn problem(self) -> Option<Problem> {
        let fits = self.in_minutes.is_none_or(|minutes| (1..=LONGEST_WAIT).contains(&minutes));
        let text = Text::new("须在 1 分钟到 24 小时之间", "between a minute and 24 hours");
        (!fits).then(|| Problem::at("confirm.inMinutes", ProblemCode::Invalid, text))
    }
}

/// The party must hold every one of the accounts.
async fn check_party(
    work: &Work,
    party: Option<PartyId>,
    accounts: &[AccountId],
) -> Result<(), Failure> {
    let Some(party) = party else { return Ok(()) };
    let cards = owners::queries::cards_of(work.conn(), work.organization(), accounts).await?;
    let holds = |card: &owners::queries::AccountCard| {
        card.holders.iter().any(|holder| holder.person.party.id == party)
    };
    if cards.values().all(holds) {
        return Ok(());
    }
    let text = Text::new(
        "该人不是所有这些户的产权人",
        "this person does not hold every one of the accounts",
    );
    Err(Failure::problem(Problem::at("partyId", ProblemCode::NotFound, text)))
}

/// Plans the call that confirms account details: agreed with the owner, at its minute.
pub async fn plan_confirmation(
    work: &mut Work,
    account: &AccountRow,
    confirm: Confirm,
    (source, sent_at): (uuid::Uuid, Moment),
) -> Result<FollowUpId, Failure> {
    let policies = cases::policy::in_force(work.conn(), work.organization()).await?;
    let preset = policies.get(&account.community_id).map(|policy| policy.confirm_minutes);
    let minutes = confirm.in_minutes.or(preset).unwrap_or(30);
    let due_at = sent_at + TimeDelta::minutes(minutes);
    let new = NewFollowUp {
        account: account.account_id,
        case: open_case(work, account.account_id).await?,
        purpose: Purpose::ConfirmDetails,
        source: Source::CallBack,
        source_id: Some(source),
        note: None,
        due_on: calendar::local_day(due_at, calendar::zone(&account.time_zone)),
        due_at,
        reminds: true,
        assignee: None,
    };
    cases::commands::plan(work, new).await
}

/// A promise that was recorded.
#[derive(Debug, Default)]
pub struct Promised {
    /// Its lines, one per account.
    pub lines: Vec<PromiseLineId>,
    /// The looks at the money, on the days of those lines that are open.
    pub looks: Vec<FollowUpId>,
}

/// Records a promise on accounts that the command has found and locked. Each account's pending promise gives way to the
/// later of the two; one that arrives late enters as superseded.
pub async fn record(
    work: &mut Work,
    accounts: &[AccountRow],
    new: NewPromise,
) -> Result<Promised, Failure> {
    let policies = cases::policy::in_force(work.conn(), work.organization()).await?;
    let mut planned = Vec::new();
    let mut problems = Vec::new();
    for (index, line) in new.lines.iter().enumerate() {
        let account =
            accounts.iter().find(|row| row.account_id == line.account).ok_or(Failure::NotFound)?;
        let policy = policies
            .get(&account.community_id)
            .ok_or_else(|| Failure::broken("policy", "missing"))?;
        let field = format!("{}.{index}", new.field);
        problems.extend(check_line(work, &new, (line, &field), (account, policy)).await?);
        planned.push((line, account, policy));
    }
    refuse_any(problems)?;
    let header = header(work, &new)?;
    let (mut lines, mut named, mut looks) = (Vec::new(), Vec::new(), Vec::new());
    let contact = new.contact;
    for (line, account, policy) in planned {
        let mut row = line_row(work, &header, line, policy);
        make_way(work, &mut row).await?;
        looks.extend(announce(work, &row, (account, policy)).await?);
        named.extend(line.charges.iter().map(|charge| promise_charge::Model {
            organization_id: row.organization_id,
            promise_line_id: row.id,
            charge_id: *charge,
        }));
        lines.push(row);
    }
    // While a promise is open nobody is dunned (rule 6), be it that the phone told of it late.
    let open: Vec<AccountId> = lines.iter().filter(is_open).map(|line| line.account_id).collect();
    cases::commands::end_unplanned(work, &open, (work.now, contact)).await?;
    let made = lines.iter().map(|line| line.id).collect();
    store::insert(work.conn(), header, (lines, named)).await?;
    Ok(Promised { lines: made, looks })
}

fn refuse_any(problems: Vec<Problem>) -> Result<(), Failure> {
    if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(problems)) }
}

/// What is wrong with a line: amount and day, charges that are not the account's, and one promise too many.
async fn check_line(
    work: &Work,
    new: &NewPromise,
    (line, field): (&NewLine, &str),
    (account, policy): Place<'_>,
) -> Result<Vec<Problem>, Failure> {
    let given_on = calendar::local_day(new.occurred_at, calendar::zone(&account.time_zone));
    let mut problems =
        rules::check(&policy.into(), given_on, (line.amount_fen, line.due_on), field);
    let different: std::collections::BTreeSet<_> = line.charges.iter().collect();
    if different.len() < line.charges.len() {
        let text = Text::new("同一笔应收重复", "a charge is named twice");
        problems.push(Problem::at(&format!("{field}.chargeIds"), ProblemCode::Duplicate, text));
    }
    let organization = work.organization();
    let known = store::charges(work.conn(), organization, &line.charges).await?;
    let theirs = |id: &ChargeId| {
        known.iter().any(|charge| charge.id == *id && charge.account_id == line.account)
    };
    if !line.charges.iter().all(theirs) {
        let text = Text::new("所选应收不属于该户", "a charge is not one of this account");
        problems.push(Problem::at(&format!("{field}.chargeIds"), ProblemCode::NotFound, text));
    }
    problems.extend(too_many(work, new.occurred_at, (line.account, field), policy).await?);
    Ok(problems)
}

/// Rule 7: after so many promises that were not kept the next one needs the manager, who may record it.
async fn too_many(
    work: &Work,
    given_at: Moment,
    (account, field): (AccountId, &str),
    policy: &collection_policy::Model,
) -> Result<Option<Problem>, Failure> {
    if work.actor()?.is_any(&[Role::Manager, Role::Director]) {
        return Ok(None);
    }
    let organization = work.organization();
    let lines = store::lines(work.conn(), organization, &[account], &State::ALL).await?;
    if lines.iter().any(|line| line.occurred_at > given_at) {
        return Ok(None);
    }
    let cases = cases::queries::open_cases(work.conn(), organization, &[account]).await?;
    let since = cases.get(&account).map(|case| case.opened_at);
    let of_this_debt =
        lines.iter().filter(|line| since.is_none_or(|since| line.occurred_at >= since));
    let ends = of_this_debt.map(|line| {
        let state = State::of_name(&line.state).unwrap_or(State::Cancelled);
        (state, line.ended_why.as_deref().and_then(End::of_name))
    });
    let text = Text::new(
        format!("同一笔欠费最多再承诺 {} 次,请由项目经理处理", policy.most_repromises),
        format!(
            "at most {} further promises for one debt; ask the manager",
            policy.most_repromises
        ),
    );
    let over = rules::not_kept_before(ends) > policy.most_repromises;
    Ok(over.then(|| Problem::at(field, ProblemCode::TooMany, text)))
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
        given_how: new.how.map(|how| how.name().to_owned()),
        note: new.note.clone(),
    })
}

fn line_row(
    work: &Work,
    header: &promise::Model,
    line: &NewLine,
    policy: &collection_policy::Model,
) -> promise_line::Model {
    promise_line::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        promise_id: header.id,
        account_id: line.account,
        amount_fen: line.amount_fen,
        due_on: line.due_on,
        grace_until: rules::grace_until(&policy.into(), line.due_on),
        state: State::Pending.name().to_owned(),
        received_fen: None,
        judged_at: None,
        occurred_at: header.occurred_at,
        recorded_at: work.now,
        ended_why: None,
        ended_at: None,
        ended_by: None,
        ended_note: None,
        superseded_by_id: None,
    }
}

/// Cancels the pending promise of the account if it is the older one. One that was given before any other, also before
/// one that is judged already, enters as superseded itself.
async fn make_way(work: &mut Work, new: &mut promise_line::Model) -> Result<(), Failure> {
    let account = new.account_id;
    let lines = store::lines(work.conn(), work.organization(), &[account], &State::ALL).await?;
    let real = |line: &&promise_line::Model| line.ended_why.as_deref() != Some(End::Mistake.name());
    let later = lines.iter().filter(real).find(|line| line.occurred_at > new.occurred_at);
    if let Some(later) = later {
        new.state = State::Cancelled.name().to_owned();
        new.ended_why = Some(End::Superseded.name().to_owned());
        new.ended_at = Some(work.now);
        new.superseded_by_id = Some(later.id);
        return Ok(());
    }
    for old in lines.iter().filter(|line| line.state == State::Pending.name()) {
        let ended = Ended { why: End::Superseded, note: None, by_line: Some(new.id) };
        store::cancel(work, old.id, ended).await?;
        cases::commands::cancel_from(work, &[account], &[old.id.into()]).await?;
        let case = open_case(work, account).await?;
        let happening = Happening::PromiseSuperseded;
        timeline::write(work, vec![entry(old, case, happening, work.now)]).await?;
    }
    Ok(())
}

fn is_open(line: &&promise_line::Model) -> bool {
    line.state == State::Pending.name()
}

/// Writes it on the timeline and plans the look at the money on its day; answers that step.
async fn announce(
    work: &mut Work,
    line: &promise_line::Model,
    place: Place<'_>,
) -> Result<Option<FollowUpId>, Failure> {
    let case: Option<CaseId> = open_case(work, line.account_id).await?;
    timeline::write(work, vec![entry(line, case, Happening::Promised, line.occurred_at)]).await?;
    if is_open(&line) {
        return plan_look(work, line, place).await.map(Some);
    }
    Ok(None)
}
