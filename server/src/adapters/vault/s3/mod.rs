//! A bucket of an object store as a vault: Amazon's S3, or one of the many that speak as it does.
//!
//! A file is one object, sent by one request that tells its length and its SHA-256, so that it is there whole or not at
//! all. Requests are signed in their address, which therefore goes into no error and no log.

mod client;
mod place;

use std::{io, path::Path, time::Duration};

use async_trait::async_trait;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use futures_util::TryStreamExt as _;
use http_body_util::BodyExt as _;
use tempfile::NamedTempFile;
use tokio_io_timeout::TimeoutReader;
use tokio_util::io::{ReaderStream, StreamReader};

pub use self::place::Place;
use self::{
    client::{Answer, HttpClient},
    place::Asked,
};
use super::{Arriving, Bytes, Key, Vault};
use crate::kernel::tokens;

/// How long an answer may take, and how long the store may be silent while a file is read.
const PATIENCE: Duration = Duration::from_secs(20);
/// What a file that is sent is granted beyond that, for each so many bytes.
const PER_PIECE: Duration = Duration::from_secs(1);
const PIECE: u64 = 256 * 1024;
/// How often lists of what is thrown away are asked for, before it is left to the next time.
const LISTS: usize = 20;

/// A bucket, or the part of one under a prefix. Replicas share it.
pub struct S3 {
    place: Place,
    arriving: Arriving,
    client: HttpClient,
}

impl S3 {
    /// Takes the bucket, and the folder in which files that are still arriving wait.
    pub fn open(place: Place, folder: &Path) -> io::Result<Self> {
        let client = HttpClient::open(place.has_tls())?;
        Ok(Self { place, arriving: Arriving::open(folder), client })
    }

    /// Asks for something without a body; what fails on its way is asked for once more.
    async fn ask(&self, asked: Asked<'_>) -> io::Result<Answer> {
        let once = async || {
            let request = self.request(asked).body(Body::empty()).map_err(io::Error::other)?;
            self.client.ask(request, PATIENCE).await
        };
        match once().await {
            Ok(answer) if !answer.may_be_better_later() => Ok(answer),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Err(error),
            _ => once().await,
        }
    }

    fn request(&self, asked: Asked<'_>) -> axum::http::request::Builder {
        let (method, address) = self.place.signed(asked);
        Request::builder().method(method).uri(address)
    }

    /// The keys that begin so, as many as are told at once.
    async fn list(&self, prefix: &str) -> io::Result<Vec<String>> {
        let answer = self.ask(Asked::List { prefix }).await?;
        if answer.status() != StatusCode::OK {
            return Err(answer.refusal().await);
        }
        let text = answer.text().await?;
        // Keys are ours: letters, digits and the like, so nothing in them is escaped.
        let keys = text.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
        Ok(keys.filter(|key| key.starts_with(prefix)).map(str::to_owned).collect())
    }

    async fn delete(&self, key: &str) -> io::Result<()> {
        let answer = self.ask(Asked::Delete { key }).await?;
        match answer.status() {
            StatusCode::OK | StatusCode::NO_CONTENT => Ok(()),
            _ => Err(answer.refusal().await).or_else(absent_is_fine),
        }
    }
}

#[async_trait]
impl Vault for S3 {
    fn incoming(&self) -> io::Result<NamedTempFile> {
        self.arriving.file()
    }

    /// The store recomputes the checksum. What is there under the key has the same bytes, since the key is their print.
    async fn keep(&self, key: &Key, file: NamedTempFile) -> io::Result<()> {
        let sum = tokens::bytes_of_hex(&key.print)
            .map(|bytes| BASE64_STANDARD.encode(bytes))
            .unwrap_or_default();
        let key = self.place.key(key);
        let reading = file.reopen()?;
        let size = reading.metadata()?.len();
        let asked = Asked::Put { key: &key, sum: &sum };
        let pieces = ReaderStream::new(tokio::fs::File::from_std(reading));
        let request = self
            .request(asked)
            .header(header::CONTENT_LENGTH, size)
            .header(place::CHECKSUM, &sum)
            .body(Body::from_stream(pieces))
            .map_err(io::Error::other)?;
        let pieces = u32::try_from(size / PIECE).unwrap_or(u32::MAX);
        let answer = self.client.ask(request, PATIENCE + PER_PIECE * pieces).await?;
        match answer.status() {
            StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(()),
            _ => Err(answer.refusal().await),
        }
    }

    async fn read(&self, key: &Key) -> io::Result<Bytes> {
        let key = self.place.key(key);
        let answer = self.ask(Asked::Get { key: &key }).await?;
        if answer.status() != StatusCode::OK {
            return Err(answer.refusal().await);
        }
        let pieces = answer.into_body().into_data_stream().map_err(io::Error::other);
        let mut reader = TimeoutReader::new(StreamReader::new(pieces));
        reader.set_timeout(Some(PATIENCE));
        Ok(Box::pin(reader))
    }

    async fn discard(&self, company: &str, attachment: &str) -> io::Result<()> {
        let folder = self.place.folder(company, attachment);
        for _ in 0..LISTS {
            let keys = self.list(&folder).await?;
            if keys.is_empty() {
                return Ok(());
            }
            for key in keys {
                self.delete(&key).await?;
            }
        }
        Err(io::Error::other("what is thrown away is still listed"))
    }

    async fn probe(&self) -> io::Result<()> {
        self.list(&self.place.probed()).await.map(drop)
    }
}

fn absent_is_fine(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
