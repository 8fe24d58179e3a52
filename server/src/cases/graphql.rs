//! Cases, follow-ups and the timeline in the API.

use async_graphql::{ComplexObject, Context, Enum, MergedObject, Object, Result, SimpleObject};
use guanjia_entity::{case_file, follow_up, timeline_entry};

use super::{
    collecting::graphql::CollectingMutation,
    escalations::{
        self,
        graphql::{Escalation, EscalationsMutation, EscalationsQuery},
    },
    follow_up::{Purpose, Source},
    holds::graphql::HoldsMutation,
    policy_setting::graphql::PolicyMutation,
    queries,
    steps::graphql::StepsMutation,
    timeline::Happening,
    workdays::graphql::{WorkdaysMutation, WorkdaysQuery},
};
use crate::{
    api::{
        context::Ask,
        scalars::{Date, Gid, Instant, Money, Written},
    },
    kernel::ids::{CaseId, FollowUpId, MembershipId, TimelineEntryId},
    owners::{self, graphql::Account},
    people,
};

/// Queries.
#[derive(MergedObject, Default)]
pub struct CasesQuery(EscalationsQuery, WorkdaysQuery);

/// Mutations.
#[derive(MergedObject, Default)]
pub struct CasesMutation(
    StepsMutation,
    HoldsMutation,
    EscalationsMutation,
    WorkdaysMutation,
    PolicyMutation,
    CollectingMutation,
);

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum CaseState {
    /// Something is owed.
    Open,
    /// Nothing is owed any more.
    Closed,
}

/// Why a case has no next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum NoNextStep {
    /// The case is closed.
    Closed,
    /// Nobody has planned one; a sweep does so, and this should not be seen.
    Unplanned,
}

/// A case, read.
pub struct Case {
    row: case_file::Model,
}

impl From<case_file::Model> for Case {
    fn from(row: case_file::Model) -> Self {
        Self { row }
    }
}

impl Case {
    fn state(&self) -> CaseState {
        if self.row.state == "OPEN" { CaseState::Open } else { CaseState::Closed }
    }
}

/// A fee case 案件: one spell of arrears of one account.
#[Object]
impl Case {
    /// Its id.
    pub async fn id(&self) -> Gid<CaseId> {
        Gid(self.row.id)
    }

    /// Where it stands.
    #[graphql(name = "state")]
    async fn standing(&self) -> CaseState {
        self.state()
    }

    /// When it opened.
    async fn opened_at(&self) -> Instant {
        Instant(self.row.opened_at)
    }

    /// When it closed; null while it is open.
    async fn closed_at(&self) -> Option<Instant> {
        self.row.closed_at.map(Instant)
    }

    /// Rises with each opening and closing.
    async fn version(&self) -> i64 {
        self.row.version
    }

    /// The next step: the earliest open follow-up of the account, whoever has it; null when there is none, which `whyNone`
    /// explains.
    async fn next_step(&self, ctx: &Context<'_>) -> Result<Option<FollowUp>> {
        let (CaseState::Open, Some(account)) = (self.state(), self.row.account_id) else {
            return Ok(None);
        };
        let open =
            queries::open_follow_ups(ctx.conn()?, self.row.organization_id, &[account]).await;
        Ok(open.map_err(|f| ctx.tell(f))?.into_iter().next().map(FollowUp::from))
    }

    /// Why there is no next step; null when there is one.
    async fn why_none(&self, ctx: &Context<'_>) -> Result<Option<NoNextStep>> {
        if self.state() == CaseState::Closed {
            return Ok(Some(NoNextStep::Closed));
        }
        let bare = self.next_step(ctx).await?.is_none();
        Ok(bare.then_some(NoNextStep::Unplanned))
    }

    /// The open escalation; null when the case is not handed up.
    async fn escalation(&self, ctx: &Context<'_>) -> Result<Option<Escalation>> {
        let organization = self.row.organization_id;
        let open = escalations::queries::open_of(ctx.conn()?, organization, &[self.row.id]).await;
        Ok(open.map_err(|f| ctx.tell(f))?.pop().map(Escalation::from))
    }

    /// The account it is about.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        let Some(account) = self.row.account_id else { return Ok(None) };
        let cards =
            owners::queries::cards_of(ctx.conn()?, self.row.organization_id, &[account]).await;
        Ok(cards.map_err(|f| ctx.tell(f))?.remove(&account).map(Account::from))
    }
}

