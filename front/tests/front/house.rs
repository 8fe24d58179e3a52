//! A running server for one test, and the ways to talk to it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use guanjia_front::{
    Documents, Done, Door, Introspection, Listening, Meter, Settings, Transport, serve,
};
use reqwest::{RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::demo::{World, schema};

/// Longer than anything takes that goes well.
const SOON: Duration = Duration::from_secs(10);

/// Waits for what must happen soon.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(SOON, what).await.expect("it happened in time")
}

/// Remembers what it is told, in a few words.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) lines: Mutex<Vec<String>>,
    pub(crate) connections: watch::Sender<usize>,
}

impl Recorder {
    fn note(&self, line: String) {
        self.lines.lock().expect("no test panics here").push(line);
    }
}

impl Meter for Recorder {
    fn operation(&self, done: &Done<'_>) {
        let (kind, transport) = (done.kind.as_str(), done.transport.as_str());
        self.note(format!("{} {kind} {transport} {} {}", done.name, done.code, done.cost));
    }

    fn refused(&self, transport: Transport, code: &str) {
        self.note(format!("refused {} {code}", transport.as_str()));
    }

    fn connections(&self, open: usize) {
        self.connections.send_replace(open);
    }
}

/// A running server.
pub(crate) struct House {
    pub(crate) meter: Arc<Recorder>,
    pub(crate) world: World,
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) serving: JoinHandle<()>,
    client: reqwest::Client,
}

/// What may be set before a house opens.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) settings: Settings,
    pub(crate) listening: Listening,
    pub(crate) manifest: Option<String>,
}

/// Settings with introspection for everybody, changed for a test.
pub(crate) fn settings(change: impl FnOnce(&mut Settings)) -> Plan {
    let mut settings = Settings { introspection: Introspection::Everybody, ..Settings::default() };
    change(&mut settings);
    Plan { settings, ..Plan::default() }
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::with(settings(|_| {})).await
    }

    pub(crate) async fn with(plan: Plan) -> Self {
        let (world, shutdown) = (World::default(), CancellationToken::new());
        let (schema, tasks) = (schema(world.clone()), TaskTracker::new());
        let (sdl, meter) = (schema.sdl(), Arc::new(Recorder::default()));
        let documents = plan.manifest.map_or_else(Documents::default, |manifest| {
            Documents::from_manifest(&manifest).expect("a good manifest")
        });
        let router = Door::new(schema, Arc::new(world.clone()))
            .settings(plan.settings)
            .sdl(sdl)
            .documents(documents)
            .shutdown(shutdown.clone())
            .tasks(tasks.clone())
            .meter(meter.clone())
            .router()
            .expect("a good schema");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(serve(listener, router, plan.listening, shutdown.clone()));
        let client = reqwest::Client::new();
        Self { meter, world, address, shutdown, tasks, serving, client }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    pub(crate) fn request(&self) -> RequestBuilder {
        self.client.post(self.url()).header("accept", "application/graphql-response+json")
    }

    pub(crate) fn get(&self, query: &[(&str, &str)]) -> RequestBuilder {
        let query: String =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let url = format!("{}?{query}", self.url());
        self.client.get(url).header("accept", "application/graphql-response+json")
    }

    pub(crate) fn method(&self, method: &str) -> RequestBuilder {
        self.client.request(method.parse().expect("a method"), self.url())
    }

    /// Posts a query.
    pub(crate) async fn ask(&self, query: &str) -> Answer {
        answer(self.request().json(&json!({ "query": query }))).await
    }

    /// Opens a raw connection.
    pub(crate) async fn raw(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    /// Writes bytes on a raw connection and reads until the server closes it.
    pub(crate) async fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = self.raw().await;
        stream.write_all(bytes).await.expect("written");
        let mut answer = Vec::new();
        // A server that closes with unread input resets the connection; what it said before counts.
        let _end = soon(stream.read_to_end(&mut answer)).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Opens a socket that is not let in yet.
    pub(crate) async fn knock(&self) -> Socket {
        self.knock_with(Some("graphql-transport-ws"), None).await.expect("a socket")
    }

    pub(crate) async fn knock_with(
        &self,
        protocol: Option<&'static str>,
        origin: Option<&'static str>,
    ) -> Result<Socket, String> {
        let url = format!("ws://{}/graphql", self.address);
        let mut request = url.into_client_request().expect("a request");
        let headers = request.headers_mut();
        if let Some(protocol) = protocol {
            headers.insert("sec-websocket-protocol", HeaderValue::from_static(protocol));
        }
        if let Some(origin) = origin {
            headers.insert("origin", HeaderValue::from_static(origin));
        }
        let connected = soon(connect_async(request)).await;
        connected.map(|(socket, _)| Socket(socket)).map_err(|error| error.to_string())
    }

    /// Opens a socket and is let in with this token.
    pub(crate) async fn socket(&self, token: Option<&str>) -> Socket {
        let mut socket = self.knock().await;
        let payload = token.map(|token| json!({ "authorization": format!("Bearer {token}") }));
        socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        socket
    }
}

/// Waits until a count is what it should be.
pub(crate) async fn until(count: &watch::Sender<usize>, wanted: usize) {
    let mut watched = count.subscribe();
    soon(watched.wait_for(|count| *count == wanted)).await.expect("the world is there");
}

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

pub(crate) async fn answer(request: RequestBuilder) -> Answer {
    let response = soon(request.send()).await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    let text = soon(response.text()).await.expect("a body");
    Answer { status, headers, text }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }

    pub(crate) fn data(&self) -> Value {
        self.json()["data"].clone()
    }

    pub(crate) fn has_data(&self) -> bool {
        self.json().get("data").is_some()
    }

    /// Code of the first error.
    pub(crate) fn code(&self) -> String {
        code(&self.json()["errors"][0])
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The code of an error.
pub(crate) fn code(error: &Value) -> String {
    error["extensions"]["code"].as_str().unwrap_or_default().to_owned()
}

/// The client's end of a socket.
pub(crate) struct Socket(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    pub(crate) async fn say(&mut self, message: &Value) {
        self.say_text(&message.to_string()).await;
    }

    pub(crate) async fn say_text(&mut self, text: &str) {
        // A socket that is closed already says so when it is heard.
        let _sent = self.0.send(Message::text(text)).await;
    }

    pub(crate) async fn subscribe(&mut self, id: &str, query: &str) {
        let payload = json!({ "query": query });
        self.say(&json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// The next message.
    pub(crate) async fn hear(&mut self) -> Value {
        match soon(self.next()).await {
            Ok(message) => message,
            Err(close) => panic!("closed: {close:?}"),
        }
    }

    /// The close frame, whatever comes before it.
    pub(crate) async fn close(&mut self) -> (u16, String) {
        soon(async {
            loop {
                if let Err(close) = self.next().await {
                    return close;
                }
            }
        })
        .await
    }

    async fn next(&mut self) -> Result<Value, (u16, String)> {
        let mut close = (1006, String::new());
        while let Some(message) = self.0.next().await {
            match message {
                Ok(Message::Text(text)) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Ok(Message::Close(Some(frame))) => {
                    close = (frame.code.into(), frame.reason.to_string());
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        Err(close)
    }
}
