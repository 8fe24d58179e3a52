//! Where a bucket is, and requests to it, signed.

use std::{fmt, time::Duration};

use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};

use super::super::Key;
use crate::config::AttachmentSettings;

/// How long a signature is good: long enough for clocks that differ, too short to be of use to who reads a proxy's log.
const SIGNED_FOR: Duration = Duration::from_secs(600);
/// The header with the checksum of what is sent; it is signed.
pub(super) const CHECKSUM: &str = "x-amz-checksum-sha256";
/// Objects that are listed at once.
const AT_ONCE: &str = "100";

/// A bucket, the prefix of our keys in it, and who we are there.
pub struct Place {
    bucket: Bucket,
    credentials: Credentials,
    prefix: String,
}

/// What is asked of the store.
#[derive(Clone, Copy)]
pub(super) enum Asked<'a> {
    Put { key: &'a str, sum: &'a str },
    Get { key: &'a str },
    Delete { key: &'a str },
    List { prefix: &'a str },
}

impl Place {
    /// Reads the settings; none when the store is a folder. The error is one line that names the setting, and no secret.
    pub fn of(settings: &AttachmentSettings) -> Result<Option<Self>, String> {
        if settings.store.is_empty() {
            return Ok(None);
        }
        let wrong = |name: &str, why: &str| format!("attachments.{name} {why}");
        let (name, prefix) = bucket_and_prefix(&settings.store)
            .ok_or_else(|| wrong("store", "must be s3://bucket or s3://bucket/prefix"))?;
        let s3 = &settings.s3;
        if s3.region.is_empty()
            || !s3.region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        {
            return Err(wrong("s3.region", "must be the name of a region, such as us-east-1"));
        }
        let endpoint = match s3.endpoint.as_str() {
            "" => format!("https://s3.{}.amazonaws.com", s3.region),
            endpoint => endpoint.to_owned(),
        };
        let form = || wrong("s3.endpoint", "must be https://host or http://host:port and no more");
        let host = endpoint.strip_prefix("https://").or_else(|| endpoint.strip_prefix("http://"));
        let plain =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
        if !host.is_some_and(|host| host.trim_end_matches('/').bytes().all(plain)) {
            return Err(form());
        }
        let url = endpoint.parse().map_err(|_| form())?;
        let style = if s3.path_style { UrlStyle::Path } else { UrlStyle::VirtualHost };
        let bucket = Bucket::new(url, style, name.to_owned(), s3.region.clone());
        let bucket = bucket.map_err(|error| {
            wrong("s3.endpoint", &format!("does not fit: {error}; see attachments.s3.path_style"))
        })?;
        let key = |name: &str, text: &str| match text.bytes().all(|b| b.is_ascii_graphic()) {
            true if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(wrong(name, "must be set, without spaces, for a store that is a bucket")),
        };
        let access = key("s3.access_key", &s3.access_key)?;
        let credentials =
            Credentials::new(access, key("s3.secret_key", s3.secret_key.for_signing())?);
        Ok(Some(Self { bucket, credentials, prefix }))
    }

    /// Whether the way there is encrypted.
    pub(super) fn has_tls(&self) -> bool {
        self.bucket.base_url().scheme() == "https"
    }

    /// The name of the object that keeps a file.
    pub(super) fn key(&self, key: &Key) -> String {
        self.folder(&key.company, &key.attachment) + &key.print
    }

    /// What the names of all objects of an attachment begin with.
    pub(super) fn folder(&self, company: &str, attachment: &str) -> String {
        format!("{}{company}/{attachment}/", self.prefix)
    }

    /// What the names begin with that are asked for to see whether the store answers; there are none.
    pub(super) fn probed(&self) -> String {
        self.folder("nobody", "nothing")
    }

    /// The method and the signed address of a request.
    pub(super) fn signed(&self, asked: Asked<'_>) -> (&'static str, String) {
        match asked {
            Asked::Put { key, sum } => {
                let mut put = self.bucket.put_object(Some(&self.credentials), key);
                put.headers_mut().insert(CHECKSUM, sum);
                sign(&put)
            }
            Asked::Get { key } => sign(&self.bucket.get_object(Some(&self.credentials), key)),
            Asked::Delete { key } => sign(&self.bucket.delete_object(Some(&self.credentials), key)),
            // To get a bucket is to list it.
            Asked::List { prefix } => {
                let mut list = self.bucket.get_object(Some(&self.credentials), "");
                for (name, value) in [("list-type", "2"), ("max-keys", AT_ONCE), ("prefix", prefix)]
                {
                    list.query_mut().insert(name, value);
                }
                sign(&list)
            }
        }
    }
}

impl fmt::Display for Place {
    /// The bucket and where it is, for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.bucket.base_url().origin().ascii_serialization();
        write!(f, "s3://{}/{} at {host}", self.bucket.name(), self.prefix)
    }
}

fn sign<'a, A: S3Action<'a>>(action: &A) -> (&'static str, String) {
    (A::METHOD.to_str(), action.sign(SIGNED_FOR).into())
}

/// `s3://bucket/some/prefix` as `bucket` and `some/prefix/`.
fn bucket_and_prefix(store: &str) -> Option<(&str, String)> {
    let rest = store.strip_prefix("s3://")?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let named = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(named) {
        return None;
    }
    let prefix = prefix.trim_end_matches('/');
    if prefix.is_empty() {
        return Some((bucket, String::new()));
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let part = |part: &str| {
        !matches!(part, "" | "." | "..") && part.len() <= 100 && part.bytes().all(plain)
    };
    prefix.split('/').all(part).then(|| (bucket, format!("{prefix}/")))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::config::Settings;

    const GOOD: [(&str, &str); 4] = [
        ("STORE", "s3://papers/guanjia/one"),
        ("S3__ENDPOINT", "https://store.example.com"),
        ("S3__ACCESS_KEY", "AKID"),
        ("S3__SECRET_KEY", "not-to-be-seen"),
    ];

    fn load(own: &[(&str, &str)]) -> Result<Settings, String> {
        let all = GOOD.iter().chain(own);
        let named =
            all.map(|(name, value)| (format!("GUANJIA_ATTACHMENTS__{name}"), (*value).to_owned()));
        Settings::load(None, HashMap::from_iter(named))
    }

    #[test]
    fn a_bucket_is_named_with_its_host_and_without_its_key() {
        let settings = load(&[]).unwrap();
        let place = Place::of(&settings.attachments).unwrap().unwrap();
        assert_eq!(
            place.to_string(),
            "s3://papers/guanjia/one/ at https://papers.store.example.com"
        );
        assert!(place.has_tls());
        assert_eq!(place.folder("c", "a"), "guanjia/one/c/a/");
        assert!(!format!("{settings:?}").contains("not-to-be-seen"));
        let settings = load(&[("S3__ENDPOINT", ""), ("S3__REGION", "cn-north-1")]).unwrap();
        let place = Place::of(&settings.attachments).unwrap().unwrap();
        assert!(place.to_string().ends_with("at https://papers.s3.cn-north-1.amazonaws.com"));
    }

    #[test]
    fn a_setting_of_the_wrong_form_is_named_and_no_secret_shown() {
        for (name, value, word) in [
            ("STORE", "papers", "attachments.store"),
            ("STORE", "s3://", "attachments.store"),
            ("STORE", "s3://Papers", "attachments.store"),
            ("STORE", "s3://papers/a/../b", "attachments.store"),
            ("STORE", "s3://papers//b", "attachments.store"),
            ("S3__ENDPOINT", "store.example.com", "attachments.s3.endpoint"),
            ("S3__ENDPOINT", "ftp://store.example.com", "attachments.s3.endpoint"),
            ("S3__ENDPOINT", "https://me:it@store.example.com", "attachments.s3.endpoint"),
            ("S3__ENDPOINT", "https://store.example.com/path", "attachments.s3.endpoint"),
            ("S3__ENDPOINT", "http://10.0.0.7:9000", "attachments.s3.path_style"),
            ("S3__REGION", "", "attachments.s3.region"),
            ("S3__ACCESS_KEY", "", "attachments.s3.access_key"),
            ("S3__SECRET_KEY", "", "attachments.s3.secret_key"),
            ("S3__SECRET_KEY", "not-to-be-seen \n", "attachments.s3.secret_key"),
        ] {
            let error = load(&[(name, value)]).unwrap_err();
            assert!(error.contains(word), "{name} {value}: {error}");
            assert!(!error.contains("not-to-be-seen") && !error.contains('\n'), "{error}");
        }
        let reached = [("S3__ENDPOINT", "http://10.0.0.7:9000/"), ("S3__PATH_STYLE", "true")];
        assert!(load(&reached).is_ok());
        // A folder asks for nothing of it.
        assert!(load(&[("STORE", ""), ("S3__REGION", "")]).is_ok());
    }
}
