//! Escalations in the API.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use guanjia_entity::escalation;

use super::{
    State,
    commands::{self, Answer, EscalateCase},
    queries::{self, After},
};
use crate::{
    api::{
        acts::{Outcome, Problem, act},
        context::Ask,
        page::PageInfo,
        rights,
        scalars::{Date, Gid, Instant},
    },
    cases::{self, graphql::Case},
    kernel::{
        Failure,
        ids::{CaseId, EscalationId, MembershipId},
        paging::{Page, cursor},
    },
    owners::{self, graphql::Account},
    people, worklist,
};

/// An escalation, read.
pub struct Escalation {
    row: escalation::Model,
}

impl From<escalation::Model> for Escalation {
    fn from(row: escalation::Model) -> Self {
        Self { row }
    }
}

/// An escalation 升级: a case handed up to somebody with the authority.
#[Object]
impl Escalation {
    /// Its id.
    async fn id(&self) -> Gid<EscalationId> {
        Gid(self.row.id)
    }

    /// Where it stands.
    async fn state(&self) -> State {
        State::of_name(&self.row.state).unwrap_or(State::Settled)
    }

    /// Why the case was handed up.
    async fn reason(&self) -> &str {
        &self.row.reason
    }

    /// To be answered by the end of this day; then it goes further up.
    async fn deadline_on(&self) -> Date {
        Date(self.row.deadline_on)
    }

    /// How many deadlines passed without an answer.
    async fn missed_deadlines(&self) -> i64 {
        self.row.missed
    }

    /// With whom it is.
    async fn addressee_id(&self) -> Gid<MembershipId> {
        Gid(self.row.to_id)
    }

    /// How colleagues call them.
    async fn addressee_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        name(ctx, Some(self.row.to_id)).await
    }

    /// Who handed it up, as colleagues call them; null when the system did.
    async fn sender_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        name(ctx, self.row.from_id).await
    }

    /// When it was handed up.
    async fn opened_at(&self) -> Instant {
        Instant(self.row.opened_at)
    }

    /// When it was accepted, declined, taken back, or the case closed; null while it is open.
    async fn decided_at(&self) -> Option<Instant> {
        self.row.decided_at.map(Instant)
    }

    /// What was said then.
    async fn decided_note(&self) -> Option<&str> {
        self.row.decided_note.as_deref()
    }

    /// The account; null when it is not within your reach.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        let now = ctx.app()?.kernel.clock.domain();
        let card =
            owners::queries::account(ctx.conn()?, ctx.actor()?, now, self.row.account_id).await;
        match card {
            Ok(card) => Ok(Some(card.into())),
            Err(Failure::NotFound) => Ok(None),
            Err(failure) => Err(ctx.tell(failure)),
        }
    }

    /// The case; null when it is not within your reach.
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<Case>> {
        let now = ctx.app()?.kernel.clock.domain();
        match cases::queries::case(ctx.conn()?, ctx.actor()?, now, self.row.case_id).await {
            Ok(case) => Ok(Some(case.into())),
            Err(Failure::NotFound) => Ok(None),
            Err(failure) => Err(ctx.tell(failure)),
        }
    }
}

async fn name(ctx: &Context<'_>, person: Option<MembershipId>) -> Result<Option<String>> {
    let Some(person) = person else { return Ok(None) };
    let organization = ctx.actor()?.organization;
    let found = people::queries::name_of(ctx.conn()?, organization, person).await;
    found.map_err(|f| ctx.tell(f))
}

/// A page of escalations.
#[derive(SimpleObject)]
pub struct EscalationConnection {
    /// The escalations with their cursors.
    edges: Vec<EscalationEdge>,
    /// Where the page stands.
    page_info: PageInfo,
}

/// An escalation with its cursor.
#[derive(SimpleObject)]
pub struct EscalationEdge {
    /// The escalation.
    node: Escalation,
    /// Give it as `after` to read on.
    cursor: String,
}

/// Queries.
#[derive(Default)]
pub struct EscalationsQuery;

#[Object]
impl EscalationsQuery {
    /// Escalations that are or were with you, or that you handed up, the newest first.
    async fn escalations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that stand there; all if left out.")] state: Option<State>,
        #[graphql(desc = "Entries on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last entry of the page before.")] after: Option<String>,
    ) -> Result<EscalationConnection> {
        rights::check(ctx, "Query.escalations")?;
        let page = Page::<After>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let found = queries::mine(ctx.conn()?, ctx.actor()?, state, page).await;
        let (rows, more) = found.map_err(|f| ctx.tell(f))?;
        let edge = |row: escalation::Model| EscalationEdge {
            cursor: cursor(&(row.opened_at, row.id)),
            node: row.into(),
        };
        let edges: Vec<EscalationEdge> = rows.into_iter().map(edge).collect();
        let page_info = PageInfo::of(edges.iter().map(|edge| edge.cursor.clone()), more);
        Ok(EscalationConnection { edges, page_info })
    }
}

