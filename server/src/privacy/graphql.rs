//! Privacy in the API.

use async_graphql::{ComplexObject, Context, InputObject, Object, Result, SimpleObject};
use guanjia_entity::audit_entry;
use serde::Serialize;
use uuid::Uuid;

use super::{
    commands::{self, Masked},
    log::{self, Wanted},
    person::{self, Erasure},
    queries,
};
use crate::{
    api::{
        acts::{Problem, act, settle},
        context::Ask,
        page::PageInfo,
        rights,
        scalars::{Date, Gid, Instant},
    },
    kernel::{
        By, Failure, ProblemCode, Text,
        ids::{AuditEntryId, ContactPointId, MembershipId, PartyId},
        paging::{Page, cursor},
    },
    owners::graphql::Holder,
};

/// Queries.
#[derive(Default)]
pub struct PrivacyQuery;

#[Object]
impl PrivacyQuery {
    /// The audit log 审计日志 of the company, the newest first: who did or saw what. It holds ids and no personal data.
    async fn audit_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entries; all if left out.")] filter: Option<AuditFilter>,
        #[graphql(desc = "Entries on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last entry of the page before.")] after: Option<String>,
    ) -> Result<AuditConnection> {
        rights::check(ctx, "Query.auditEntries")?;
        let page = Page::<log::After>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let wanted = filter.map(Wanted::from).unwrap_or_default();
        let found = log::entries(ctx.conn()?, ctx.actor()?, wanted, page).await;
        let (rows, more) = found.map_err(|f| ctx.tell(f))?;
        let edges: Vec<AuditEdge> = rows.into_iter().map(AuditEdge::from).collect();
        let page_info = PageInfo::of(edges.iter().map(|edge| edge.cursor.clone()), more);
        Ok(AuditConnection { edges, page_info })
    }
}

/// Which entries of the audit log; what is left out does not narrow.
#[derive(InputObject)]
pub struct AuditFilter {
    /// What this colleague did.
    person_id: Option<Gid<MembershipId>>,
    /// This kind of act: "NUMBER_REVEALED".
    action: Option<String>,
    /// From this day on, in Shanghai.
    from: Option<Date>,
    /// Up to the end of this day.
    to: Option<Date>,
}

impl From<AuditFilter> for Wanted {
    fn from(filter: AuditFilter) -> Self {
        Self {
            person: filter.person_id.map(|id| id.0),
            action: filter.action,
            from: filter.from.map(|day| day.0),
            to: filter.to.map(|day| day.0),
        }
    }
}

/// A page of the audit log.
#[derive(SimpleObject)]
pub struct AuditConnection {
    /// The entries with their cursors.
    edges: Vec<AuditEdge>,
    /// Where the page stands.
    page_info: PageInfo,
}

/// An entry with its cursor.
#[derive(SimpleObject)]
pub struct AuditEdge {
    /// The entry.
    node: AuditEntry,
    /// Give it as `after` to read on.
    cursor: String,
}

/// Something that was done or seen. It is never changed; `sealed` says that the chain has it.
#[derive(SimpleObject)]
pub struct AuditEntry {
    /// Its id.
    id: Gid<AuditEntryId>,
    /// Who did it; null for the system itself.
    person_id: Option<Gid<MembershipId>>,
    /// What was done: "NUMBER_REVEALED", "PERSON_ADDED".
    action: String,
    /// To what, as a bare UUID; null when it is about nothing in particular.
    subject: Option<String>,
    /// Plain facts as JSON.
    facts: String,
    /// When.
    recorded_at: Instant,
    /// Whether it is in the chain already.
    sealed: bool,
}

impl From<audit_entry::Model> for AuditEdge {
    fn from(row: audit_entry::Model) -> Self {
        let cursor = cursor(&(row.recorded_at, Uuid::from(row.id)));
        let node = AuditEntry {
            id: Gid(row.id),
            person_id: row.actor_id.map(Gid),
            action: row.action,
            subject: row.subject_id.map(|id| id.to_string()),
            facts: row.facts.to_string(),
            recorded_at: Instant(row.recorded_at),
            sealed: row.seal_position.is_some(),
        };
        Self { node, cursor }
    }
}

/// Mutations.
#[derive(Default)]
pub struct PrivacyMutation;

