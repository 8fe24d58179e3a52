//! Guanjia.
fn main() {}
