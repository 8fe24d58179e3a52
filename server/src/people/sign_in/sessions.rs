//! Sessions in use: so that sockets end when their sign-in does, or when what their person may do has changed, here and in
//! the other replicas. News between replicas may be lost; so each looks at its own every few seconds, too.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio_util::sync::CancellationToken;

use super::{comers::Comers, store};
use crate::{
    adapters::fanout::Fanout,
    kernel::{Failure, Kernel, forgetful::Forgetful, ids::SessionId, sql::BULK},
};

/// The first word of the news that a session ended.
const ENDED: &str = "ended";

/// The sessions that somebody came with, with what is cancelled when they end.
#[derive(Clone)]
pub struct Sessions {
    live: Arc<Mutex<Live>>,
    /// Who is behind the tokens of requests.
    pub comers: Comers,
    fanout: Option<Fanout>,
}

/// Those that nobody uses any more are forgotten.
type Live = Forgetful<SessionId, Weak<Watched>>;

/// A session that a request or socket came with; it is watched as long as somebody holds this.
#[derive(Debug)]
pub struct Watched {
    /// Cancelled when the session ends or its person may do other things than at its beginning.
    pub ended: CancellationToken,
    /// The version of the membership at the beginning.
    version: i64,
}

impl Sessions {
    /// None yet; ended ones are told to the other replicas, if there is a fan-out.
    pub fn new(fanout: Option<Fanout>) -> Self {
        Self { live: Arc::default(), comers: Comers::default(), fanout }
    }

    /// Watches a session, as it was read from the database: with the version of its membership.
    pub fn watch(&self, session: SessionId, version: i64) -> Arc<Watched> {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = live.get(&session).and_then(Weak::upgrade) {
            if known.version == version {
                return known;
            }
            known.ended.cancel();
        }
        let watched = Arc::new(Watched { ended: CancellationToken::new(), version });
        live.enter(session, Arc::downgrade(&watched), |watched| watched.strong_count() > 0);
        watched
    }

    /// Ends what came with these sessions, here and in the other replicas. Whoever may still come in comes back at once.
    pub async fn end(&self, sessions: Vec<SessionId>) {
        for session in &sessions {
            self.end_here(*session);
        }
        let Some(fanout) = &self.fanout else { return };
        for session in sessions {
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

    /// Asks the database which of the sessions in use here are over or changed, and ends them.
    pub async fn look(&self, kernel: &Kernel) -> Result<(), Failure> {
        let watched: Vec<(SessionId, Arc<Watched>)> = {
            let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
            let all = live.iter();
            all.filter_map(|(id, watched)| Some((*id, watched.upgrade()?))).collect()
        };
        for some in watched.chunks(BULK) {
            let ids = some.iter().map(|(id, _)| *id);
            let now = kernel.clock.security();
            let live = store::live_versions(kernel.database.read(), ids, now).await?;
            for (id, watched) in some {
                if live.get(id) != Some(&watched.version) {
                    watched.ended.cancel();
                }
            }
        }
        Ok(())
    }

    fn end_here(&self, session: SessionId) {
        self.comers.forget();
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watched) = live.remove(&session).and_then(|watched| watched.upgrade()) {
            watched.ended.cancel();
        }
    }
}
