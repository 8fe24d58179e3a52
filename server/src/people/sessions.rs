//! Sessions that are in use: so that sockets end when their sign-in does, here and in the other replicas.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio_util::sync::CancellationToken;

use crate::{
    adapters::fanout::Fanout,
    kernel::{Moment, ids::SessionId},
};

/// The first word of the news that a session ended.
const ENDED: &str = "ended";
/// So many sessions are kept before the expired ones are looked for.
const BEFORE_PRUNING: usize = 1024;

/// The sessions that somebody came with, with what is cancelled when they end.
#[derive(Clone)]
pub struct Sessions {
    live: Arc<Mutex<Live>>,
    fanout: Option<Fanout>,
}

struct Live {
    tokens: HashMap<SessionId, (CancellationToken, Moment)>,
    prune_at: usize,
}

impl Sessions {
    /// None yet; ended ones are told to the other replicas, if there is a fan-out.
    pub fn new(fanout: Option<Fanout>) -> Self {
        let live = Live { tokens: HashMap::new(), prune_at: BEFORE_PRUNING };
        Self { live: Arc::new(Mutex::new(live)), fanout }
    }

    /// What is cancelled when the session ends. `now` and `expires_at` are of the security clock.
    pub fn watch(
        &self,
        session: SessionId,
        (now, expires_at): (Moment, Moment),
    ) -> CancellationToken {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        if live.tokens.len() >= live.prune_at {
            live.tokens.retain(|_, (_, expires_at)| *expires_at > now);
            live.prune_at = (2 * live.tokens.len()).max(BEFORE_PRUNING);
        }
        live.tokens
            .entry(session)
            .or_insert_with(|| (CancellationToken::new(), expires_at))
            .0
            .child_token()
    }

    /// Ends a session here and in the other replicas.
    pub async fn end(&self, session: SessionId) {
        self.end_here(session);
        if let Some(fanout) = &self.fanout {
            fanout.publish(&format!("{ENDED} {session}")).await;
        }
    }

    /// Hears another replica; other news is not for us.
    pub fn heard(&self, message: &str) {
        let session = message.strip_prefix(ENDED).and_then(|rest| rest.trim_start().parse().ok());
        if let Some(session) = session {
            self.end_here(session);
        }
    }

    fn end_here(&self, session: SessionId) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((token, _)) = live.tokens.remove(&session) {
            token.cancel();
        }
    }
}
