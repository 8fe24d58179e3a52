//! What the scenarios stand on: a database of one's own, the program, clients.

pub(crate) mod app;
pub(crate) mod books;
pub(crate) mod bucket;
pub(crate) mod client;
pub(crate) mod database;
pub(crate) mod freshness;
pub(crate) mod program;
pub(crate) mod second;
pub(crate) mod socket;

use std::time::{Duration, Instant};

pub(crate) use app::TestApp;
pub(crate) use client::Client;
pub(crate) use socket::Socket;

/// How long anything may take before a test gives up.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Asks again and again until the answer is there, or panics at the deadline saying what was waited for.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < end, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A key that nobody used before.
pub(crate) fn fresh_key() -> String {
    guanjia::kernel::ids::fresh::<uuid::Uuid>().to_string()
}
