//! A small object store in the test's own process. It believes nothing: signatures and checksums are computed anew, by what
//! the signing of version 4 says and not by what the program uses.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use futures_util::stream;
use guanjia::kernel::tokens::hex;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

const NAME: &str = "papers";
const REGION: &str = "cn-north-1";
const ACCESS: &str = "AKIDGUANJIA";
const SECRET: &str = "a/secret+that=nobody-may-see";

/// How the store behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// As it should.
    Fine,
    /// Every request is refused for now.
    Away,
    /// Files break off in the middle when they are read.
    Breaking,
    /// What arrives is not what was sent.
    Garbling,
}

/// The store, and what lies in it.
pub(crate) struct Bucket {
    address: std::net::SocketAddr,
    shelf: Arc<Shelf>,
}

struct Shelf {
    mood: Mutex<Mood>,
    objects: Mutex<BTreeMap<String, Bytes>>,
    host: String,
}

impl Bucket {
    pub(crate) async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shelf = Arc::new(Shelf {
            mood: Mutex::new(Mood::Fine),
            objects: Mutex::default(),
            host: address.to_string(),
        });
        let router = Router::new()
            .fallback(serve)
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&shelf));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shelf }
    }

    /// The settings of who keeps attachments here.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("GUANJIA_ATTACHMENTS__STORE", format!("s3://{NAME}/guanjia/test")),
            ("GUANJIA_ATTACHMENTS__S3__ENDPOINT", format!("http://{}", self.address)),
            ("GUANJIA_ATTACHMENTS__S3__REGION", REGION.to_owned()),
            ("GUANJIA_ATTACHMENTS__S3__ACCESS_KEY", ACCESS.to_owned()),
            ("GUANJIA_ATTACHMENTS__S3__SECRET_KEY", SECRET.to_owned()),
            ("GUANJIA_ATTACHMENTS__S3__PATH_STYLE", "true".to_owned()),
        ]
    }

    pub(crate) fn becomes(&self, mood: Mood) {
        *self.shelf.mood.lock().unwrap() = mood;
    }

    /// The names of what lies in it.
    pub(crate) fn names(&self) -> Vec<String> {
        self.shelf.objects.lock().unwrap().keys().cloned().collect()
    }

    /// Puts something there by another way.
    pub(crate) fn put(&self, name: &str) {
        self.shelf.objects.lock().unwrap().insert(name.to_owned(), Bytes::from_static(b"other"));
    }
}

async fn serve(
    State(shelf): State<Arc<Shelf>>,
    (method, uri, headers): (Method, Uri, HeaderMap),
    body: Bytes,
) -> Response {
    let mood = *shelf.mood.lock().unwrap();
    if mood == Mood::Away {
        return told(StatusCode::SERVICE_UNAVAILABLE, "SlowDown");
    }
    let asked: Vec<(String, String)> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    if !is_signed(&shelf, (&method, uri.path(), &headers), &asked) {
        return told(StatusCode::FORBIDDEN, "SignatureDoesNotMatch");
    }
    let Some(name) = uri.path().strip_prefix(&format!("/{NAME}/")) else {
        return told(StatusCode::NOT_FOUND, "NoSuchBucket");
    };
    let mut objects = shelf.objects.lock().unwrap();
    match method {
        Method::PUT => {
            let body = if mood == Mood::Garbling { body.slice(1..) } else { body };
            let sum = BASE64_STANDARD.encode(Sha256::digest(&body));
            let signed = of(&asked, "X-Amz-SignedHeaders").contains("x-amz-checksum-sha256");
            let told_sum = headers.get("x-amz-checksum-sha256").and_then(|sum| sum.to_str().ok());
            if !headers.contains_key("content-length") {
                return told(StatusCode::LENGTH_REQUIRED, "MissingContentLength");
            }
            if !signed || told_sum != Some(&sum) {
                return told(StatusCode::BAD_REQUEST, "BadDigest");
            }
            objects.insert(name.to_owned(), body);
            StatusCode::OK.into_response()
        }
        Method::DELETE => {
            objects.remove(name);
            StatusCode::NO_CONTENT.into_response()
        }
        Method::GET if name.is_empty() => {
            let prefix = of(&asked, "prefix").replace("%2F", "/");
            let keys = objects.keys().filter(|key| key.starts_with(&prefix)).take(2);
            let keys: String =
                keys.map(|key| format!("<Contents><Key>{key}</Key></Contents>")).collect();
            format!("<ListBucketResult><Name>{NAME}</Name>{keys}</ListBucketResult>")
                .into_response()
        }
        Method::GET => match objects.get(name) {
            None => told(StatusCode::NOT_FOUND, "NoSuchKey"),
            Some(bytes) if mood == Mood::Breaking => {
                let half = Ok(bytes.slice(..bytes.len() / 2));
                let broken = Err(std::io::Error::other("broken off"));
                let length = [("content-length", bytes.len().to_string())];
                (length, Body::from_stream(stream::iter([half, broken]))).into_response()
            }
            Some(bytes) => bytes.clone().into_response(),
        },
        _ => told(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    }
}

fn told(status: StatusCode, code: &str) -> Response {
    (status, format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>")).into_response()
}

fn of<'a>(asked: &'a [(String, String)], name: &str) -> &'a str {
    asked.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// Version 4, in the address: the request in a fixed form, hashed, under a key derived from the secret.
fn is_signed(
    shelf: &Shelf,
    (method, path, headers): (&Method, &str, &HeaderMap),
    asked: &[(String, String)],
) -> bool {
    let date = of(asked, "X-Amz-Date");
    let day = date.get(..8).unwrap_or_default();
    let scope = format!("{day}/{REGION}/s3/aws4_request");
    let credential = format!("{ACCESS}/{scope}").replace('/', "%2F");
    if of(asked, "X-Amz-Credential") != credential
        || of(asked, "X-Amz-Algorithm") != "AWS4-HMAC-SHA256"
        || of(asked, "X-Amz-Expires").parse::<u32>().is_ok_and(|seconds| seconds > 3600)
    {
        return false;
    }
    let mut pairs: Vec<_> = asked
        .iter()
        .filter(|(name, _)| name != "X-Amz-Signature")
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.sort();
    let names = of(asked, "X-Amz-SignedHeaders").replace("%3B", ";");
    if !names.split(';').any(|name| name == "host") {
        return false;
    }
    let header = |name: &str| match name {
        "host" => shelf.host.clone(),
        name => {
            headers.get(name).map(|v| v.to_str().unwrap().trim().to_owned()).unwrap_or_default()
        }
    };
    let lines: String = names.split(';').map(|name| format!("{name}:{}\n", header(name))).collect();
    let form = format!("{method}\n{path}\n{}\n{lines}\n{names}\nUNSIGNED-PAYLOAD", pairs.join("&"));
    let print = hex(&Sha256::digest(form));
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{print}");
    let key = [day, REGION, "s3", "aws4_request", &text]
        .iter()
        .fold(format!("AWS4{SECRET}").into_bytes(), |key, part| mac(&key, part));
    of(asked, "X-Amz-Signature") == hex(&key)
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Whether something that people may read tells what only the store may know.
pub(crate) fn tells_a_secret(text: &str) -> bool {
    [SECRET, "X-Amz", "Signature="].iter().any(|secret| text.contains(secret))
}
