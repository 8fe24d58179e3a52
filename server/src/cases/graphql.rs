//! Cases, follow-ups and the timeline in the API.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use guanjia_entity::{case_file, follow_up, timeline_entry};

use super::{
    follow_up::{Purpose, Source},
    timeline::Happening,
};
use crate::{
    api::{
        context::Ask,
        scalars::{Date, Gid, Instant, Money},
    },
    kernel::ids::{CaseId, FollowUpId, TimelineEntryId},
    owners::{self, graphql::Account},
};

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum CaseState {
    /// Something is owed.
    Open,
    /// Nothing is owed any more.
    Closed,
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

/// A fee case 案件: one spell of arrears of one account.
#[Object]
impl Case {
    /// Its id.
    pub async fn id(&self) -> Gid<CaseId> {
        Gid(self.row.id)
    }

    /// Where it stands.
    async fn state(&self) -> CaseState {
        if self.row.state == "OPEN" { CaseState::Open } else { CaseState::Closed }
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
pub struct FollowUp {
    /// Its id.
    id: Gid<FollowUpId>,
    /// What to do.
    purpose: Purpose,
    /// Where it comes from.
    source: Source,
    /// Free text of whoever planned it.
    note: Option<String>,
    /// Due until the end of this day.
    due_on: Date,
    /// The moment at which it is due and reminded of.
    due_at: Instant,
    /// Rises with each new date.
    revision: i64,
    /// Whether it is still to be done.
    open: bool,
}

impl From<follow_up::Model> for FollowUp {
    fn from(row: follow_up::Model) -> Self {
        Self {
            id: Gid(row.id),
            purpose: Purpose::of_name(&row.purpose).unwrap_or(Purpose::Review),
            source: Source::of_name(&row.source).unwrap_or(Source::Default),
            note: row.note,
            due_on: Date(row.due_on),
            due_at: Instant(row.due_at),
            revision: row.revision,
            open: row.state == "OPEN",
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
