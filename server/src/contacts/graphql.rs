//! Contacts in the API.

use async_graphql::{Context, Object, Result, SimpleObject};
use guanjia_entity::{contact, contact_account, contact_amendment};

use super::{
    commands::{self, AmendContact, CorrectContact, Logged},
    contact::{Channel, Delivery, Direction, LogContact},
    dispositions::{Disposition, RightParty, consequence},
    inputs::{AmendContactInput, CorrectContactInput, LogContactInput},
    queries::{self, LastContact, Place},
};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        page::PageInfo,
        scalars::{Gid, Instant, Written},
    },
    attachments::{self, graphql::Attachment},
    cases::{self, graphql::FollowUp},
    kernel::{
        Failure,
        ids::{AccountId, CaseId, ContactId, ContactPointId, MembershipId, PartyId},
        paging::{Page, cursor},
    },
    owners::{self, graphql::Account, points::PointStatus},
    promises::{self, graphql::Promise},
    worklist,
};

/// A contact, read.
pub struct Contact {
    row: contact::Model,
    disposition: Disposition,
}

impl From<contact::Model> for Contact {
    fn from(row: contact::Model) -> Self {
        let disposition = Disposition::of_name(&row.disposition).unwrap_or(Disposition::NoAnswer);
        Self { row, disposition }
    }
}

/// A contact 联系: a call, visit, message or letter, and what came of it.
#[Object]
impl Contact {
    /// Its id.
    pub async fn id(&self) -> Gid<ContactId> {
        Gid(self.row.id)
    }

    /// How.
    async fn channel(&self) -> Channel {
        Channel::of_name(&self.row.channel).unwrap_or(Channel::Call)
    }

    /// Who began it.
    async fn direction(&self) -> Direction {
        Direction::of_name(&self.row.direction).unwrap_or(Direction::Outbound)
    }

    /// What came of it.
    async fn disposition(&self) -> Disposition {
        self.disposition
    }

    /// Whether a person was reached.
    async fn reached(&self) -> bool {
        consequence(self.disposition).reached
    }

    /// Whether it was the right one; null when nobody can tell.
    async fn right_party(&self) -> Option<bool> {
        match consequence(self.disposition).right_party {
            RightParty::Yes => Some(true),
            RightParty::No => Some(false),
            RightParty::Unknown => None,
        }
    }

    /// Whether it counts as an attempt of ours: we began it, and the number was theirs.
    async fn counts_as_attempt(&self) -> bool {
        consequence(self.disposition).counts && self.row.direction == Direction::Outbound.name()
    }

    /// Whom; null when it was nobody in particular.
    async fn party_id(&self) -> Option<Gid<PartyId>> {
        self.row.party_id.map(Gid)
    }

    /// The number or address used.
    async fn contact_point_id(&self) -> Option<Gid<ContactPointId>> {
        self.row.contact_point_id.map(Gid)
    }

    /// What it taught of the number; null when nothing new.
    async fn number_learned(&self) -> Option<PointStatus> {
        self.row.number_learned.as_deref().and_then(PointStatus::of_name)
    }

    /// Somebody else who was reached: how they named themselves.
    async fn third_party_name(&self) -> Option<Written> {
        self.row.third_party_name.clone().map(Written)
    }

    /// Somebody else who was reached: what they are to the owner.
    async fn third_party_relation(&self) -> Option<Written> {
        self.row.third_party_relation.clone().map(Written)
    }

    /// Whether what was sent arrived; null while nobody knows.
    async fn delivery(&self) -> Option<Delivery> {
        self.row.delivery.as_deref().and_then(Delivery::of_name)
    }

    /// Free text; numbers in it are masked by role.
    async fn note(&self) -> Option<Written> {
        self.row.note.clone().map(Written)
    }

    /// Length in seconds.
    async fn duration_seconds(&self) -> Option<i64> {
        self.row.duration_seconds
    }

    /// Who logged it.
    async fn recorded_by_id(&self) -> Gid<MembershipId> {
        Gid(self.row.actor_id)
    }

    /// When it happened.
    async fn occurred_at(&self) -> Instant {
        Instant(self.row.occurred_at)
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> Instant {
        Instant(self.row.recorded_at)
    }

    /// What it is or was about, as far as you reach it.
    async fn about(&self, ctx: &Context<'_>) -> Result<Vec<ContactAbout>> {
        let now = ctx.app()?.kernel.clock.domain();
        let links = queries::links(ctx.conn()?, ctx.actor()?, now, self.row.id).await;
        Ok(links.map_err(|f| ctx.tell(f))?.into_iter().map(ContactAbout::from).collect())
    }

    /// Signature, photographs, recording, the newest first.
    async fn attachments(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many, 1 to 100.",
            default = 20,
            validator(minimum = 1, maximum = 100)
        )]
        first: i32,
    ) -> Result<Vec<Attachment>> {
        attachments::graphql::of(ctx, &[self.row.id], first).await
    }

    /// The contact in whose place this one stands: it had been logged on the wrong owner.
    async fn corrects_id(&self) -> Option<Gid<ContactId>> {
        self.row.corrects_id.map(Gid)
    }

    /// What it said before each amendment, the oldest first.
    async fn amendments(&self, ctx: &Context<'_>) -> Result<Vec<ContactAmendment>> {
        let found = queries::amendments(ctx.conn()?, self.row.organization_id, self.row.id).await;
        Ok(found.map_err(|f| ctx.tell(f))?.into_iter().map(ContactAmendment::from).collect())
    }
}

