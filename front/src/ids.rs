//! Ids of requests and traces.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

/// Where ids come from. An id need not be secret, only unlike every other.
pub trait Ids: Send + Sync + 'static {
    /// The next id, never 0.
    fn next(&self) -> u128;
}

/// Ids that count up under a prefix that differs from process to process. The default.
#[derive(Debug)]
pub struct Counted {
    prefix: u64,
    next: AtomicU64,
}

impl Default for Counted {
    fn default() -> Self {
        // The standard library seeds its hash maps from the operating system; that is all the
        // chance needed here.
        Self { prefix: RandomState::new().hash_one("guanjia-front") | 1, next: AtomicU64::new(1) }
    }
}

impl Ids for Counted {
    fn next(&self) -> u128 {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        u128::from(self.prefix) << 64 | u128::from(count)
    }
}
