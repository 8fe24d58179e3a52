//! Reminders in the API.

use async_graphql::{Context, Object, Result, Subscription};
use futures_util::{Stream, StreamExt as _};
use guanjia_entity::reminder;

use super::stream;
use crate::{
    api::{
        context::Ask,
        rights,
        scalars::{Gid, Instant},
    },
    cases::{self, graphql::FollowUp},
    kernel::{Failure, ids::ReminderId},
    owners::{self, graphql::Account, queries::AccountCard},
};

/// A reminder, read.
pub struct Reminder {
    row: reminder::Model,
}

/// A reminder 提醒: a follow-up fell due.
#[Object]
impl Reminder {
    /// Its id.
    async fn id(&self) -> Gid<ReminderId> {
        Gid(self.row.id)
    }

    /// Its number: from 1, one by one, per person. Keep the last one and give it as `after` when you come back.
    async fn sequence(&self) -> i64 {
        self.row.sequence
    }

    /// The moment at which the follow-up was due.
    async fn due_at(&self) -> Instant {
        Instant(self.row.due_at)
    }

    /// When the reminder was made.
    async fn created_at(&self) -> Instant {
        Instant(self.row.created_at)
    }

    /// Whether the follow-up is still to be done and still has this date. Show the reminder only then: one of a call that
    /// was already made is delivered so that no number is missing, not to be shown.
    async fn open(&self, ctx: &Context<'_>) -> Result<bool> {
        let row =
            cases::queries::follow_up(ctx.conn()?, self.row.organization_id, self.row.follow_up_id)
                .await;
        let row = row.map_err(|f| ctx.tell(f))?;
        Ok(row.state == "OPEN" && row.revision == self.row.revision)
    }

    /// The follow-up that fell due; null when the account is no longer yours.
    async fn follow_up(&self, ctx: &Context<'_>) -> Result<Option<FollowUp>> {
        if self.card(ctx).await?.is_none() {
            return Ok(None);
        }
        let row =
            cases::queries::follow_up(ctx.conn()?, self.row.organization_id, self.row.follow_up_id)
                .await;
        row.map(|row| Some(row.into())).map_err(|f| ctx.tell(f))
    }

    /// The account; null when it is no longer yours.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(self.card(ctx).await?.map(Account::from))
    }
}

impl Reminder {
    async fn card(&self, ctx: &Context<'_>) -> Result<Option<AccountCard>> {
        let now = ctx.app()?.kernel.clock.domain();
        match owners::queries::account(ctx.conn()?, ctx.actor()?, now, self.row.account_id).await {
            Ok(card) => Ok(Some(card)),
            Err(Failure::NotFound) => Ok(None),
            Err(failure) => Err(ctx.tell(failure)),
        }
    }
}

/// Subscriptions.
#[derive(Default)]
pub struct RemindersSubscription;

#[Subscription]
impl RemindersSubscription {
    /// Your reminders: first all after the number you name, then each as it comes, none missing and none twice. A
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
            row.map(|row| Reminder { row })
                .map_err(|failure| crate::api::errors::told(failure, language))
        }))
    }
}
