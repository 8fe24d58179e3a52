//! The front over real sockets: one binary, a world of its own for each test, and no test sleeps.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod attacks;
mod codes;
mod demo;
mod house;
mod http;
mod persisted;
mod robust;
mod slow;
mod socket;
mod stream;
