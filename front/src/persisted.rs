//! Registered operations: what the released apps send, by id.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{caller::Client, errors::Code, fault::Fault, settings::Persisted, validate::Checked};

/// A manifest that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadManifest {
    /// Not JSON of the right shape.
    #[error("the manifest cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A format or version that we do not know.
    #[error("the manifest must be an apollo-persisted-query-manifest of version 1")]
    UnknownFormat,
    /// The id of the operation of this name is not the SHA-256 of its text.
    #[error("the id of operation {0} is not the SHA-256 of its text")]
    WrongId(String),
}

#[derive(Deserialize)]
struct Manifest {
    format: String,
    version: u32,
    operations: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    name: String,
    body: String,
}

/// The registered operations.
#[derive(Default)]
pub struct Documents {
    by_id: HashMap<String, Arc<Registered>>,
}

/// A registered operation.
pub(crate) struct Registered {
    /// SHA-256 of the text.
    pub(crate) id: Box<str>,
    pub(crate) name: Arc<str>,
    pub(crate) body: String,
    /// Filled at first use, so that a long manifest does not slow the start.
    pub(crate) checked: OnceLock<Arc<Checked>>,
}

impl Documents {
    /// Reads a manifest in Apollo's format (`apollo-persisted-query-manifest`, version 1).
    ///
    /// # Errors
    /// When it is not one, or an id is not the hash of its text.
    pub fn from_manifest(json: &str) -> Result<Self, BadManifest> {
        let manifest: Manifest = serde_json::from_str(json)?;
        if manifest.format != "apollo-persisted-query-manifest" || manifest.version != 1 {
            return Err(BadManifest::UnknownFormat);
        }
        let mut by_id = HashMap::new();
        for Entry { id, name, body } in manifest.operations {
            if bare(&id) != hash(&body) {
                return Err(BadManifest::WrongId(name));
            }
            let id = bare(&id).to_owned();
            let registered = Registered {
                id: id.as_str().into(),
                name: name.into(),
                body,
                checked: OnceLock::new(),
            };
            by_id.insert(id, Arc::new(registered));
        }
        Ok(Self { by_id })
    }

    /// The operation of this id, with or without `sha256:` before it.
    pub(crate) fn by_id(&self, id: &str) -> Result<Arc<Registered>, Fault> {
        let found = self.by_id.get(bare(id)).cloned();
        found.ok_or_else(|| Fault::new(Code::PersistedQueryNotFound))
    }

    /// The operation that is registered with exactly this text.
    pub(crate) fn by_text(&self, text: &str) -> Option<Arc<Registered>> {
        if self.by_id.is_empty() {
            return None;
        }
        self.by_id.get(&hash(text)).cloned()
    }
}

fn bare(id: &str) -> &str {
    id.strip_prefix("sha256:").unwrap_or(id)
}

/// SHA-256 in lower hexadecimal.
pub(crate) fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether this operation is switched on and this app is new enough.
pub(crate) fn check(switches: &Persisted, name: &str, client: &Client) -> Result<(), Fault> {
    let lowest = client.name.as_ref().and_then(|name| switches.lowest_versions.get(name));
    if let Some(lowest) = lowest {
        let version = client.version.as_deref().unwrap_or_default();
        if numbers(version) < numbers(lowest) {
            return Err(Fault::new(Code::ClientTooOld).with("lowest", lowest.as_str()));
        }
    }
    if switches.disabled.iter().any(|disabled| disabled == name) {
        return Err(Fault::new(Code::OperationDisabled));
    }
    Ok(())
}

/// `1.10.2-beta` as 1, 10, 2. What is no number counts as 0, so a version that cannot be read is an
/// old one.
fn numbers(version: &str) -> [u64; 4] {
    let mut numbers = [0; 4];
    let plain = version.split(['-', '+']).next().unwrap_or_default();
    for (number, part) in numbers.iter_mut().zip(plain.trim_start_matches('v').split('.')) {
        *number = part.parse().unwrap_or(0);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::{BadManifest, Documents, hash, numbers};

    #[test]
    fn versions_are_compared_by_number() {
        assert!(numbers("1.9.3") < numbers("1.10"));
        assert!(numbers("v2.0.0-beta.1") >= numbers("2"));
        assert!(numbers("") < numbers("0.1"));
    }

    #[test]
    fn an_id_must_be_the_hash_of_its_text() {
        let manifest = |id: &str| {
            format!(
                r#"{{"format":"apollo-persisted-query-manifest","version":1,
                "operations":[{{"id":"{id}","name":"A","type":"query","body":"query A {{ a }}"}}]}}"#
            )
        };
        let good = hash("query A { a }");
        let documents = Documents::from_manifest(&manifest(&good)).ok();
        let documents = documents.as_ref();
        assert!(documents.is_some_and(|d| d.by_id(&format!("sha256:{good}")).is_ok()));
        assert!(documents.is_some_and(|d| d.by_id(&good).is_ok() && d.by_id("x").is_err()));
        assert!(matches!(
            Documents::from_manifest(&manifest(&hash("query A { b }"))),
            Err(BadManifest::WrongId(name)) if name == "A"
        ));
    }
}
