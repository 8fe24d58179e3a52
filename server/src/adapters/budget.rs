//! What one actor may ask for in a minute, counted for all replicas in Redis. While Redis is away each replica counts by
//! itself: callers are neither shut out nor let loose.

use std::time::Duration;

use async_trait::async_trait;
use guanjia_front::{Budget, Exhausted, InProcess};
use redis::{Script, aio::ConnectionManager};

use super::redis_connection;

/// Takes ARGV[1] of ARGV[2] from the key and answers 0, or answers for how many milliseconds nothing is left. The key
/// lives for the minute that began with the first spending.
const SPEND: &str = r"
local spent = tonumber(redis.call('GET', KEYS[1]) or '0')
if spent + tonumber(ARGV[1]) > tonumber(ARGV[2]) then
  return math.max(redis.call('PTTL', KEYS[1]), 1)
end
redis.call('INCRBY', KEYS[1], ARGV[1])
if spent == 0 then redis.call('PEXPIRE', KEYS[1], 60000) end
return 0
";

/// A budget shared by all replicas.
pub struct SharedBudget {
    connection: ConnectionManager,
    script: Script,
    prefix: String,
    per_minute: u64,
    alone: InProcess,
}

impl SharedBudget {
    /// A budget of that much cost per minute for each key.
    pub fn open(url: &str, prefix: &str, per_minute: u64) -> Result<Self, redis::RedisError> {
        Ok(Self {
            connection: redis_connection(&redis::Client::open(url)?)?,
            script: Script::new(SPEND),
            prefix: format!("{prefix}:budget"),
            per_minute,
            alone: InProcess::new(per_minute),
        })
    }
}

#[async_trait]
impl Budget for SharedBudget {
    async fn spend(&self, key: &str, cost: u64) -> Result<(), Exhausted> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let mut connection = self.connection.clone();
        let key_name = format!("{}:{key}", self.prefix);
        let mut call = self.script.key(key_name);
        let answer = call.arg(cost).arg(self.per_minute).invoke_async::<u64>(&mut connection).await;
        match answer {
            Ok(0) => Ok(()),
            Ok(wait) => Err(Exhausted { retry_after: Duration::from_millis(wait) }),
            Err(error) => {
                tracing::debug!(%error, "Redis is away; this replica counts cost by itself");
                self.alone.spend(key, cost).await
            }
        }
    }
}
