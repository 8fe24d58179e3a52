//! The program itself, as its own process with settings of the measurement.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{Result, load};

/// Where `cargo build --release` put the program: beside this one.
pub(crate) fn program() -> Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("guanjia");
    if path.exists() { Ok(path) } else { Err(format!("{} is missing", path.display()).into()) }
}

/// A command of the program with nothing of the developer's environment.
pub(crate) fn command(settings: &[(&str, &str)]) -> Result<Command> {
    let mut command = Command::new(program()?);
    command.env_clear().envs(settings.iter().copied()).current_dir(std::env::temp_dir());
    Ok(command)
}

/// Runs a command of the program to its end.
pub(crate) fn run(settings: &[(&str, &str)], arguments: &[&str]) -> Result<()> {
    let done = command(settings)?.args(arguments).stdout(Stdio::null()).status()?;
    if done.success() { Ok(()) } else { Err(format!("guanjia {arguments:?} failed").into()) }
}

/// A process that is killed when it is dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process to its first answer.
    pub(crate) start: Duration,
}

impl Served {
    /// Serves, with no limits that a measurement would meet, and no jobs in between unless a setting says so.
    pub(crate) async fn program(settings: &[(&str, &str)]) -> Result<Self> {
        let begin = Instant::now();
        let mut command = command(&[
            ("GUANJIA_LISTEN", "127.0.0.1:0"),
            ("GUANJIA_TICK_MS", "3600000"),
            ("GUANJIA_FRONT__LIMITS__COST_PER_MINUTE", "1000000000000"),
            ("GUANJIA_FRONT__SOCKETS__PER_ADDRESS", "100000"),
            ("GUANJIA_LISTENING__CONNECTIONS", "100000"),
            ("RUST_LOG", "error"),
        ])?;
        command.envs(settings.iter().copied());
        Self::start(command.arg("serve"), None, begin).await
    }

    /// Serves a fixed body from bare axum.
    pub(crate) async fn plain(body: &[u8]) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        Self::start(command.arg("plain"), Some(body), Instant::now()).await
    }

    async fn start(command: &mut Command, input: Option<&[u8]>, begin: Instant) -> Result<Self> {
        let piped = if input.is_some() { Stdio::piped() } else { Stdio::null() };
        let mut child = command.stdin(piped).stdout(Stdio::piped()).spawn()?;
        if let (Some(mut to), Some(body)) = (child.stdin.take(), input) {
            to.write_all(body)?;
        }
        let output = child.stdout.take().ok_or("no standard output")?;
        let mut lines = BufReader::new(output).lines();
        let address = lines
            .by_ref()
            .map_while(std::result::Result::ok)
            .find_map(|line| line.split_whitespace().find_map(address_in))
            .ok_or("the server ended without saying where it listens")?;
        // What it says later has to go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        let mut served = Self { child, address, start: Duration::ZERO };
        if input.is_none() {
            while get(address, "/readyz").await.is_err() {
                if served.child.try_wait()?.is_some() || begin.elapsed() > Duration::from_secs(60) {
                    return Err("the server does not get ready".into());
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        served.start = begin.elapsed();
        Ok(served)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// One operation with its answer.
    pub(crate) async fn ask(&self, token: &str, query: &str, variables: Value) -> Result<Value> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut stream = TcpStream::connect(self.address).await?;
        stream.write_all(&load::post(token, &body)).await?;
        let (_, body) = read_answer(&mut stream).await?;
        let answer: Value = serde_json::from_slice(&body)?;
        if answer.get("errors").is_some() {
            return Err(format!("{answer}").into());
        }
        Ok(answer["data"].clone())
    }

    /// The token of somebody of the invented company.
    pub(crate) async fn sign_in(&self, mobile: &str) -> Result<String> {
        let password = guanjia::demo::PASSWORD;
        let answer = self
            .ask(
                "",
                &operation("SignIn")?,
                json!({ "input": { "mobile": mobile, "password": password } }),
            )
            .await?;
        let token = &answer["signIn"]["token"];
        Ok(token.as_str().ok_or_else(|| format!("nobody signed in: {answer}"))?.to_owned())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address_in(word: &str) -> Option<SocketAddr> {
    let word = word.trim_start_matches("http://").trim_end_matches(['/', '.', ',']);
    word.split('/').next()?.parse().ok()
}

async fn get(address: SocketAddr, path: &str) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let (head, _) = read_answer(&mut stream).await?;
    if head.starts_with("HTTP/1.1 200") { Ok(()) } else { Err("not ready".into()) }
}

async fn read_answer(stream: &mut TcpStream) -> Result<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
            });
            let begin = head.len() + 4;
            if read.len() >= begin + length.unwrap_or(0) {
                return Ok((head.to_owned(), read.split_off(begin)));
            }
        }
        let mut piece = [0; 65_536];
        let more = stream.read(&mut piece).await?;
        if more == 0 {
            return Err("the connection was closed".into());
        }
        read.extend_from_slice(&piece[..more]);
    }
}

/// The text of an operation of the phone's contract.
pub(crate) fn operation(name: &str) -> Result<String> {
    let path =
        format!("{}/../mobile-contract/operations/{name}.graphql", env!("CARGO_MANIFEST_DIR"));
    Ok(std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?)
}

/// A request by the text of an operation.
pub(crate) fn by_text(token: &str, text: &str, variables: &Value) -> Arc<[u8]> {
    load::post(token, &json!({ "query": text, "variables": variables }).to_string())
}

/// A request by the registered hash of an operation.
pub(crate) fn by_hash(token: &str, name: &str, variables: &Value) -> Result<Arc<[u8]>> {
    let path =
        format!("{}/../mobile-contract/persisted-operations.json", env!("CARGO_MANIFEST_DIR"));
    let manifest: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let id = manifest["operations"]
        .as_array()
        .and_then(|all| all.iter().find(|one| one["name"] == name))
        .and_then(|one| one["id"].as_str())
        .ok_or_else(|| format!("{name} is not registered"))?;
    Ok(load::post(token, &json!({ "documentId": id, "variables": variables }).to_string()))
}
