//! The scenarios: one binary, the API as its clients see it, on the database that the environment names. Without
//! `GUANJIA_TEST_DATABASE_URL` it is SQLite; with it, and `GUANJIA_TEST_REDIS_URL`, PostgreSQL and Redis.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a scenario that cannot go on panics and says where"
)]

mod api;
mod contract;
mod faults;
mod migrations;
mod support;
mod vaults;
