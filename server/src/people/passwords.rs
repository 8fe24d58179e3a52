//! Argon2id, off the async threads and no more than the machine has cores at once: a burst of sign-ins may wait, the
//! worklists of others may not. Who waits behind too many is asked to come back.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use argon2::{
    Argon2, Params,
    password_hash::{
        self, CustomizedPasswordHasher, PasswordHasher,
        phc::{Output, PasswordHash},
    },
};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::kernel::{Failure, tokens};

/// So many may wait for each that is being served.
const WAITING: usize = 64;

/// Makes and checks password hashes.
#[derive(Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// What an unknown user's password is checked against, so that it takes as long.
    decoy: Arc<str>,
    computations: Arc<AtomicU64>,
}

/// The right to make the machine compute; others wait until it is dropped.
pub struct Turn<'a> {
    passwords: &'a Passwords,
    _slot: SemaphorePermit<'a>,
    _place: SemaphorePermit<'a>,
}

impl Passwords {
    /// Makes the decoy, which takes as long as one sign-in.
    pub async fn init() -> Result<Self, Failure> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let decoy = off_thread(|| hash(&tokens::fresh_token()?, None)).await?;
        Ok(Self {
            slots: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(cores * (1 + WAITING))),
            decoy: decoy.into(),
            computations: Arc::default(),
        })
    }

    /// Waits for a turn. `Unavailable` when too many wait already.
    pub async fn turn(&self) -> Result<Turn<'_>, Failure> {
        let full = |_| Failure::Unavailable("too many sign-ins at once".to_owned());
        let place = self.queue.try_acquire().map_err(full)?;
        let slot = self.slots.acquire().await.map_err(|e| Failure::broken("password slots", e))?;
        Ok(Turn { passwords: self, _slot: slot, _place: place })
    }

    /// A PHC string to keep, by a salt of its own.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        self.turn().await?.hash(password, None).await
    }

    /// How often Argon2id ran since the start: the same for whoever knocks, known or not.
    pub fn computations(&self) -> u64 {
        self.computations.load(Ordering::Relaxed)
    }
}

impl Turn<'_> {
    /// A PHC string to keep: with the salt and the costs of `like`, or by a salt of its own.
    pub async fn hash(&self, password: String, like: Option<String>) -> Result<String, Failure> {
        self.count(1);
        off_thread(move || hash(&password, like.as_deref())).await
    }

    /// Which of `kept` the password is behind. Those of one user have one salt, so it is computed once for all of them;
    /// with none it is computed against the decoy.
    pub async fn matching(
        &self,
        password: String,
        kept: Vec<String>,
    ) -> Result<Vec<bool>, Failure> {
        let decoy = kept.is_empty().then(|| self.passwords.decoy.to_string());
        let (found, computed) = off_thread(move || {
            let mut known: Vec<(String, PasswordHash)> = Vec::new();
            let mut found = Vec::new();
            for phc in kept.iter().chain(&decoy) {
                let parsed = read(phc)?;
                let mould = mould(&parsed);
                if known.iter().all(|(other, _)| *other != mould) {
                    known.push((mould.clone(), compute(&password, &parsed)?));
                }
                let computed = known.iter().find(|(other, _)| *other == mould);
                found
                    .push(computed.is_some_and(|(_, computed)| same(&computed.hash, &parsed.hash)));
            }
            Ok((found, known.len()))
        })
        .await?;
        self.count(computed);
        Ok(found)
    }

    fn count(&self, computed: usize) {
        let computed = u64::try_from(computed).unwrap_or_default();
        self.passwords.computations.fetch_add(computed, Ordering::Relaxed);
    }
}

/// Everything of a PHC string but the hash.
fn mould(hash: &PasswordHash) -> String {
    PasswordHash { hash: None, ..hash.clone() }.to_string()
}

/// `Output` compares in constant time.
fn same(one: &Option<Output>, other: &Option<Output>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one == other)
}

fn read(phc: &str) -> Result<PasswordHash, Failure> {
    PasswordHash::new(phc).map_err(|e| Failure::broken("stored password hash", e))
}

fn hash(password: &str, like: Option<&str>) -> Result<String, Failure> {
    if let Some(like) = like {
        return Ok(compute(password, &read(like)?)?.to_string());
    }
    let salt = tokens::random::<16>()?;
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    hashed.map(|hash| hash.to_string()).map_err(|e| Failure::broken("password hash", e))
}

/// The hash by the salt and the costs of another.
fn compute(password: &str, like: &PasswordHash) -> Result<PasswordHash, Failure> {
    let computed = || {
        let salt = like.salt.as_ref().ok_or(password_hash::Error::SaltInvalid)?;
        let (algorithm, costs) = (Some(like.algorithm.as_str()), Params::try_from(like)?);
        let hasher = Argon2::default();
        hasher.hash_password_customized(password.as_bytes(), salt, algorithm, like.version, costs)
    };
    computed().map_err(|e: password_hash::Error| Failure::broken("stored password hash", e))
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Failure::broken("password thread", e))?
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn matching(passwords: &Passwords, password: &str, kept: &[&String]) -> Vec<bool> {
        let kept = kept.iter().map(|phc| (*phc).clone()).collect();
        passwords.turn().await.unwrap().matching(password.to_owned(), kept).await.unwrap()
    }

    #[tokio::test]
    async fn one_computation_checks_all_passwords_of_a_user_and_one_checks_nobodys() {
        let passwords = Passwords::init().await.unwrap();
        let here = passwords.hash("here".to_owned()).await.unwrap();
        let turn = passwords.turn().await.unwrap();
        let there = turn.hash("there".to_owned(), Some(here.clone())).await.unwrap();
        drop(turn);
        let before = passwords.computations();
        assert_eq!(matching(&passwords, "there", &[&here, &there]).await, [false, true]);
        assert_eq!(passwords.computations(), before + 1);
        assert_eq!(matching(&passwords, "there", &[]).await, [false]);
        assert_eq!(passwords.computations(), before + 2);
        let elsewhere = passwords.hash("there".to_owned()).await.unwrap();
        assert_eq!(matching(&passwords, "there", &[&here, &elsewhere]).await, [false, true]);
    }

    #[tokio::test]
    async fn who_would_wait_behind_too_many_is_sent_away() {
        let passwords = Passwords::init().await.unwrap();
        let all = passwords.queue.available_permits();
        let _full = passwords.queue.try_acquire_many(u32::try_from(all).unwrap()).unwrap();
        assert!(matches!(passwords.turn().await, Err(Failure::Unavailable(_))));
    }
}
