//! Starting and doing nothing.

use crate::{
    Result, processes,
    report::{Report, median},
    server::Served,
};

pub(crate) async fn run(report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}", folder.path().join("idle.sqlite").display());
    let settings = [("DATABASE_URL", url.as_str()), ("GUANJIA_TICK_MS", "1000")];
    // The first start makes the database.
    let first = Served::program(&settings).await?.start;
    let (mut starts, mut idle, mut own) = (Vec::new(), 0, 0);
    for _ in 0..5 {
        let served = Served::program(&settings).await?;
        starts.push(served.start.as_secs_f64() * 1e3);
        idle = idle.max(processes::memory_of(served.pid())?.0);
        own = own.max(processes::own_memory_of(served.pid())?);
    }
    report.row(
        "P14",
        "start of the program to its first answer (SQLite, schema there)",
        format!("{:.0} ms", median(starts)),
        "≤ 150 ms",
    );
    report.row(
        "",
        "the same, with the schema to be made",
        format!("{:.0} ms", first.as_secs_f64() * 1e3),
        "",
    );
    report.row(
        "P14",
        "memory, doing nothing: resident, of which not the program's file",
        format!("{:.1} MB, {:.1} MB", idle as f64 / 1e6, own as f64 / 1e6),
        "≤ 40 MB",
    );
    Ok(())
}
