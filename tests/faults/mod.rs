//! What is left when things die in the middle.

mod kill;
mod redis;
mod stop;
