//! What is left when things die in the middle.

mod imports;
mod kill;
mod month;
mod redis;
mod stop;