/// An account that a contact is or was about.
#[derive(SimpleObject)]
pub struct ContactAbout {
    /// The account.
    account_id: Gid<AccountId>,
    /// The case that was open then.
    case_id: Option<Gid<CaseId>>,
    /// When it turned out to be the wrong one 已更正; null when it is the right one.
    corrected_at: Option<Instant>,
    /// The contact on the right account.
    corrected_by_id: Option<Gid<ContactId>>,
    /// Why.
    correction_reason: Option<Written>,
}

impl From<contact_account::Model> for ContactAbout {
    fn from(row: contact_account::Model) -> Self {
        Self {
            account_id: Gid(row.account_id),
            case_id: row.case_id.map(Gid),
            corrected_at: row.corrected_at.map(Instant),
            corrected_by_id: row.corrected_by_id.map(Gid),
            correction_reason: row.correction_reason.map(Written),
        }
    }
}

/// What a contact said before it was amended.
#[derive(SimpleObject)]
pub struct ContactAmendment {
    /// The note before.
    note_before: Option<Written>,
    /// The length before, in seconds.
    duration_before: Option<i64>,
    /// What was known of the delivery before.
    delivery_before: Option<Delivery>,
    /// Who amended it.
    amended_by_id: Gid<MembershipId>,
    /// When.
    recorded_at: Instant,
}

impl From<contact_amendment::Model> for ContactAmendment {
    fn from(row: contact_amendment::Model) -> Self {
        Self {
            note_before: row.note_before.map(Written),
            duration_before: row.duration_before,
            delivery_before: row.delivery_before.as_deref().and_then(Delivery::of_name),
            amended_by_id: Gid(row.amended_by),
            recorded_at: Instant(row.recorded_at),
        }
    }
}

/// A page of the contacts about an account, the newest first.
#[derive(SimpleObject)]
pub struct ContactConnection {
    /// The contacts with their cursors.
    edges: Vec<ContactEdge>,
    /// Where the page stands.
    page_info: PageInfo,
}

/// A contact with its cursor.
#[derive(SimpleObject)]
pub struct ContactEdge {
    /// The contact.
    node: Contact,
    /// Give it as `after` to read on.
    cursor: String,
}

impl ContactConnection {
    /// Reads a page of the contacts about an account that was found through the actor before.
    pub async fn load(
        ctx: &Context<'_>,
        account: AccountId,
        (first, after): (Option<i32>, Option<String>),
    ) -> Result<Self> {
        let page = Page::<Place>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let of = (ctx.actor()?.organization, account);
        let found = queries::of_account(ctx.conn()?, of, page).await;
        let (rows, more) = found.map_err(|f| ctx.tell(f))?;
        let edges: Vec<ContactEdge> = rows
            .into_iter()
            .map(|row| ContactEdge { cursor: cursor(&Place::from(&row)), node: row.into() })
            .collect();
        let cursors = edges.iter().map(|edge| edge.cursor.clone());
        Ok(Self { page_info: PageInfo::of(cursors, more), edges })
    }
}

/// The newest contact about an account, in short.
#[derive(SimpleObject, Clone)]
pub struct ContactBrief {
    /// When it happened.
    occurred_at: Instant,
    /// How.
    channel: Channel,
    /// What came of it.
    disposition: Disposition,
}

impl From<LastContact> for ContactBrief {
    fn from(row: LastContact) -> Self {
        Self {
            occurred_at: Instant(row.occurred_at),
            channel: Channel::of_name(&row.channel).unwrap_or(Channel::Call),
            disposition: Disposition::of_name(&row.disposition).unwrap_or(Disposition::NoAnswer),
        }
    }
}

