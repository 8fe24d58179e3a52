//! A closed loop: so many callers, each sends the next request when the answer to its last has come. The bytes of a request
//! are made before, so that the caller costs as little as it can; HTTP and Redis are spoken by the same loop.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::Result;

/// How an answer is cut from the stream.
#[derive(Clone, Copy)]
pub(crate) enum Speech {
    /// HTTP/1.1 with `Content-Length`.
    Http,
    /// Redis: a bulk string.
    Redis,
}

/// What a turn gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turn {
    /// Answers per second.
    pub(crate) rate: f64,
    /// Answers in all.
    pub(crate) answers: u64,
    /// All but one of a hundred were faster.
    pub(crate) p99: Duration,
}

/// Where the load goes and how long.
#[derive(Clone)]
pub(crate) struct Aim {
    pub(crate) address: SocketAddr,
    pub(crate) speech: Speech,
    /// Sent once per connection and answered with five bytes; nothing is nothing.
    pub(crate) greeting: Vec<u8>,
    pub(crate) callers: usize,
    pub(crate) seconds: u64,
}

/// Runs one turn. `request(caller, nth)` gives the bytes; the requests of one caller follow each other.
pub(crate) async fn turn<F>(aim: Aim, request: F) -> Result<Turn>
where
    F: Fn(usize, u64) -> Arc<[u8]> + Send + Sync + 'static,
{
    let (request, begin) = (Arc::new(request), Instant::now());
    let end = begin + Duration::from_secs(aim.seconds);
    let callers: Vec<_> = (0..aim.callers)
        .map(|caller| {
            let request = request.clone();
            tokio::spawn(call(aim.clone(), end, move |nth| request(caller, nth)))
        })
        .collect();
    let mut times = Vec::new();
    for caller in callers {
        times.extend(caller.await??);
    }
    let elapsed = begin.elapsed().as_secs_f64();
    times.sort_unstable();
    let answers = times.len() as u64;
    let slow = times.len() - times.len() / 100;
    let p99 = times.get(slow.saturating_sub(1)).copied().unwrap_or_default();
    Ok(Turn { rate: answers as f64 / elapsed, answers, p99 })
}

async fn call(aim: Aim, end: Instant, request: impl Fn(u64) -> Arc<[u8]>) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(aim.address).await?;
    stream.set_nodelay(true)?;
    if !aim.greeting.is_empty() {
        stream.write_all(&aim.greeting).await?;
        stream.read_exact(&mut [0; 5]).await?;
    }
    let (mut times, mut buffer) = (Vec::with_capacity(100_000), vec![0; 256 * 1024]);
    for nth in 0.. {
        let begin = Instant::now();
        if begin >= end {
            break;
        }
        stream.write_all(&request(nth)).await?;
        let body = answer(&mut stream, aim.speech, &mut buffer).await?;
        if nth == 0 {
            check(&buffer[body])?;
        }
        times.push(begin.elapsed());
    }
    Ok(times)
}

/// A wrong answer is fast and counts for nothing.
fn check(body: &[u8]) -> Result<()> {
    let text = String::from_utf8_lossy(body);
    let refused = text.contains("\"errors\":") || text.contains("\"code\":");
    if refused {
        Err(format!("not the answer that was asked for: {text:.600}").into())
    } else {
        Ok(())
    }
}

/// Reads one answer; gives where its body stands in the buffer.
async fn answer(
    stream: &mut TcpStream,
    speech: Speech,
    buffer: &mut Vec<u8>,
) -> Result<std::ops::Range<usize>> {
    let (mut read, mut body) = (0, None);
    loop {
        if read == buffer.len() {
            buffer.resize(buffer.len() * 2, 0);
        }
        let more = stream.read(&mut buffer[read..]).await?;
        if more == 0 {
            return Err("the connection was closed in the middle of an answer".into());
        }
        read += more;
        if body.is_none() {
            body = match speech {
                Speech::Http => http_body(&buffer[..read])?,
                Speech::Redis => redis_body(&buffer[..read])?,
            };
        }
        if let Some(range) = &body
            && read >= range.end
        {
            return Ok(range.clone());
        }
    }
}

fn http_body(read: &[u8]) -> Result<Option<std::ops::Range<usize>>> {
    let Some(head) = read.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&read[..head])?;
    if !text.starts_with("HTTP/1.1 200") {
        return Err(
            format!("refused: {text:.200} {}", String::from_utf8_lossy(&read[head..])).into()
        );
    }
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = length.ok_or("an answer without Content-Length")?;
    Ok(Some(head + 4..head + 4 + length))
}

fn redis_body(read: &[u8]) -> Result<Option<std::ops::Range<usize>>> {
    let Some(line) = read.windows(2).position(|two| two == b"\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&read[..line])?;
    let length: usize = text
        .strip_prefix('$')
        .and_then(|length| length.parse().ok())
        .ok_or_else(|| format!("not a value: {text}"))?;
    // The line end after the value is read with it.
    Ok(Some(line + 2..line + 2 + length + 2))
}

/// A POST of JSON, with a bearer token if there is one.
pub(crate) fn post(token: &str, body: &str) -> Arc<[u8]> {
    let who = match token {
        "" => String::new(),
        token => format!("authorization: Bearer {token}\r\n"),
    };
    let text = format!(
        "POST /graphql HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n\
         accept: application/json\r\n{who}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    text.into_bytes().into()
}