#[Object]
impl PrivacyMutation {
    /// Shows a number whole that you see masked 查看完整号码. It is written down who saw whose and why, and may be done so many
    /// times a day. The answer is not kept for a retry: asking again is a second look.
    async fn reveal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to show, and why.")] input: RevealInput,
    ) -> Result<RevealPayload> {
        rights::check(ctx, "Mutation.reveal")?;
        let Some(which) = input.which() else {
            let text = Text::new("请指定一个号码", "name one number");
            let problem = crate::kernel::Problem::at("contactPointId", ProblemCode::Required, text);
            return Ok(settle::<String>(ctx, Err(Failure::problem(problem)))?.into());
        };
        let app = ctx.app()?;
        let (limit, keyring) = (app.settings.reveals_per_day, app.settings.identity_keys.clone());
        let done = app.kernel.write(By::Person(ctx.actor()?.clone()), |work| {
            Box::pin(async move {
                commands::reveal(work, &keyring, (which, &input.reason), limit).await
            })
        });
        Ok(settle(ctx, done.await)?.into())
    }

    /// Writes down the identity number 身份证号 of somebody within reach. It is kept encrypted and shown masked.
    async fn set_identity_number(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and the number.")] input: SetIdentityNumberInput,
    ) -> Result<SetIdentityNumberPayload> {
        rights::check(ctx, "Mutation.setIdentityNumber")?;
        let keyring = ctx.app()?.settings.identity_keys.clone();
        let (party, number) = (input.party_id.0, input.number);
        // What is kept for retries must not tell the number: its keyed hash stands for it.
        let prints = keyring.prints_of(&number).map_err(|f| ctx.tell(f))?;
        let known = Known { party, print: prints.into_iter().next() };
        let act =
            act(ctx, (&input.idempotency_key, "setIdentityNumber"), known, move |work, known| {
                Box::pin(async move {
                    commands::set_identity_number(work, &keyring, (known.party, &number)).await
                })
            });
        Ok(SetIdentityNumberPayload { problems: act.await?.err().unwrap_or_default() })
    }

    /// All that is held of a person 个人信息导出, as JSON, for handing it to them. It is written down who asked and why.
    async fn export_person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and why.")] input: ExportPersonInput,
    ) -> Result<ExportPersonPayload> {
        rights::check(ctx, "Mutation.exportPerson")?;
        let app = ctx.app()?;
        let keyring = app.settings.identity_keys.clone();
        let done = app.kernel.write(By::Person(ctx.actor()?.clone()), |work| {
            Box::pin(async move {
                person::export(work, &keyring, (input.party_id.0, &input.reason)).await
            })
        });
        let done = settle(ctx, done.await)?;
        let (json, problems) = match done {
            Ok(json) => (Some(json.to_string()), vec![]),
            Err(problems) => (None, problems),
        };
        Ok(ExportPersonPayload { json, problems })
    }

    /// Overwrites what is held of a person 个人信息删除; the ledger stays. Refused while they hold an account that lasts or
    /// owe anything. It cannot be undone.
    async fn erase_person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and why.")] input: ErasePersonInput,
    ) -> Result<ErasePersonPayload> {
        let erasure = Erasure { party: input.party_id.0, reason: input.reason };
        let act = act(ctx, (&input.idempotency_key, "erasePerson"), erasure, |work, erasure| {
            Box::pin(person::erase(work, erasure))
        });
        Ok(ErasePersonPayload { problems: act.await?.err().unwrap_or_default() })
    }
}

/// What stands for the input under its key.
#[derive(Serialize)]
struct Known {
    party: PartyId,
    print: Option<String>,
}

/// A number to be shown, and why. Name one of the two.
#[derive(InputObject)]
pub struct RevealInput {
    /// A telephone number or another way to reach somebody.
    contact_point_id: Option<Gid<ContactPointId>>,
    /// Whose identity number.
    identity_of_party_id: Option<Gid<PartyId>>,
    /// Why, at most 200 characters; without names and numbers. It stands in the audit log.
    reason: String,
}

impl RevealInput {
    fn which(&self) -> Option<Masked> {
        match (self.contact_point_id, self.identity_of_party_id) {
            (Some(point), None) => Some(Masked::Point(point.0)),
            (None, Some(party)) => Some(Masked::Identity(party.0)),
            _ => None,
        }
    }
}

/// A number, whole.
#[derive(SimpleObject)]
pub struct RevealPayload {
    /// The number; null when there are problems.
    value: Option<String>,
    /// What is wrong; then nothing was shown.
    problems: Vec<Problem>,
}

impl From<std::result::Result<String, Vec<Problem>>> for RevealPayload {
    fn from(done: std::result::Result<String, Vec<Problem>>) -> Self {
        match done {
            Ok(value) => Self { value: Some(value), problems: vec![] },
            Err(problems) => Self { value: None, problems },
        }
    }
}

/// An identity number and whose it is.
#[derive(InputObject)]
pub struct SetIdentityNumberInput {
    /// One per intent, the same on every retry.
    idempotency_key: String,
    /// Whose.
    party_id: Gid<PartyId>,
    /// The number, eighteen characters.
    number: String,
}

/// Whether it was written down.
#[derive(SimpleObject)]
pub struct SetIdentityNumberPayload {
    /// What is wrong; then nothing was changed.
    problems: Vec<Problem>,
}

/// Whose data, and why.
#[derive(InputObject)]
pub struct ExportPersonInput {
    /// Who.
    party_id: Gid<PartyId>,
    /// Why, at most 200 characters; without names and numbers. It stands in the audit log.
    reason: String,
}

/// What is held of a person.
#[derive(SimpleObject)]
pub struct ExportPersonPayload {
    /// The data as JSON; null when there are problems.
    json: Option<String>,
    /// What is wrong.
    problems: Vec<Problem>,
}

/// Whose data, and why.
#[derive(InputObject)]
pub struct ErasePersonInput {
    /// One per intent, the same on every retry.
    idempotency_key: String,
    /// Who.
    party_id: Gid<PartyId>,
    /// Why, at most 200 characters; without names and numbers. It stands in the audit log.
    reason: String,
}

/// Whether it was erased.
#[derive(SimpleObject)]
pub struct ErasePersonPayload {
    /// What is wrong; then nothing was changed.
    problems: Vec<Problem>,
}

#[ComplexObject]
impl Holder {
    /// The identity number 身份证号, masked for everybody: "330***********1234"; `reveal` shows it. Null when none is known.
    async fn identity_number(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let (organization, keyring) =
            (ctx.actor()?.organization, &ctx.app()?.settings.identity_keys);
        let party = (organization, self.party_id.0);
        queries::masked_identity_number(ctx.conn()?, keyring, party).await.map_err(|f| ctx.tell(f))
    }
}
