//! Answers that replicas share through Redis. It is asked with little patience; after a failure it is left alone for a
//! moment, so that nobody waits again and again for something that is away.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::body::Bytes;
use guanjia_front::Answer;
use redis::{AsyncCommands as _, aio::ConnectionManager};

use super::redis_connection;

/// How long an answer may be waited for: reading the database takes hardly longer.
const PATIENCE: Duration = Duration::from_millis(30);
/// How long Redis is left alone after a failure.
const PAUSE: Duration = Duration::from_secs(1);
/// Bytes before the body: the cost.
const COST: usize = 8;

/// Answers in Redis.
#[derive(Clone)]
pub struct Shelf {
    connection: ConnectionManager,
    prefix: Arc<str>,
    away_until: Arc<Mutex<Option<Instant>>>,
}

impl Shelf {
    /// Opens it; `prefix` keeps several installations on one Redis apart.
    pub fn open(url: &str, prefix: &str) -> Result<Self, redis::RedisError> {
        let connection = redis_connection(&redis::Client::open(url)?)?;
        let prefix = format!("{prefix}:answer:").into();
        Ok(Self { connection, prefix, away_until: Arc::default() })
    }

    fn name(&self, key: &[u8]) -> Vec<u8> {
        [self.prefix.as_bytes(), key].concat()
    }

    /// An answer, if it is there and comes in time.
    pub async fn get(&self, key: &[u8]) -> Option<Answer> {
        let mut connection = self.connection.clone();
        let name = self.name(key);
        let found = self.in_time(connection.get::<_, Option<Vec<u8>>>(name)).await??;
        let cost = found.get(..COST)?.try_into().map(u64::from_be_bytes).ok()?;
        Some(Answer { body: Bytes::from(found).slice(COST..), cost })
    }

    /// Puts an answer there for some time.
    pub async fn put(&self, key: &[u8], answer: &Answer, keep: Duration) {
        let mut connection = self.connection.clone();
        let value = [&answer.cost.to_be_bytes()[..], &answer.body].concat();
        let put = connection.set_ex::<_, _, ()>(self.name(key), value, keep.as_secs());
        self.in_time(put).await;
    }

    /// Waits for a command as long as there is patience, and not at all while Redis is known to be away.
    async fn in_time<T>(
        &self,
        command: impl Future<Output = Result<T, redis::RedisError>>,
    ) -> Option<T> {
        if self.away().is_some_and(|until| Instant::now() < until) {
            return None;
        }
        match tokio::time::timeout(PATIENCE, command).await {
            Ok(Ok(value)) => return Some(value),
            Ok(Err(error)) => tracing::debug!(%error, "answers are made anew while Redis is away"),
            Err(_) => tracing::debug!("answers are made anew while Redis is slow"),
        }
        *self.away_until.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Instant::now() + PAUSE);
        None
    }

    fn away(&self) -> Option<Instant> {
        *self.away_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
