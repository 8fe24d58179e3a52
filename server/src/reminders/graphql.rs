//! Reminders in the API.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Subscription};
use futures_util::{Stream, StreamExt as _};
use guanjia_entity::follow_up;

use super::{
    commands,
    desk::Told,
    queries::{self, Before, News},
    stream,
};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        page::PageInfo,
        rights,
        scalars::{Gid, Instant},
    },
    cases::{self, graphql::FollowUp},
    kernel::{
        Failure,
        ids::ReminderId,
        paging::{Page, cursor},
    },
    owners::{self, graphql::Account, queries::AccountCard},
};

/// A reminder, read.
pub struct Reminder {
    told: Arc<Told>,
}

impl From<News> for Reminder {
    fn from(news: News) -> Self {
        Self { told: Arc::new(news.into()) }
    }
}

/// A reminder 提醒: a follow-up fell due.
#[Object]
impl Reminder {
    /// Its id.
    async fn id(&self) -> Gid<ReminderId> {
        Gid(self.told.news.id)
    }

    /// The number of this news: from 1, one by one, per person. Keep the last one and give it as `after` when you come back.
    /// A reminder comes again, under the next number, when it was acknowledged on any device.
    async fn sequence(&self) -> i64 {
        self.told.news.sequence
    }

    /// The moment at which the follow-up was due.
    async fn due_at(&self) -> Instant {
        Instant(self.told.news.due_at)
    }

    /// When the reminder was made.
    async fn created_at(&self) -> Instant {
        Instant(self.told.news.created_at)
    }

    /// When it was acknowledged on one of your devices: take it off the screen; null while it was not.
    async fn acknowledged_at(&self) -> Option<Instant> {
        self.told.news.acknowledged_at.map(Instant)
    }

    /// Whether the follow-up is still to be done and still has this date. Show the reminder only then: one of a call that
    /// was already made is delivered so that no number is missing, not to be shown.
    async fn open(&self, ctx: &Context<'_>) -> Result<bool> {
        let row = self.row(ctx).await?;
        Ok(row.state == "OPEN" && row.revision == self.told.news.revision)
    }

    /// The follow-up that fell due; null when the account is no longer yours.
    async fn follow_up(&self, ctx: &Context<'_>) -> Result<Option<FollowUp>> {
        if self.card(ctx).await?.is_none() {
            return Ok(None);
        }
        self.row(ctx).await.map(|row| Some(row.clone().into()))
    }

    /// The account; null when it is no longer yours.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        let beside = || self.told.beside.clone();
        Ok(self.card(ctx).await?.map(|card| Account::beside(Arc::clone(card), beside())))
    }
}

impl Reminder {
    /// The follow-up, read once for all who are told of it now.
    async fn row(&self, ctx: &Context<'_>) -> Result<&follow_up::Model> {
        let News { organization_id, follow_up_id, .. } = self.told.news;
        let read = async || {
            cases::queries::follow_up(ctx.conn()?, organization_id, follow_up_id)
                .await
                .map_err(|f| ctx.tell(f))
        };
        self.told.follow_up.get_or_try_init(read).await
    }

    /// The account, read once for all who are told of it now; none when it is no longer theirs.
    async fn card(&self, ctx: &Context<'_>) -> Result<Option<&Arc<AccountCard>>> {
        let (now, id) = (ctx.app()?.kernel.clock.domain(), self.told.news.account_id);
        let read = async || match owners::queries::account(ctx.conn()?, ctx.actor()?, now, id).await
        {
            Ok(card) => Ok(Some(Arc::new(card))),
            Err(Failure::NotFound) => Ok(None),
            Err(failure) => Err(ctx.tell(failure)),
        };
        Ok(self.told.card.get_or_try_init(read).await?.as_ref())
    }
}

/// A page of reminders.
#[derive(SimpleObject)]
pub struct ReminderConnection {
    /// The reminders with their cursors.
    edges: Vec<ReminderEdge>,
    /// Where the page stands.
    page_info: PageInfo,
}

