//! The front over real sockets: one binary, a world of its own for each test, and no test sleeps.

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
