//! Short messages between replicas through Redis. They are hints: whoever misses one reads the database a little later.

use std::time::Duration;

use futures_util::StreamExt as _;
use redis::{AsyncCommands as _, aio::ConnectionManager};
use tokio_util::sync::CancellationToken;

use super::{PATIENCE, redis_connection};

/// Pause before Redis is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// Sends to every replica.
#[derive(Clone)]
pub struct Fanout {
    client: redis::Client,
    connection: ConnectionManager,
    channel: String,
}

impl Fanout {
    /// Opens a channel; `prefix` keeps several installations on one Redis apart. The connection is made when it is first
    /// needed and again when it is lost.
    pub fn open(url: &str, prefix: &str) -> Result<Self, redis::RedisError> {
        let client = redis::Client::open(url)?;
        let connection = redis_connection(&client)?;
        Ok(Self { client, connection, channel: format!("{prefix}:news") })
    }

    /// Sends a message, or says in the log that it could not.
    pub async fn publish(&self, message: &str) {
        let mut connection = self.connection.clone();
        let sent = connection.publish::<_, _, ()>(&self.channel, message);
        match tokio::time::timeout(PATIENCE, sent).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "the other replicas could not be told through Redis")
            }
            Err(_) => tracing::warn!("the other replicas could not be told through Redis in time"),
        }
    }

    /// Hears every message until shutdown; `connected` runs after each connection, since something may have been missed.
    pub async fn listen(
        &self,
        shutdown: CancellationToken,
        connected: impl Fn() + Send,
        heard: impl Fn(&str) + Send,
    ) {
        while !shutdown.is_cancelled() {
            tokio::select! {
                () = shutdown.cancelled() => return,
                result = self.listen_once(&connected, &heard) => {
                    if let Err(error) = result {
                        tracing::warn!(%error, "Redis is away; reminders go by polling until it is back");
                    }
                }
            }
            tokio::select! { () = shutdown.cancelled() => return, () = tokio::time::sleep(PAUSE) => {} }
        }
    }

    async fn listen_once(
        &self,
        connected: &(impl Fn() + Send),
        heard: &(impl Fn(&str) + Send),
    ) -> Result<(), redis::RedisError> {
        let mut messages = self.client.get_async_pubsub().await?;
        messages.subscribe(&self.channel).await?;
        connected();
        let mut stream = messages.on_message();
        while let Some(message) = stream.next().await {
            heard(&message.get_payload::<String>()?);
        }
        Ok(())
    }
}
