//! The program `guanjia`.

use std::process::ExitCode;

fn main() -> ExitCode {
    guanjia::cli::main()
}
