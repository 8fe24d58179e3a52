//! Reads a file, marks a copy when asked, and says how long it took and how much memory at most.
//!
//! `cargo run --release -p guanjia-books --example measure -- FILE [COPY]`

use std::{env, fs, path::PathBuf, time::Instant};

use guanjia_books::{Options, mark, read};

fn main() {
    let mut paths = env::args_os().skip(1).map(PathBuf::from);
    let Some(path) = paths.next() else {
        eprintln!("usage: measure FILE [COPY]");
        return;
    };
    let began = Instant::now();
    match read(&path, &Options::default()) {
        Ok(book) => {
            println!("{:#?}", book.summary());
            println!("read in {:.2?}, peak {}", began.elapsed(), peak());
            if let Some(copy) = paths.next() {
                let marked = mark(&path, &book.problems, &Options::default());
                match marked.and_then(|bytes| Ok(fs::write(copy, bytes)?)) {
                    Ok(()) => println!("marked in {:.2?}, peak {}", began.elapsed(), peak()),
                    Err(refused) => println!("not marked: {refused}"),
                }
            }
        }
        Err(refused) => println!("refused: {refused}"),
    }
}

/// The peak of resident memory, where the system tells.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.replace("VmHWM:", "").trim().to_owned())
}
