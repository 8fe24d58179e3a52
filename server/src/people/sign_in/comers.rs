//! Who is behind an access token, known in the process without asking the database for each request.
//!
//! It is kept as long as nothing happens: when a session ends, or what its person may do changes, here or in another
//! replica, everything is forgotten, and a reading that began before is not kept. News of other replicas may be lost, and
//! the command line sends none; so after [`TRUSTED`] the database is asked again. Tokens that are good for nothing are not
//! kept at all.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};

use crate::{
    kernel::{Failure, Kernel, Moment, forgetful::Forgetful},
    people::queries::{self, Comer},
};

/// How long one answer of the database is good without news.
const TRUSTED: Duration = Duration::from_secs(1);

/// The print of a token: tokens themselves are kept nowhere.
type Print = [u8; 32];

struct Kept {
    comer: Comer,
    /// When the reading began that found it.
    read_at: Instant,
}

#[derive(Default)]
struct Book {
    kept: Forgetful<Print, Kept>,
    /// Rises when everything is forgotten.
    forgotten: u64,
}

/// Those who came in lately.
#[derive(Clone, Default)]
pub struct Comers(Arc<Mutex<Book>>);

impl Comers {
    /// Who is behind an access token; none when it is unknown, ended or expired.
    pub async fn of_token(&self, kernel: &Kernel, token: &str) -> Result<Option<Comer>, Failure> {
        let print = Sha256::digest(token.as_bytes()).into();
        if let Some(comer) = self.known(&print, kernel.clock.security()) {
            return Ok(Some(comer));
        }
        let (before, read_at) = (self.book().forgotten, Instant::now());
        let found = queries::comer_of_token(kernel, token).await?;
        if let Some(comer) = &found {
            self.keep(print, Kept { comer: comer.clone(), read_at }, before);
        }
        Ok(found)
    }

    /// Forgets everybody.
    pub fn forget(&self) {
        let mut book = self.book();
        book.forgotten += 1;
        book.kept.clear();
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, print: &Print, now: Moment) -> Option<Comer> {
        let book = self.book();
        let kept = book.kept.get(print)?;
        (kept.read_at.elapsed() < TRUSTED && now < kept.comer.token_until)
            .then(|| kept.comer.clone())
    }

    /// Keeps who was read, unless everything was forgotten since.
    fn keep(&self, print: Print, kept: Kept, before: u64) {
        let mut book = self.book();
        if book.forgotten == before {
            book.kept.enter(print, kept, |kept| kept.read_at.elapsed() < TRUSTED);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::kernel::{Actor, forgetful::ROOM, ids};

    fn comer(token_until: Moment) -> Comer {
        let actor = Actor {
            organization: ids::fresh(),
            person: ids::fresh(),
            user: ids::fresh(),
            session: ids::fresh(),
            roles: Vec::new(),
            all_communities: false,
        };
        Comer { actor, token_until, session_until: token_until, version: 1 }
    }

    fn kept(now: Moment) -> Kept {
        Kept { comer: comer(now + TimeDelta::minutes(10)), read_at: Instant::now() }
    }

    #[test]
    fn a_reading_that_an_end_overtook_is_not_kept() {
        let (comers, now) = (Comers::default(), DateTime::UNIX_EPOCH);
        let before = comers.book().forgotten;
        comers.forget();
        comers.keep([1; 32], kept(now), before);
        assert!(comers.known(&[1; 32], now).is_none());
    }

    #[test]
    fn who_came_is_known_until_something_ends_or_the_token_is_over() {
        let (comers, now) = (Comers::default(), DateTime::UNIX_EPOCH);
        let before = comers.book().forgotten;
        comers.keep([1; 32], kept(now), before);
        assert!(comers.known(&[1; 32], now).is_some());
        assert!(comers.known(&[2; 32], now).is_none());
        assert!(comers.known(&[1; 32], now + TimeDelta::minutes(10)).is_none());
        comers.forget();
        assert!(comers.known(&[1; 32], now).is_none());
    }

    #[test]
    fn those_who_come_no_more_make_room() {
        let (comers, now) = (Comers::default(), DateTime::UNIX_EPOCH);
        let old = Instant::now().checked_sub(2 * TRUSTED).unwrap();
        for number in 0..ROOM {
            let mut print = [0; 32];
            print[..8].copy_from_slice(&number.to_be_bytes());
            comers.keep(print, Kept { read_at: old, ..kept(now) }, 0);
        }
        comers.keep([255; 32], kept(now), 0);
        assert_eq!(comers.book().kept.len(), 1);
    }
}
