//! Failures that are counted for all replicas in Redis. While Redis is away each replica counts by itself.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use redis::{AsyncCommands as _, Script, aio::ConnectionManager};

use super::redis_connection;
use crate::kernel::{Moment, forgetful::Forgetful};

/// Adds one to the key, which lives for ARGV[1] milliseconds from the first.
const COUNT: &str = r"
if redis.call('INCR', KEYS[1]) == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return 0
";

/// How often something failed within a window that begins with the first failure.
pub struct Tries {
    shared: Option<Shared>,
    alone: Mutex<Forgetful<String, Window>>,
    window: Duration,
}

struct Shared {
    connection: ConnectionManager,
    count: Script,
    prefix: String,
}

struct Window {
    failures: u64,
    until: Moment,
}

impl Tries {
    /// Counted in this process.
    pub fn alone(window: Duration) -> Self {
        Self { shared: None, alone: Mutex::default(), window }
    }

    /// Counted in Redis; `prefix` keeps several installations apart.
    pub fn shared(url: &str, prefix: &str, window: Duration) -> Result<Self, redis::RedisError> {
        let connection = redis_connection(&redis::Client::open(url)?)?;
        let prefix = format!("{prefix}:tries");
        let shared = Shared { connection, count: Script::new(COUNT), prefix };
        Ok(Self { shared: Some(shared), ..Self::alone(window) })
    }

    /// For how long the key has to wait: none while it failed less than `most` times. `now` is of the security clock.
    pub async fn wait(&self, key: &str, most: u64, now: Moment) -> Option<Duration> {
        let (failures, left) = match self.shared_count(key).await {
            Some(counted) => counted,
            None => self.count_here(key, now),
        };
        (failures >= most).then_some(left)
    }

    /// Counts a failure.
    pub async fn failed(&self, key: &str, now: Moment) {
        // Counted in both places: what this replica knows goes on to hold when Redis is lost.
        self.add_here(key, now);
        let Some(shared) = &self.shared else { return };
        let mut call = shared.count.key(shared.name(key));
        let millis = u64::try_from(self.window.as_millis()).unwrap_or(u64::MAX);
        let mut connection = shared.connection.clone();
        if let Err(error) = call.arg(millis).invoke_async::<u64>(&mut connection).await {
            tracing::debug!(%error, "Redis is away; this replica counts failures by itself");
        }
    }

    /// Forgets what failed: it succeeded at last.
    pub async fn forget(&self, key: &str) {
        self.alone.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        let Some(shared) = &self.shared else { return };
        if let Err(error) = shared.connection.clone().del::<_, u64>(shared.name(key)).await {
            tracing::debug!(%error, "Redis is away; failures are forgotten by this replica only");
        }
    }

    async fn shared_count(&self, key: &str) -> Option<(u64, Duration)> {
        let shared = self.shared.as_ref()?;
        let mut both = redis::pipe();
        both.get(shared.name(key)).pttl(shared.name(key));
        let answer = both.query_async(&mut shared.connection.clone()).await;
        let (failures, left): (Option<u64>, i64) = answer.ok()?;
        let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
        Some((failures.unwrap_or_default(), left))
    }

    fn count_here(&self, key: &str, now: Moment) -> (u64, Duration) {
        let alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        match alone.get(key).filter(|window| window.until > now) {
            Some(window) => (window.failures, (window.until - now).to_std().unwrap_or_default()),
            None => (0, Duration::ZERO),
        }
    }

    fn add_here(&self, key: &str, now: Moment) {
        let mut alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        match alone.get_mut(key).filter(|window| window.until > now) {
            Some(window) => window.failures += 1,
            None => {
                let window = Window { failures: 1, until: now + self.window };
                alone.enter(key.to_owned(), window, |window| window.until > now);
            }
        }
    }
}

impl Shared {
    fn name(&self, key: &str) -> String {
        format!("{}:{key}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_failed_too_often_waits_until_the_window_is_over() {
        let tries = Tries::alone(Duration::from_secs(60));
        let at = |seconds: i64| Moment::from_timestamp(1_800_000_000 + seconds, 0).unwrap();
        for second in 0..3 {
            assert_eq!(tries.wait("a", 3, at(second)).await, None);
            tries.failed("a", at(second)).await;
        }
        assert_eq!(tries.wait("a", 3, at(20)).await, Some(Duration::from_secs(40)));
        assert_eq!(tries.wait("b", 3, at(20)).await, None, "each key by itself");
        assert_eq!(tries.wait("a", 3, at(60)).await, None);
        tries.failed("a", at(61)).await;
        assert_eq!(tries.wait("a", 1, at(61)).await, Some(Duration::from_secs(60)));
        tries.forget("a").await;
        assert_eq!(tries.wait("a", 1, at(61)).await, None);
    }
}
