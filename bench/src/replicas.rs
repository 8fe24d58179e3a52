//! Ten thousand sockets on two replicas, of which one is killed: nobody misses a reminder, nobody gets one twice.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use serde_json::json;
use tokio::sync::{Semaphore, mpsc};

use crate::{
    Result,
    postgres::Company,
    report::Report,
    server::Served,
    telephone::{Telephone, ring_each},
};

/// Sockets at once.
const SOCKETS: usize = 10_000;
/// Stewards that are signed in; each has as many sockets as the others.
const STEWARDS: usize = 100;
/// Reminders of each steward.
const ROUNDS: i64 = 8;
/// After so many one replica is killed.
const KILLED_AFTER: i64 = 3;
/// Sockets that come back at the same time, as telephones do that wait a random while before they try again.
const COMING_BACK: usize = 200;
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a socket tells.
enum Heard {
    /// It is attached, for the first time or again.
    Attached,
    /// It heard the last reminder; with what went wrong on the way.
    Done { missed: i64, doubled: i64 },
}

/// One socket of a steward, wherever it is attached.
struct Ear {
    addresses: [SocketAddr; 2],
    first: usize,
    token: String,
    last: i64,
    until: i64,
    tell: mpsc::UnboundedSender<Heard>,
    doors: Arc<Semaphore>,
}

pub(crate) async fn run(report: &mut Report, company: &Company) -> Result<()> {
    let stewards = STEWARDS.min(usize::try_from(company.stewards())?);
    let conn = company.connect().await?;
    conn.execute_unprepared("UPDATE follow_up SET reminded_revision = revision").await?;
    let per_actor = (SOCKETS / stewards * 2).to_string();
    let mut settings = company.settings();
    settings.extend([
        ("REDIS_URL", company.redis_url.as_str()),
        ("GUANJIA_TICK_MS", "200"),
        ("GUANJIA_FRONT__SOCKETS__PER_ACTOR", per_actor.as_str()),
    ]);
    let (kept, killed) = (Served::program(&settings).await?, Served::program(&settings).await?);
    let addresses = [kept.address, killed.address];
    let (tell, mut told) = mpsc::unbounded_channel();
    let doors = Arc::new(Semaphore::new(COMING_BACK));
    let mut open = Vec::new();
    for steward in 0..stewards {
        let token = kept.sign_in(&guanjia::demo::city::steward_mobile(steward as u64)).await?;
        let last = last_of(&kept, &token).await?;
        for nth in 0..SOCKETS / stewards {
            let ear = Ear {
                addresses,
                first: nth % 2,
                token: token.clone(),
                last,
                until: last + ROUNDS,
                tell: tell.clone(),
                doors: Arc::clone(&doors),
            };
            open.push(tokio::spawn(ear.listen()));
        }
    }
    let sockets = open.len();
    attached(&mut told, sockets).await?;
    let mut killed = Some(killed);
    let mut begin = Instant::now();
    for round in 0..ROUNDS {
        if round == KILLED_AFTER {
            begin = Instant::now();
            // Dropped is killed; half of the next round is under way to it.
            killed.take();
        }
        fall_due(&conn, stewards).await?;
    }
    let (mut done, mut missed, mut doubled, mut again) = (0, 0, 0, 0);
    while done < sockets {
        match tokio::time::timeout(PATIENCE, told.recv()).await {
            Ok(Some(Heard::Attached)) => again += 1,
            Ok(Some(Heard::Done { missed: gaps, doubled: twice })) => {
                done += 1;
                missed += gaps;
                doubled += twice;
            }
            Ok(None) | Err(_) => return Err(format!("{done} of {sockets} heard everything").into()),
        }
    }
    report.row(
        "",
        &format!(
            "{sockets} sockets on two replicas, one killed between {ROUNDS} reminders each: missed, \
             heard twice, sockets that came back, time until all had heard everything"
        ),
        format!("{missed}, {doubled}, {again}, {:.1} s", begin.elapsed().as_secs_f64()),
        "0, 0",
    );
    open.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(())
}

/// The number of the newest reminder of a steward.
async fn last_of(server: &Served, token: &str) -> Result<i64> {
    let query = "{ pendingReminders(first: 1) { edges { node { sequence } } } }";
    let found = server.ask(token, query, json!({})).await?;
    Ok(found["pendingReminders"]["edges"][0]["node"]["sequence"].as_i64().unwrap_or_default())
}

async fn attached(told: &mut mpsc::UnboundedReceiver<Heard>, wanted: usize) -> Result<()> {
    let mut count = 0;
    while count < wanted {
        match tokio::time::timeout(PATIENCE, told.recv()).await {
            Ok(Some(Heard::Attached)) => count += 1,
            Ok(Some(Heard::Done { .. })) => return Err("a socket heard what was not sent".into()),
            Ok(None) | Err(_) => return Err(format!("{count} of {wanted} attached").into()),
        }
    }
    Ok(())
}

/// One follow-up of each steward falls due now.
async fn fall_due(conn: &DatabaseConnection, stewards: usize) -> Result<()> {
    let made = conn.execute_unprepared(&ring_each(stewards)).await?.rows_affected();
    if made != stewards as u64 {
        return Err(
            format!("{made} of {stewards} stewards have something to be reminded of").into()
        );
    }
    loop {
        let waiting = "SELECT 1 FROM follow_up WHERE state = 'OPEN' AND reminds AND reminded_revision < revision LIMIT 1";
        if conn.execute_unprepared(waiting).await?.rows_affected() == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl Ear {
    /// Listens at one replica and goes to the other when it is gone, as a telephone does.
    async fn listen(mut self) {
        let (mut missed, mut doubled, mut place) = (0, 0, self.first);
        while self.last < self.until {
            let _ = self.attend(place, (&mut missed, &mut doubled)).await;
            place = 1 - place;
        }
        let _ = self.tell.send(Heard::Done { missed, doubled });
        // It stays, and costs what a socket costs, until the run is over.
        std::future::pending::<()>().await;
    }

    async fn attend(
        &mut self,
        place: usize,
        (missed, doubled): (&mut i64, &mut i64),
    ) -> Result<()> {
        let door = self.doors.acquire().await?;
        let mut telephone =
            Telephone::connect(self.addresses[place], &self.token, self.last).await?;
        drop(door);
        let _ = self.tell.send(Heard::Attached);
        while self.last < self.until {
            let Some(heard) = telephone.ring().await? else { return Ok(()) };
            *missed += (heard - self.last - 1).max(0);
            *doubled += i64::from(heard <= self.last);
            self.last = self.last.max(heard);
        }
        // Kept open beside the others: what is measured is so many sockets at a time.
        tokio::spawn(telephone.hold());
        Ok(())
    }
}
