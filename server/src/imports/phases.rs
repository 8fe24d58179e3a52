//! How long the parts of an import took.

use std::time::{Duration, Instant};

use serde::Serialize;

/// Milliseconds of the parts of one import, in their order; of what another process did, nothing.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Phases {
    /// Files into rows.
    pub reading: f64,
    /// Rows held against what is known.
    pub planning: f64,
    /// What they become, kept to be written.
    pub staging: f64,
    /// New units, accounts and parties.
    pub registry: f64,
    /// What rows are called, so that they are found again.
    pub keys: f64,
    /// Charges and payments, from where they are staged into the ledger.
    pub entries: f64,
    /// Balances, allocations, cases, worklists; and every commit.
    pub settling: f64,
}

impl Phases {
    /// Adds the parts of a chunk that was written, and what is left of its time.
    pub(super) fn add_chunk(&mut self, chunk: Self, whole: Duration) {
        self.registry += chunk.registry;
        self.keys += chunk.keys;
        self.entries += chunk.entries;
        self.settling += millis(whole) - chunk.registry - chunk.keys - chunk.entries;
    }
}

/// A span as milliseconds.
pub fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

/// Milliseconds since a moment of this process.
pub(super) fn since(begin: Instant) -> f64 {
    millis(begin.elapsed())
}