/// What `escalateCase` takes.
#[derive(InputObject)]
pub struct EscalateCaseInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Id of the escalation, if the client makes it: `escalation_` and a UUIDv7 without dashes.
    id: Option<Gid<EscalationId>>,
    /// Which case.
    case_id: Gid<CaseId>,
    /// Why, at most 2000 characters.
    reason: String,
    /// To whom: somebody above you who decides for the community; the nearest, if left out.
    to: Option<Gid<MembershipId>>,
}

/// What `acceptEscalation` takes.
#[derive(InputObject)]
pub struct AcceptEscalationInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which escalation.
    escalation_id: Gid<EscalationId>,
    /// Free text, at most 2000 characters.
    note: Option<String>,
}

/// What `declineEscalation` and `takeBackEscalation` take.
#[derive(InputObject)]
pub struct EndEscalationInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which escalation.
    escalation_id: Gid<EscalationId>,
    /// Why, at most 2000 characters.
    reason: String,
}

/// What the mutations about escalations answer.
#[derive(SimpleObject, Default)]
pub struct EscalationPayload {
    /// The escalation.
    escalation: Option<Escalation>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct EscalationsMutation;

#[Object]
impl EscalationsMutation {
    /// Hands a case up to somebody with the authority, who is reminded at once. While it is handed up, doing so again is
    /// the problem CONFLICT.
    async fn escalate_case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which case, why, to whom.")] input: EscalateCaseInput,
    ) -> Result<EscalationPayload> {
        let key = input.idempotency_key;
        let input = EscalateCase {
            id: input.id.map(|id| id.0),
            case: input.case_id.0,
            reason: input.reason,
            to: input.to.map(|id| id.0),
        };
        let done = act(ctx, (&key, "escalateCase"), input, |work, input| {
            Box::pin(commands::escalate_case(work, input))
        });
        payload(ctx, done.await?).await
    }

    /// Takes a case that was handed up to you: its next step is yours. For the addressee, and whoever decides above them.
    async fn accept_escalation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which escalation.")] input: AcceptEscalationInput,
    ) -> Result<EscalationPayload> {
        let key = input.idempotency_key;
        let input = Answer { escalation: input.escalation_id.0, note: input.note };
        let done = act(ctx, (&key, "acceptEscalation"), input, |work, input| {
            Box::pin(commands::accept(work, input))
        });
        payload(ctx, done.await?).await
    }

    /// Gives a case back that was handed up to you, with the reason: its steward is reminded at once.
    async fn decline_escalation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which escalation, and why.")] input: EndEscalationInput,
    ) -> Result<EscalationPayload> {
        let key = input.idempotency_key;
        let input = Answer { escalation: input.escalation_id.0, note: Some(input.reason) };
        let done = act(ctx, (&key, "declineEscalation"), input, |work, input| {
            Box::pin(commands::decline(work, input))
        });
        payload(ctx, done.await?).await
    }

    /// Takes a case back that you handed up, as long as nobody has answered.
    async fn take_back_escalation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which escalation, and why.")] input: EndEscalationInput,
    ) -> Result<EscalationPayload> {
        let key = input.idempotency_key;
        let input = Answer { escalation: input.escalation_id.0, note: Some(input.reason) };
        let done = act(ctx, (&key, "takeBackEscalation"), input, |work, input| {
            Box::pin(commands::take_back(work, input))
        });
        payload(ctx, done.await?).await
    }
}

async fn payload(ctx: &Context<'_>, done: Outcome<EscalationId>) -> Result<EscalationPayload> {
    let id = match done {
        Ok(id) => id,
        Err(problems) => {
            return Ok(EscalationPayload { problems, ..EscalationPayload::default() });
        }
    };
    let organization = ctx.actor()?.organization;
    let row = queries::by_id(ctx.conn()?, organization, id).await.map_err(|f| ctx.tell(f))?;
    Ok(EscalationPayload {
        escalation: Some(row.into()),
        worklist_version: Some(worklist::graphql::my_version(ctx).await?),
        problems: Vec::new(),
    })
}
