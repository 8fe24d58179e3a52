//! Sockets: what one costs, and how fast a morning reaches them all.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use sea_orm::ConnectionTrait as _;
use tokio::sync::mpsc;

use crate::{
    Result,
    postgres::Company,
    processes,
    report::Report,
    server::Served,
    telephone::{Telephone, ring_each},
};

/// Sockets at once: stewards have a few each.
const SOCKETS: usize = 2_000;
/// Stewards that are signed in.
const STEWARDS: u64 = 100;

pub(crate) async fn run(report: &mut Report, company: &Company) -> Result<()> {
    let mut settings = company.settings();
    settings.extend([("GUANJIA_TICK_MS", "200"), ("GUANJIA_FRONT__SOCKETS__PER_ACTOR", "1000")]);
    let server = Served::program(&settings).await?;
    let mut tokens = Vec::new();
    for steward in 0..STEWARDS.min(company.stewards()) {
        tokens.push(server.sign_in(&guanjia::demo::city::steward_mobile(steward)).await?);
    }
    let before = processes::memory_of(server.pid())?.0;
    let (heard, mut hears) = mpsc::unbounded_channel();
    let mut open = Vec::new();
    for nth in 0..SOCKETS {
        let token = &tokens[nth % tokens.len()];
        let (address, token, heard) = (server.address, token.clone(), heard.clone());
        open.push(tokio::spawn(async move {
            if let Err(error) = listen(address, token, heard.clone()).await {
                let _ = heard.send(Heard::Gone(error.to_string()));
            }
        }));
        if nth % 50 == 49 {
            tokio::task::yield_now().await;
        }
    }
    let mut ready = 0;
    while ready < SOCKETS {
        match tokio::time::timeout(Duration::from_secs(60), hears.recv()).await? {
            Some(Heard::Ready) => ready += 1,
            Some(Heard::Reminder(_)) => {}
            Some(Heard::Gone(why)) => return Err(why.into()),
            None => return Err("the sockets ended".into()),
        }
    }
    let after = processes::memory_of(server.pid())?.0;
    report.row(
        "P10",
        &format!("memory per socket with a subscription, {SOCKETS} sockets"),
        format!("{:.1} KiB", after.saturating_sub(before) as f64 / 1024.0 / SOCKETS as f64),
        "",
    );
    burst(report, company, &mut hears, tokens.len()).await?;
    open.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(())
}

enum Heard {
    /// The subscription is acknowledged.
    Ready,
    /// A reminder came.
    Reminder(Instant),
    /// The socket ended.
    Gone(String),
}

async fn listen(
    address: SocketAddr,
    token: String,
    heard: mpsc::UnboundedSender<Heard>,
) -> Result<()> {
    let mut telephone = Telephone::connect(address, &token, 0).await?;
    let _ = heard.send(Heard::Ready);
    while telephone.ring().await?.is_some() {
        let _ = heard.send(Heard::Reminder(Instant::now()));
    }
    Ok(())
}

/// One follow-up of each steward falls due at once; every socket of theirs hears of it.
async fn burst(
    report: &mut Report,
    company: &Company,
    hears: &mut mpsc::UnboundedReceiver<Heard>,
    stewards: usize,
) -> Result<()> {
    let conn = company.connect().await?;
    conn.execute_unprepared(
        "UPDATE follow_up SET reminded_revision = revision WHERE state = 'OPEN'",
    )
    .await?;
    let begin = Instant::now();
    let made = conn.execute_unprepared(&ring_each(stewards)).await?.rows_affected();
    let wanted = SOCKETS * usize::try_from(made)? / stewards;
    let mut times = Vec::new();
    while times.len() < wanted {
        match tokio::time::timeout(Duration::from_secs(30), hears.recv()).await {
            Ok(Some(Heard::Reminder(at))) => times.push(at.saturating_duration_since(begin)),
            Ok(Some(Heard::Ready)) => {}
            Ok(Some(Heard::Gone(why))) => return Err(why.into()),
            Ok(None) | Err(_) => {
                return Err(format!("{} of {wanted} sockets heard", times.len()).into());
            }
        }
    }
    times.sort_unstable();
    let first = times.first().copied().unwrap_or_default();
    let last = times.last().copied().unwrap_or_default();
    report.row(
        "P10",
        &format!("{made} reminders to {wanted} sockets: from the first that heard to the last"),
        format!(
            "{:.0} ms ({:.0} per second)",
            (last - first).as_secs_f64() * 1e3,
            wanted as f64 / (last - first).as_secs_f64().max(1e-3)
        ),
        "",
    );
    Ok(())
}
