//! Reading: the worklist with and without what is kept, look-up, the card of an account.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    Result,
    load::{self, Aim, Speech, Turn},
    postgres::{self, Company},
    processes,
    report::{Report, median},
    server::{self, Served},
};

/// Callers at once.
const CALLERS: usize = 32;
/// Connections of pgbench: what a pool has.
const CLIENTS: usize = 8;
/// Turns of each side.
const TURNS: usize = 3;
/// Seconds until every connection has settled on its plans: PostgreSQL makes five of each statement before it keeps one.
const WARM_UP: u64 = 5;
/// Stewards that take turns.
const STEWARDS: u64 = 32;
/// Entries of a page.
const PAGE: i64 = 50;

/// Measures reading on a small and a large company.
pub(crate) async fn run(
    report: &mut Report,
    (small, large): (&Company, &Company),
    seconds: u64,
) -> Result<()> {
    let fresh = uncached(report, large, seconds).await?;
    let few = cost(small, seconds, false).await?;
    let many = cost(large, seconds, false).await?;
    report.row(
        "P12",
        &format!(
            "worklist, nothing kept: processor time at {} units ÷ at {} units",
            large.units, small.units
        ),
        format!("{:.2} ({:.0} µs to {:.0} µs)", many / few, many, few),
        "≤ 1.15",
    );
    cached(report, large, (seconds, &fresh)).await?;
    cards(report, large, seconds).await
}

/// A server with some stewards signed in.
struct Scene {
    server: Served,
    tokens: Vec<String>,
}

impl Scene {
    async fn open(company: &Company, settings: &[(&str, &str)]) -> Result<Self> {
        let mut all = company.settings();
        all.extend_from_slice(settings);
        let server = Served::program(&all).await?;
        let mut tokens = Vec::new();
        let count = company.stewards();
        for nth in 0..STEWARDS.min(count) {
            // Spread over the company, so that their rows do not lie together.
            let steward = nth * (count / STEWARDS).max(1) % count;
            tokens.push(server.sign_in(&guanjia::demo::city::steward_mobile(steward)).await?);
        }
        Ok(Self { server, tokens })
    }

    fn aim(&self, seconds: u64) -> Aim {
        aim(self.server.address, seconds)
    }

    /// A turn with one request per steward, in turns.
    async fn turn(&self, requests: &[Arc<[u8]>], seconds: u64) -> Result<Turn> {
        let requests: Vec<_> = requests.to_vec();
        load::turn(self.aim(seconds), move |caller, nth| {
            let step = usize::try_from(nth).unwrap_or(0);
            requests[(caller * 7 + step) % requests.len()].clone()
        })
        .await
    }
}

fn aim(address: SocketAddr, seconds: u64) -> Aim {
    Aim { address, speech: Speech::Http, greeting: Vec::new(), callers: CALLERS, seconds }
}

/// What a request costs, in microseconds of processor time of program and database.
async fn cost(company: &Company, seconds: u64, cache: bool) -> Result<f64> {
    let scene = Scene::open(company, if cache { &[] } else { NOTHING_KEPT }).await?;
    let requests = worklists(&scene, "Worklist")?;
    scene.turn(&requests, WARM_UP).await?;
    let before = times(&scene, company)?;
    let turn = scene.turn(&requests, seconds.max(3)).await?;
    let spent = times(&scene, company)?.saturating_sub(before);
    Ok(spent.as_secs_f64() * 1e6 / turn.answers as f64)
}

fn times(scene: &Scene, company: &Company) -> Result<Duration> {
    Ok(processes::time_of(scene.server.pid())? + processes::time_of_family(company.postmaster)?)
}

/// Settings under which every answer is made from the database.
const NOTHING_KEPT: &[(&str, &str)] = &[
    ("GUANJIA_WORKLIST_CACHE_BYTES", "0"),
    // The jobs speak to the same database, and would be taken for a part of the request.
    ("GUANJIA_TICK_MS", "3600000"),
];

fn worklists(scene: &Scene, name: &str) -> Result<Vec<Arc<[u8]>>> {
    let text = server::operation(name)?;
    Ok(scene
        .tokens
        .iter()
        .map(|token| server::by_text(token, &text, &json!({ "first": PAGE })))
        .collect())
}

/// P1: nothing kept, against the same statements by pgbench. Answers a body, for the static comparison.
async fn uncached(report: &mut Report, company: &Company, seconds: u64) -> Result<String> {
    let scene = Scene::open(company, NOTHING_KEPT).await?;
    let (text, variables) = (server::operation("Worklist")?, json!({ "first": PAGE }));
    let requests = worklists(&scene, "Worklist")?;
    scene.turn(&requests, WARM_UP).await?;
    let (mut scripts, mut body, mut count) = (Vec::new(), Value::Null, 0);
    for token in &scene.tokens {
        let statements = company
            .statements_of(async {
                body = scene.server.ask(token, &text, variables.clone()).await?;
                Ok(())
            })
            .await?;
        count = statements.len();
        let lines = statements.iter().map(|one| one.filled(postgres::literal).replace('\n', " "));
        scripts.push(lines.map(|line| format!("{line};\n")).collect::<String>());
    }
    let (mut ours, mut theirs, mut p99, mut spent) =
        (Vec::new(), Vec::new(), Duration::ZERO, Vec::new());
    for _ in 0..TURNS {
        let before = times(&scene, company)?;
        let turn = scene.turn(&requests, seconds).await?;
        spent.push(
            times(&scene, company)?.saturating_sub(before).as_secs_f64() * 1e6
                / turn.answers as f64,
        );
        ours.push(turn.rate);
        p99 = p99.max(turn.p99);
        theirs.push(company.pgbench(&scripts, (CLIENTS, seconds))?);
    }
    let what = format!("worklist of {PAGE}, nothing kept ÷ pgbench of its {count} statements");
    report.ratio(("P1", "≥ 0.90"), &what, (median(ours), median(theirs)));
    report.row(
        "",
        "the same: processor time of program and database, slowest of a hundred",
        format!("{:.0} µs, {:.1} ms", median(spent), p99.as_secs_f64() * 1e3),
        "",
    );
    Ok(json!({ "data": body }).to_string())
}

