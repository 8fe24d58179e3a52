//! Argon2id, off the async threads and no more than the machine has cores at once: a burst of sign-ins may wait, the
//! worklists of others may not.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::kernel::{Failure, tokens};

/// Makes and checks password hashes.
#[derive(Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    /// What an unknown user's password is checked against, so that it takes as long.
    decoy: Arc<str>,
}

impl Passwords {
    /// Makes the decoy, which takes as long as one sign-in.
    pub async fn init() -> Result<Self, Failure> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let decoy = off_thread(|| hash(&tokens::fresh_token()?)).await?;
        Ok(Self { slots: Arc::new(Semaphore::new(cores)), decoy: decoy.into() })
    }

    /// A PHC string to keep.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        let _slot = self.slot().await?;
        off_thread(move || hash(&password)).await
    }

    /// Whether the password is the one behind `kept`; without one it is checked against the decoy and refused.
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<bool, Failure> {
        let _slot = self.slot().await?;
        let known = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.decoy.to_string());
        let right = off_thread(move || {
            let kept =
                PasswordHash::new(&kept).map_err(|e| Failure::broken("stored password hash", e))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
        });
        Ok(right.await? && known)
    }

    async fn slot(&self) -> Result<tokio::sync::SemaphorePermit<'_>, Failure> {
        self.slots.acquire().await.map_err(|e| Failure::broken("password slots", e))
    }
}

fn hash(password: &str) -> Result<String, Failure> {
    let salt = tokens::random::<16>()?;
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    hashed.map(|hash| hash.to_string()).map_err(|e| Failure::broken("password hash", e))
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Failure::broken("password thread", e))?
}