/// A reminder with its cursor.
#[derive(SimpleObject)]
pub struct ReminderEdge {
    /// The reminder.
    node: Reminder,
    /// Give it as `after` to read on.
    cursor: String,
}

/// Queries.
#[derive(Default)]
pub struct RemindersQuery;

#[Object]
impl RemindersQuery {
    /// Your reminders that you have not acknowledged and whose step is still to be done on that date, the newest first.
    async fn pending_reminders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Reminders on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last reminder of the page before.")] after: Option<String>,
    ) -> Result<ReminderConnection> {
        rights::check(ctx, "Query.pendingReminders")?;
        let actor = ctx.actor()?;
        let page = Page::<Before>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let recipient = (actor.organization, actor.person);
        let found = queries::pending(ctx.conn()?, recipient, page).await;
        let (rows, more) = found.map_err(|f| ctx.tell(f))?;
        let place = |row: &News| cursor(&Before::of(row));
        let page_info = PageInfo::of(rows.iter().map(place), more);
        let edges = rows
            .into_iter()
            .map(|row| ReminderEdge { cursor: place(&row), node: row.into() })
            .collect();
        Ok(ReminderConnection { edges, page_info })
    }
}

/// What `acknowledgeReminders` takes.
#[derive(InputObject)]
pub struct AcknowledgeRemindersInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Reminders of yours that you saw, 1 to 100.
    reminder_ids: Vec<Gid<ReminderId>>,
}

/// What `acknowledgeReminders` answers.
#[derive(SimpleObject)]
pub struct AcknowledgeRemindersPayload {
    /// The reminders as they stand now.
    reminders: Vec<Reminder>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct RemindersMutation;

#[Object]
impl RemindersMutation {
    /// Says that you saw reminders: they are gone on all your devices. The steps themselves are still to be done.
    async fn acknowledge_reminders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which reminders.")] input: AcknowledgeRemindersInput,
    ) -> Result<AcknowledgeRemindersPayload> {
        let ids: Vec<ReminderId> = input.reminder_ids.iter().map(|id| id.0).collect();
        let key = (input.idempotency_key.as_str(), "acknowledgeReminders");
        let done = act(ctx, key, ids, |work, ids| Box::pin(commands::acknowledge(work, ids)));
        let ids = match done.await? {
            Ok(ids) => ids,
            Err(problems) => {
                return Ok(AcknowledgeRemindersPayload { reminders: Vec::new(), problems });
            }
        };
        let actor = ctx.actor()?;
        let recipient = (actor.organization, actor.person);
        let rows = queries::by_ids(ctx.conn()?, recipient, &ids).await.map_err(|f| ctx.tell(f))?;
        let reminders = rows.into_iter().map(Reminder::from).collect();
        Ok(AcknowledgeRemindersPayload { reminders, problems: Vec::new() })
    }
}

/// Subscriptions.
#[derive(Default)]
pub struct RemindersSubscription;

#[Subscription]
impl RemindersSubscription {
    /// Your reminders: first all after the number you name, then each as it comes, none missing and none twice; and each
    /// once more when it was acknowledged on one of your devices. A
    /// subscription is a hint, the record is in the database: come back with the last number whenever it breaks.
    async fn reminders(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The last number you have; 0 or nothing for all.",
            default = 0,
            validator(minimum = 0)
        )]
        after: i64,
    ) -> Result<impl Stream<Item = Result<Reminder>> + use<>> {
        rights::check(ctx, "Subscription.reminders")?;
        let app = ctx.app()?;
        let language = ctx.language();
        let reading = (after, app.settings.reminder_poll());
        let rows = stream::reminders(app.kernel.clone(), &app.hub, ctx.actor()?.clone(), reading);
        Ok(rows.map(move |row| {
            row.map(|told| Reminder { told })
                .map_err(|failure| crate::api::errors::told(failure, language))
        }))
    }
}
