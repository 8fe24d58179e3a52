//! Where the outside world begins: Redis so far.

pub mod fanout;
