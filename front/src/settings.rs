//! Everything about the front that an operator may turn.

use std::{collections::HashMap, time::Duration};

use serde::Deserialize;

use crate::{language::Language, peer::Proxy};

/// All limits and switches of the front. Durations are written in milliseconds (`*_ms`), sizes in
/// bytes.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Limits of what a document may ask for.
    pub limits: Limits,
    /// WebSocket and SSE.
    pub sockets: Sockets,
    /// Registered operations.
    pub persisted: Persisted,
    /// Who may ask for the schema. Default: developers.
    pub introspection: Introspection,
    /// Whether to use the statuses of the newer draft of GraphQL over HTTP: 422 for a document that
    /// cannot be run, 294 for data with errors. Default: false (400 and 200).
    pub draft_statuses: bool,
    /// Longest body of a request, in bytes. Default: 262144.
    pub body_bytes: usize,
    /// How long a body may take to arrive, in milliseconds. Default: 10000.
    pub body_ms: u64,
    /// How long the gate may take to decide who comes in, in milliseconds. Default: 5000.
    pub gate_ms: u64,
    /// How long a query may take, in milliseconds. Default: 15000.
    pub query_ms: u64,
    /// How long the caller of a mutation waits, in milliseconds; the mutation itself is never cut.
    /// Default: 30000.
    pub mutation_ms: u64,
    /// Addresses and networks of the proxies in front, such as `10.0.0.0/8`: what they add to
    /// `X-Forwarded-For` is believed. Default: none.
    pub trusted_proxies: Vec<Proxy>,
    /// Language of errors when the caller names none that we know. Default: zh-CN.
    pub language: Language,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            sockets: Sockets::default(),
            persisted: Persisted::default(),
            introspection: Introspection::default(),
            draft_statuses: false,
            body_bytes: 256 * 1024,
            body_ms: 10_000,
            gate_ms: 5_000,
            query_ms: 15_000,
            mutation_ms: 30_000,
            trusted_proxies: Vec::new(),
            language: Language::default(),
        }
    }
}

/// Who may ask for the schema (`__schema`, `__type`).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Introspection {
    /// Nobody.
    Off,
    /// Callers whose [`Entry`](crate::Entry) says that they are developers.
    #[default]
    Developers,
    /// Everybody.
    Everybody,
}

/// Limits of what a document may ask for. All are checked before anything runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Tokens of a document. Default: 5000.
    pub tokens: usize,
    /// Fields inside of fields, fragments spread. Default: 20 (the usual introspection query needs
    /// 15).
    pub depth: u32,
    /// Lists inside of lists, a connection and its edges counted once. Default: 3.
    pub list_depth: u32,
    /// Fields with an alias, fragments spread. Default: 50.
    pub aliases: u64,
    /// Directives in a document. Default: 100.
    pub directives: u64,
    /// Fields at the top of one operation, fragments spread. Default: 30.
    pub root_fields: u64,
    /// Fields in all, fragments spread. Default: 2000.
    pub fields: u64,
    /// Cost of one operation: each field that is an object 1, each other 0, times the size of the
    /// lists around it. Default: 50000.
    pub cost: u64,
    /// What a connection without `first` or `last` is taken to bring. Default: 20.
    pub page_default: u64,
    /// What a list that has no pages is taken to hold. Default: 5.
    pub list_default: u64,
    /// What `first` and `last` count as at most, whatever they say. Default: 100.
    pub page_max: u64,
    /// Cost that one actor may spend in a minute, a new document counted as 1 for each 100 bytes; 0
    /// for no budget. Default: 2000000.
    pub cost_per_minute: u64,
    /// Errors that are shown of a document. Default: 5.
    pub document_errors: usize,
    /// Errors that are shown of an answer. Default: 20.
    pub errors: usize,
    /// Memory for validated documents that are not registered, in bytes; a text takes about a
    /// hundred times its length. Default: 33554432.
    pub cache_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tokens: 5000,
            depth: 20,
            list_depth: 3,
            aliases: 50,
            directives: 100,
            root_fields: 30,
            fields: 2000,
            cost: 50_000,
            page_default: 20,
            list_default: 5,
            page_max: 100,
            cost_per_minute: 2_000_000,
            document_errors: 5,
            errors: 20,
            cache_bytes: 32 * 1024 * 1024,
        }
    }
}

/// Limits of WebSocket and SSE.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sockets {
    /// Origins, such as `https://console.example.cn`, whose pages may open a socket, besides the
    /// host's own. `*` for all. A client that sends no `Origin` is not a browser and is let in.
    /// Default: none.
    pub origins: Vec<String>,
    /// How long a socket may wait with `connection_init`, in milliseconds. Default: 5000.
    pub init_ms: u64,
    /// How often a quiet client is pinged, in milliseconds; after two without a sign it is gone.
    /// Default: 25000.
    pub ping_ms: u64,
    /// How long a message may take to leave, in milliseconds; then the reader is too slow and is
    /// closed. Default: 10000.
    pub write_ms: u64,
    /// How long queries and mutations may go on after the server was told to stop, in milliseconds.
    /// Default: 10000.
    pub drain_ms: u64,
    /// Longest message of a client, in bytes. Default: 131072.
    pub message_bytes: usize,
    /// Results that may wait for a slow reader, for one socket or stream. Default: 32.
    pub queue: usize,
    /// Operations at a time on one socket. Default: 50.
    pub operations: usize,
    /// Sockets and streams of one actor. Default: 20.
    pub per_actor: usize,
    /// Sockets and streams of one address. An office may sit behind one address. Default: 500.
    pub per_address: usize,
}

impl Default for Sockets {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            init_ms: 5_000,
            ping_ms: 25_000,
            write_ms: 10_000,
            drain_ms: 10_000,
            message_bytes: 128 * 1024,
            queue: 32,
            operations: 50,
            per_actor: 20,
            per_address: 500,
        }
    }
}

/// Limits of connections, for [`serve`](crate::serve).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listening {
    /// How long the head of a request may take to arrive, and how long a connection may be idle, in
    /// milliseconds. Default: 15000.
    pub header_ms: u64,
    /// How long a client may take none of what is written to it, in milliseconds. Default: 30000.
    pub write_ms: u64,
    /// Connections at a time; further ones wait to be accepted. Default: 16384.
    pub connections: usize,
    /// How long requests may go on after the server was told to stop, in milliseconds. Default:
    /// 20000.
    pub drain_ms: u64,
}

impl Default for Listening {
    fn default() -> Self {
        Self { header_ms: 15_000, write_ms: 30_000, connections: 16_384, drain_ms: 20_000 }
    }
}

/// Switches of registered operations.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Persisted {
    /// Whether only registered operations are let in (developers excepted). Default: false.
    pub only: bool,
    /// Names of registered operations that are switched off. Default: none.
    pub disabled: Vec<String>,
    /// Lowest version that is served, by the name of the client (`apollographql-client-name`).
    /// Default: none.
    pub lowest_versions: HashMap<String, String>,
}

/// Milliseconds of the settings as a duration.
pub(crate) const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}
