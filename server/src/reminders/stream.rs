//! One recipient's reminders, from a number on, without a gap and without a double.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{Stream, stream};

use super::{
    Hub,
    desk::{Asked, Desk, Ear, Told},
    queries,
};
use crate::kernel::{Actor, Failure, Kernel};

/// Rows read at once.
const PAGE: usize = 100;

struct Reading {
    kernel: Arc<Kernel>,
    actor: Actor,
    desk: Arc<Desk>,
    ear: Ear,
    last: i64,
    since: Instant,
    ready: VecDeque<Arc<Told>>,
    patience: Duration,
}

/// Replays what came after `after` and goes on live. Listening starts before the first read, so nothing falls between;
/// `patience` is how long a wake-up that never came can delay a reminder.
pub fn reminders(
    kernel: Arc<Kernel>,
    hub: &Hub,
    actor: Actor,
    (after, patience): (i64, Duration),
) -> impl Stream<Item = Result<Arc<Told>, Failure>> + use<> {
    let desk = hub.desk(actor.organization, actor.person);
    let ear = desk.ear();
    let (since, ready) = (Instant::now(), VecDeque::new());
    let reading = Reading { kernel, actor, desk, ear, last: after, since, ready, patience };
    stream::unfold(reading, |mut reading| async {
        let next = reading.next().await;
        Some((next, reading))
    })
}

impl Reading {
    async fn next(&mut self) -> Result<Arc<Told>, Failure> {
        loop {
            if let Some(told) = self.ready.pop_front() {
                self.last = told.news.sequence;
                return Ok(told);
            }
            match self.look().await {
                Ok(news) => self.ready.extend(news),
                // The socket outlives a database that is away for a while.
                Err(Failure::Unavailable(why)) => {
                    tracing::warn!(%why, "reminders wait for the database")
                }
                Err(other) => return Err(other),
            }
            if self.ready.is_empty() {
                let _ = tokio::time::timeout(self.patience, self.ear.woken()).await;
            }
        }
    }

    async fn look(&self) -> Result<Vec<Arc<Told>>, Failure> {
        let whose = (self.actor.organization, self.actor.person);
        let count = i64::try_from(PAGE).unwrap_or(i64::MAX);
        let look = queries::after(self.kernel.database.read(), whose, (self.last, count));
        let Self { last, since, patience, .. } = *self;
        self.desk.after(Asked { last, since, patience }, PAGE, look).await
    }
}
