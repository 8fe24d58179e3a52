//! One recipient's reminders, from a number on, without a gap and without a double.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use futures_util::{Stream, stream};

use super::{
    Hub,
    hub::Ear,
    queries::{self, News},
};
use crate::kernel::{Actor, Failure, Kernel};

/// Rows read at once.
const PAGE: i64 = 100;

struct Reading {
    kernel: Arc<Kernel>,
    actor: Actor,
    ear: Ear,
    last: i64,
    ready: VecDeque<News>,
    patience: Duration,
}

/// Replays what came after `after` and goes on live. Listening starts before the first read, so nothing falls between;
/// `patience` is how long a wake-up that never came can delay a reminder.
pub fn reminders(
    kernel: Arc<Kernel>,
    hub: &Hub,
    actor: Actor,
    (after, patience): (i64, Duration),
) -> impl Stream<Item = Result<News, Failure>> + use<> {
    let ear = hub.listen(actor.organization, actor.person);
    let reading = Reading { kernel, actor, ear, last: after, ready: VecDeque::new(), patience };
    stream::unfold(reading, |mut reading| async {
        let next = reading.next().await;
        Some((next, reading))
    })
}

impl Reading {
    async fn next(&mut self) -> Result<News, Failure> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                self.last = row.sequence;
                return Ok(row);
            }
            let (organization, person) = (self.actor.organization, self.actor.person);
            let page = queries::after(
                self.kernel.database.read(),
                (organization, person),
                (self.last, PAGE),
            )
            .await;
            match page {
                Ok(rows) => self.ready.extend(rows),
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
}
