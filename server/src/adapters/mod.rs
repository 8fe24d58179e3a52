//! Where the outside world begins: Redis, the files of attachments, and those who collect metrics, logs and spans.

pub mod budget;
pub mod fanout;
pub mod metrics;
pub mod shelf;
pub mod telemetry;
pub mod tries;
pub mod vault;

use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};

/// How long one Redis command may take before it is given up.
const PATIENCE: Duration = Duration::from_millis(500);

/// A connection that is made when it is first needed, and again when it is lost.
fn redis_connection(client: &redis::Client) -> Result<ConnectionManager, redis::RedisError> {
    let settings = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE));
    ConnectionManager::new_lazy_with_config(client.clone(), settings)
}
