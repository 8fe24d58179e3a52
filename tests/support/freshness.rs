//! Holds worklists that are remembered against those in the database, around every mutation of every scenario.
//!
//! A page of a length that nobody asked for before is read from the database. If it differs from the page that was
//! remembered before the mutation, and goes on to differ, then something changed without moving the version.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::client::{Client, operation};

/// Whoever signed in, by the server they signed in at.
static KNOWN: LazyLock<Mutex<HashMap<SocketAddr, Vec<Client>>>> = LazyLock::new(Mutex::default);
/// A list may change again while it is looked at.
const PATIENCE: Duration = Duration::from_secs(5);

/// Remembers who signed in.
pub(super) fn known(client: &Client) {
    let mut known = KNOWN.lock().unwrap();
    let fellows = known.entry(client.address).or_default();
    if fellows.len() < 4 {
        fellows.push(client.clone());
    }
}

/// Whose lists are looked at, at the server of this client.
pub(super) fn readers(client: &Client) -> Vec<Client> {
    KNOWN.lock().unwrap().get(&client.address).cloned().unwrap_or_default()
}

/// Lets the server remember the lists.
pub(super) async fn warm(readers: &[Client]) {
    for reader in readers {
        edges(reader, 100).await;
    }
}

/// Fails if what is remembered is not what is there.
pub(super) async fn check(readers: &[Client], mutation: &str) {
    for reader in readers {
        let end = Instant::now() + PATIENCE;
        loop {
            let (remembered, there) = (edges(reader, 100).await, edges(reader, fresh()).await);
            // Both may be cut off, but at the same end.
            let length = remembered.len().min(there.len());
            if remembered[..length] == there[..length] && (length > 0 || remembered == there) {
                break;
            }
            assert!(
                Instant::now() < end,
                "{mutation} did not move the version:\n{remembered:?}\n{there:?}"
            );
        }
    }
}

/// A length of a page that was hardly ever asked for.
fn fresh() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    40 + NEXT.fetch_add(1, Ordering::Relaxed) % 60
}

/// The entries of a page; none for whoever has no list, or when the server is gone.
async fn edges(reader: &Client, first: u64) -> Vec<Value> {
    let body = json!({ "query": operation("Worklist"), "variables": { "first": first } });
    let answer = reader.try_post(body).await.unwrap_or_default();
    answer["data"]["worklist"]["edges"].as_array().cloned().unwrap_or_default()
}