/// A follow-up 跟进: what to do next, when, and why.
#[derive(SimpleObject, Clone)]
#[graphql(complex)]
pub struct FollowUp {
    #[graphql(skip)]
    row: follow_up::Model,
    /// Its id.
    id: Gid<FollowUpId>,
    /// What to do.
    purpose: Purpose,
    /// Where it comes from.
    source: Source,
    /// Free text of whoever planned it; numbers in it are masked by role.
    note: Option<Written>,
    /// Due until the end of this day.
    due_on: Date,
    /// The moment at which it is due and reminded of.
    due_at: Instant,
    /// Rises with each new date.
    revision: i64,
    /// Whether it is still to be done.
    open: bool,
    /// The first day it was planned for; it may have been put off since.
    planned_for: Date,
    /// How often it was put off by hand.
    snoozes: i64,
    /// Whose it is; null when it is for whoever looks after the account.
    assignee_id: Option<Gid<MembershipId>>,
    /// What was said when it was completed or cancelled by hand.
    ended_note: Option<Written>,
}

#[ComplexObject]
impl FollowUp {
    /// How long it is carried over: days since the first day it was planned for; 0 until then.
    async fn age(&self, ctx: &Context<'_>) -> Result<i64> {
        let today = owners::queries::reach_day(ctx.app()?.kernel.clock.domain());
        Ok((today - self.planned_for.0).num_days().max(0))
    }

    /// How colleagues call whoever it was given to.
    async fn assignee_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(assignee) = self.row.assignee_id else { return Ok(None) };
        let found = people::queries::name_of(ctx.conn()?, self.row.organization_id, assignee).await;
        found.map_err(|f| ctx.tell(f))
    }

    /// All steps of the account on this day, done or not, by their hour: the rounds of the day.
    async fn rounds(&self, ctx: &Context<'_>) -> Result<Vec<FollowUp>> {
        let Some(account) = self.row.account_id else { return Ok(Vec::new()) };
        let place = (self.row.organization_id, account);
        let found = queries::rounds(ctx.conn()?, place, self.row.due_on).await;
        Ok(found.map_err(|f| ctx.tell(f))?.into_iter().map(FollowUp::from).collect())
    }
}

impl From<follow_up::Model> for FollowUp {
    fn from(row: follow_up::Model) -> Self {
        Self {
            row: row.clone(),
            id: Gid(row.id),
            purpose: Purpose::of_name(&row.purpose).unwrap_or(Purpose::Review),
            source: Source::of_name(&row.source).unwrap_or(Source::Default),
            note: row.note.map(Written),
            due_on: Date(row.due_on),
            due_at: Instant(row.due_at),
            revision: row.revision,
            open: row.state == "OPEN",
            planned_for: Date(row.first_on.unwrap_or(row.due_on)),
            snoozes: row.snoozes,
            assignee_id: row.assignee_id.map(Gid),
            ended_note: row.ended_note.map(Written),
        }
    }
}

/// An entry of the timeline, which is never edited.
#[derive(SimpleObject)]
pub struct TimelineEntry {
    /// Its id.
    id: Gid<TimelineEntryId>,
    /// What happened.
    happening: Happening,
    /// When it happened.
    occurred_at: Instant,
    /// When it was recorded.
    recorded_at: Instant,
    /// An amount that it is about, such as what was promised.
    amount: Option<Money>,
    /// A day that it is about, such as the promised one.
    due_on: Option<Date>,
    /// What came of it: the outcome of a contact, the verdict on a promise.
    outcome: Option<String>,
    /// What was received on a promise that was judged.
    received: Option<Money>,
}

impl From<timeline_entry::Model> for TimelineEntry {
    fn from(row: timeline_entry::Model) -> Self {
        let text =
            |name: &str| row.facts.get(name).and_then(|value| value.as_str()).map(str::to_owned);
        let money =
            |name: &str| row.facts.get(name).and_then(serde_json::Value::as_i64).map(Money::fen);
        Self {
            id: Gid(row.id),
            happening: Happening::of_name(&row.kind).unwrap_or(Happening::Contacted),
            occurred_at: Instant(row.occurred_at),
            recorded_at: Instant(row.recorded_at),
            amount: money("amountFen"),
            due_on: text("dueOn").and_then(|day| day.parse().ok()).map(Date),
            outcome: text("disposition").or_else(|| text("state")),
            received: money("receivedFen"),
        }
    }
}
