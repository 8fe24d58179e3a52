//! The scenarios: one binary, the API as its clients see it, on the database that the environment names. Without
//! `GUANJIA_TEST_DATABASE_URL` it is SQLite; with it, and `GUANJIA_TEST_REDIS_URL`, PostgreSQL and Redis.

mod api;
mod contract;
mod faults;
mod migrations;
mod support;