/// What `logContact` answers: the act as it stands now, the same on every retry.
#[derive(SimpleObject, Default)]
pub struct LogContactPayload {
    /// The contact.
    contact: Option<Contact>,
    /// The promise, a line per account.
    promises: Vec<Promise>,
    /// What was planned: the next steps, then the looks at the money on promised days.
    follow_ups: Vec<FollowUp>,
    /// The accounts as they stand now.
    accounts: Vec<Account>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct ContactsMutation;

#[Object]
impl ContactsMutation {
    /// Logs a contact with everything that belongs to it, in one act: outcome, number used and what was learned of it, a
    /// promise, the next date. Follow-ups that it answers are done. For stewards and those above them.
    async fn log_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The whole act.")] input: LogContactInput,
    ) -> Result<LogContactPayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "logContact"), LogContact::from(input), |work, input| {
            Box::pin(commands::log_contact(work, input))
        });
        match done.await? {
            Ok(logged) => payload(ctx, logged).await,
            Err(problems) => Ok(LogContactPayload { problems, ..LogContactPayload::default() }),
        }
    }

    /// Corrects a contact that was logged on the wrong owner 更正: it stays visible there, marked, and what followed from it
    /// is taken back; a new one with the same facts stands on the right accounts. For whoever reaches both.
    async fn correct_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what it was about.")] input: CorrectContactInput,
    ) -> Result<CorrectContactPayload> {
        let key = input.idempotency_key.clone();
        let input = CorrectContact::from(input);
        let done = act(ctx, (&key, "correctContact"), input, |work, input| {
            Box::pin(commands::correct_contact(work, input))
        });
        let made = match done.await? {
            Ok(made) => made,
            Err(problems) => return Ok(CorrectContactPayload { problems, ..Default::default() }),
        };
        let now = ctx.app()?.kernel.clock.domain();
        let old = queries::reachable(ctx.conn()?, ctx.actor()?, now, made.corrected).await;
        let corrected = old.map_err(|f| ctx.tell(f))?;
        let logged = payload(ctx, made.logged).await?;
        Ok(CorrectContactPayload {
            corrected: Some(corrected.into()),
            contact: logged.contact,
            promises: logged.promises,
            follow_ups: logged.follow_ups,
            accounts: logged.accounts,
            worklist_version: logged.worklist_version,
            problems: Vec::new(),
        })
    }

    /// Amends note, length or delivery of a contact; what it said before is kept. For whoever logged it, or a manager.
    async fn amend_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what it says now.")] input: AmendContactInput,
    ) -> Result<AmendContactPayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "amendContact"), AmendContact::from(input), |work, input| {
            Box::pin(commands::amend_contact(work, input))
        });
        let id = match done.await? {
            Ok(id) => id,
            Err(problems) => return Ok(AmendContactPayload { problems, ..Default::default() }),
        };
        let now = ctx.app()?.kernel.clock.domain();
        let row = queries::reachable(ctx.conn()?, ctx.actor()?, now, id).await;
        Ok(AmendContactPayload {
            contact: Some(row.map_err(|f| ctx.tell(f))?.into()),
            worklist_version: Some(worklist::graphql::my_version(ctx).await?),
            problems: Vec::new(),
        })
    }
}

/// What `correctContact` answers: both contacts, and what follows from the one on the right accounts.
#[derive(SimpleObject, Default)]
pub struct CorrectContactPayload {
    /// The contact that was corrected.
    corrected: Option<Contact>,
    /// The contact on the right accounts.
    contact: Option<Contact>,
    /// The promise, a line per account.
    promises: Vec<Promise>,
    /// What was planned: the next steps, then the looks at the money on promised days.
    follow_ups: Vec<FollowUp>,
    /// The right accounts as they stand now.
    accounts: Vec<Account>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// What `amendContact` answers.
#[derive(SimpleObject, Default)]
pub struct AmendContactPayload {
    /// The contact as it stands now.
    contact: Option<Contact>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Reads the outcome again under today's rights: an account that is no longer theirs is left out.
async fn payload(ctx: &Context<'_>, logged: Logged) -> Result<LogContactPayload> {
    let (actor, conn) = (ctx.actor()?, ctx.conn()?);
    let organization = actor.organization;
    let now = ctx.app()?.kernel.clock.domain();
    let (mut accounts, mut reached) = (Vec::new(), Vec::new());
    for id in logged.accounts {
        match owners::queries::account(conn, actor, now, id).await {
            Ok(card) => {
                reached.push(id);
                accounts.push(Account::from(card));
            }
            Err(Failure::NotFound) => {}
            Err(failure) => return Err(ctx.tell(failure)),
        }
    }
    if accounts.is_empty() {
        return Err(ctx.tell(Failure::NotFound));
    }
    let contact =
        queries::contact(conn, organization, logged.contact).await.map_err(|f| ctx.tell(f))?;
    let promises = promises::queries::with_headers(conn, organization, logged.promise_lines).await;
    let promises = promises.map_err(|f| ctx.tell(f))?;
    let planned = (logged.follow_ups.as_slice(), reached.as_slice());
    let planned = cases::queries::follow_ups(conn, organization, planned).await;
    let planned = planned.map_err(|f| ctx.tell(f))?;
    Ok(LogContactPayload {
        contact: Some(contact.into()),
        promises: promises
            .into_iter()
            .filter(|(line, _)| reached.contains(&line.account_id))
            .map(Promise::from)
            .collect(),
        follow_ups: planned.into_iter().map(FollowUp::from).collect(),
        accounts,
        worklist_version: Some(worklist::graphql::my_version(ctx).await?),
        problems: Vec::new(),
    })
}
