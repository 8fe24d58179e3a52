//! Reads a file and says how long it took and how much memory at most.
//!
//! `cargo run --release -p guanjia-books --example measure -- FILE`

use std::{env, fs, path::PathBuf, time::Instant};

use guanjia_books::{Options, read};

fn main() {
    let Some(path) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: measure FILE");
        return;
    };
    let began = Instant::now();
    match read(&path, &Options::default()) {
        Ok(book) => println!("{:#?}", book.summary()),
        Err(refused) => println!("refused: {refused}"),
    }
    println!("{:.2?}, peak {}", began.elapsed(), peak());
}

/// The peak of resident memory, where the system tells.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.replace("VmHWM:", "").trim().to_owned())
}
