//! A socket that speaks graphql-transport-ws.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use super::{DEADLINE, client::operation};

/// An open socket with one subscription.
pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    /// Connects and signs in; none when the server is not there.
    pub(crate) async fn open(address: SocketAddr, token: Option<&str>) -> Option<Self> {
        let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
        request
            .headers_mut()
            .insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        let (stream, _) = tokio_tungstenite::connect_async(request).await.ok()?;
        let mut socket = Self { stream };
        let payload =
            token.map_or(json!({}), |token| json!({ "authorization": format!("Bearer {token}") }));
        socket.send(json!({ "type": "connection_init", "payload": payload })).await;
        let ack = socket.receive().await?;
        assert_eq!(ack["type"], "connection_ack", "{ack}");
        Some(socket)
    }

    /// Subscribes to reminders after a number.
    pub(crate) async fn subscribe(&mut self, after: i64) {
        let payload = json!({ "query": operation("Reminders"), "variables": { "after": after } });
        self.send(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    }

    /// The next reminder; none when the socket ends first. Fails the test at the deadline.
    pub(crate) async fn reminder(&mut self) -> Option<Value> {
        let message = self.receive().await?;
        assert_eq!(message["type"], "next", "{message}");
        assert!(message["payload"].get("errors").is_none(), "{message}");
        Some(message["payload"]["data"]["reminders"].clone())
    }

    /// Whether the server ends the socket.
    pub(crate) async fn is_closed(&mut self) -> bool {
        self.receive().await.is_none()
    }

    /// Whether nothing comes: what is sent now is answered before anything else arrives.
    pub(crate) async fn is_quiet(&mut self) -> bool {
        self.send(json!({ "type": "ping" })).await;
        self.receive().await.is_some_and(|message| message["type"] == "pong")
    }

    async fn send(&mut self, message: Value) {
        // A socket whose server was killed is found out by the next receive.
        let _ = self.stream.send(Message::text(message.to_string())).await;
    }

    async fn receive(&mut self) -> Option<Value> {
        loop {
            let next = tokio::time::timeout(DEADLINE, self.stream.next());
            match next.await.expect("a message in time")? {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).ok(),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(_) | Err(_) => return None,
            }
        }
    }
}
