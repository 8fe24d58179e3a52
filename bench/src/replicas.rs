//! Ten thousand sockets on two replicas, of which one is killed: nobody misses a reminder, nobody gets one twice.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{SinkExt as _, StreamExt as _};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, mpsc};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest as _};

use crate::{
    Result,
    postgres::Company,
    report::Report,
    server::{self, Served},
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
    let text = format!(
        "UPDATE follow_up SET reminds = TRUE, due_at = '2026-01-01T00:00:00Z', revision = revision + 1 WHERE id IN ( \
         SELECT (array_agg(f.id ORDER BY f.id))[1] FROM follow_up f \
         JOIN account a ON a.organization_id = f.organization_id AND a.id = f.account_id \
         JOIN unit_assignment s ON s.organization_id = a.organization_id AND s.unit_id = a.unit_id \
         JOIN membership m ON m.organization_id = s.organization_id AND m.id = s.steward_id \
         JOIN app_user p ON p.id = m.user_id \
         WHERE f.state = 'OPEN' AND f.source = 'DEFAULT' AND p.mobile < '{}' AND p.mobile LIKE '191%' \
         GROUP BY s.steward_id)",
        guanjia::demo::city::steward_mobile(stewards as u64)
    );
    let made = conn.execute_unprepared(&text).await?.rows_affected();
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
        let mut request =
            format!("ws://{}/graphql", self.addresses[place]).into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await?;
        let authorization = format!("Bearer {}", self.token);
        let init =
            json!({ "type": "connection_init", "payload": { "authorization": authorization } });
        socket.send(Message::text(init.to_string())).await?;
        let ask = json!({ "id": "1", "type": "subscribe", "payload": {
            "query": server::operation("Reminders")?, "variables": { "after": self.last },
        } });
        let mut door = Some(door);
        while self.last < self.until {
            let Some(message) = socket.next().await else { return Ok(()) };
            let Message::Text(text) = message? else { continue };
            let message: Value = serde_json::from_str(&text)?;
            match message["type"].as_str() {
                Some("connection_ack") => {
                    socket.send(Message::text(ask.to_string())).await?;
                    drop(door.take());
                    let _ = self.tell.send(Heard::Attached);
                }
                Some("next") => {
                    let heard = message["payload"]["data"]["reminders"]["sequence"].as_i64();
                    let heard = heard.ok_or_else(|| format!("no reminder: {message}"))?;
                    *missed += (heard - self.last - 1).max(0);
                    *doubled += i64::from(heard <= self.last);
                    self.last = self.last.max(heard);
                }
                _ => {}
            }
        }
        // Kept open beside the others: what is measured is so many sockets at a time.
        tokio::spawn(async move { while socket.next().await.is_some() {} });
        Ok(())
    }
}
