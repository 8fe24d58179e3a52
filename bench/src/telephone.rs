//! What stands for a telephone: a socket that subscribes to a steward's reminders; and what makes it ring.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use crate::{Result, server};

/// A socket with a subscription.
pub(crate) struct Telephone {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Telephone {
    /// Connects and subscribes to what comes after a number.
    pub(crate) async fn connect(address: SocketAddr, token: &str, after: i64) -> Result<Self> {
        let mut request = format!("ws://{address}/graphql").into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        let mut telephone = Self { socket };
        let authorization = json!({ "authorization": format!("Bearer {token}") });
        telephone.say(&json!({ "type": "connection_init", "payload": authorization })).await?;
        let hello = telephone.next().await?.ok_or("the socket was closed at once")?;
        if hello["type"] != "connection_ack" {
            return Err(format!("no acknowledgement: {hello}").into());
        }
        let payload =
            json!({ "query": server::operation("Reminders")?, "variables": { "after": after } });
        telephone.say(&json!({ "id": "1", "type": "subscribe", "payload": payload })).await?;
        Ok(telephone)
    }

    async fn say(&mut self, message: &Value) -> Result<()> {
        Ok(self.socket.send(Message::text(message.to_string())).await?)
    }

    /// The next message; none when the socket was closed.
    async fn next(&mut self) -> Result<Option<Value>> {
        while let Some(message) = self.socket.next().await {
            if let Message::Text(text) = message? {
                return Ok(Some(serde_json::from_str(&text)?));
            }
        }
        Ok(None)
    }

    /// The number of the next reminder; none when the socket was closed.
    pub(crate) async fn ring(&mut self) -> Result<Option<i64>> {
        while let Some(message) = self.next().await? {
            if message["type"] == "next" {
                let number = message["payload"]["data"]["reminders"]["sequence"].as_i64();
                return Ok(Some(number.ok_or_else(|| format!("no reminder: {message}"))?));
            }
        }
        Ok(None)
    }

    /// Stays connected and listens no more.
    pub(crate) async fn hold(mut self) {
        while self.socket.next().await.is_some() {}
    }
}

/// The statement by which one open follow-up of each of the first stewards falls due now.
pub(crate) fn ring_each(stewards: usize) -> String {
    format!(
        "UPDATE follow_up SET reminds = TRUE, due_at = '2026-01-01T00:00:00Z', revision = revision + 1 WHERE id IN ( \
         SELECT (array_agg(f.id ORDER BY f.id))[1] FROM follow_up f \
         JOIN account a ON a.organization_id = f.organization_id AND a.id = f.account_id \
         JOIN unit_assignment s ON s.organization_id = a.organization_id AND s.unit_id = a.unit_id \
         JOIN membership m ON m.organization_id = s.organization_id AND m.id = s.steward_id \
         JOIN app_user p ON p.id = m.user_id \
         WHERE f.state = 'OPEN' AND f.source = 'DEFAULT' AND p.mobile < '{}' AND p.mobile LIKE '191%' \
         GROUP BY s.steward_id)",
        guanjia::demo::city::steward_mobile(stewards as u64)
    )
}