/// P4 to P6: what is kept, against a fixed body of the same length and against Redis.
async fn cached(
    report: &mut Report,
    company: &Company,
    (seconds, body): (u64, &str),
) -> Result<()> {
    let plain = Served::plain(body.as_bytes()).await?;
    let plain_aim = aim(plain.address, seconds);
    let asks = load::post("", &json!({ "query": "x" }).to_string());
    let redis = Redis::with(company, body).await?;
    let scene = Scene::open(company, &[]).await?;
    let by_text = worklists(&scene, "Worklist")?;
    let by_hash: Result<Vec<_>> = scene
        .tokens
        .iter()
        .map(|token| server::by_hash(token, "Worklist", &json!({ "first": PAGE })))
        .collect();
    let by_hash = by_hash?;
    let shared = Scene::open(company, &[("REDIS_URL", &company.redis_url)]).await?;
    let through_redis = worklists(&shared, "Worklist")?;
    let mut rates: [Vec<f64>; 5] = Default::default();
    scene.turn(&by_text, 1).await?;
    for _ in 0..TURNS {
        let request = asks.clone();
        rates[0].push(load::turn(plain_aim.clone(), move |_, _| request.clone()).await?.rate);
        rates[1].push(scene.turn(&by_text, seconds).await?.rate);
        rates[2].push(scene.turn(&by_hash, seconds).await?.rate);
        rates[3].push(redis.turn(seconds).await?);
        rates[4].push(shared.turn(&through_redis, seconds).await?.rate);
    }
    let [plain, any, persisted, get, through] = rates.map(median);
    let long = body.len() / 1024;
    report.ratio(
        ("P4", "≥ 0.25"),
        &format!("worklist, kept, any selection ÷ static {long} KiB from axum"),
        (any, plain),
    );
    report.ratio(("P5", "≥ 0.60"), "registered worklist, kept ÷ static", (persisted, plain));
    report.ratio(
        ("P5", "≥ 0.55"),
        "registered worklist, kept ÷ Redis GET of the same bytes",
        (persisted, get),
    );
    report.ratio(("P6", "≥ 0.20"), "worklist with Redis ÷ Redis GET", (through, get));
    let (_, peak) = processes::memory_of(scene.server.pid())?;
    report.row("P13", "highest memory of the program meanwhile", format!("{} MiB", peak >> 20), "");
    Ok(())
}

/// A value in Redis, read by the same loop.
struct Redis {
    address: SocketAddr,
    greeting: Vec<u8>,
}

impl Redis {
    async fn with(company: &Company, body: &str) -> Result<Self> {
        let rest = company.redis_url.strip_prefix("redis://").ok_or("no address of Redis")?;
        let (who, place) = rest.rsplit_once('@').ok_or("no password of Redis")?;
        let password = who.rsplit_once(':').map_or(who, |(_, password)| password);
        let address = place.trim_end_matches('/').parse()?;
        let greeting = format!("*2\r\n$4\r\nAUTH\r\n${}\r\n{password}\r\n", password.len());
        let set = format!("*3\r\n$3\r\nSET\r\n$5\r\nbench\r\n${}\r\n{body}\r\n", body.len());
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(format!("{greeting}{set}").as_bytes()).await?;
        // "+OK" twice.
        stream.read_exact(&mut [0; 10]).await?;
        Ok(Self { address, greeting: greeting.into_bytes() })
    }

    async fn turn(&self, seconds: u64) -> Result<f64> {
        let aim = Aim {
            speech: Speech::Redis,
            greeting: self.greeting.clone(),
            ..aim(self.address, seconds)
        };
        let get: Arc<[u8]> = Arc::from(b"*2\r\n$3\r\nGET\r\n$5\r\nbench\r\n".as_slice());
        Ok(load::turn(aim, move |_, _| get.clone()).await?.rate)
    }
}

/// The card of an account and the look-up, as plain figures.
async fn cards(report: &mut Report, company: &Company, seconds: u64) -> Result<()> {
    let scene = Scene::open(company, NOTHING_KEPT).await?;
    let text = server::operation("AccountCard")?;
    let count = company.stewards();
    let mut requests = Vec::new();
    for (nth, token) in (0..).zip(&scene.tokens) {
        let steward: u64 = nth * (count / STEWARDS).max(1) % count;
        for unit in 0..20 {
            let account = guanjia::demo::city::account_of(
                steward * guanjia::demo::city::STEWARD_UNITS + unit * 5 + 3,
            );
            requests.push(server::by_text(token, &text, &json!({ "id": account.to_string() })));
        }
    }
    scene.turn(&requests, 1).await?;
    let before = times(&scene, company)?;
    let turn = scene.turn(&requests, seconds).await?;
    let spent =
        times(&scene, company)?.saturating_sub(before).as_secs_f64() * 1e6 / turn.answers as f64;
    report.row(
        "P8",
        "card of an account, everything on it",
        format!("{:.0}/s, {spent:.0} µs, p99 {:.1} ms", turn.rate, turn.p99.as_secs_f64() * 1e3),
        "",
    );
    Ok(())
}
