//! What keeps the bytes of attachments: a folder and a bucket, held to the same rules.

use std::{collections::HashMap, io::Write as _, sync::Arc};

use guanjia::{
    adapters::vault::{self, Key, Vault},
    config::Settings,
    kernel::tokens::print_of,
};
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;

use crate::support::bucket::{Bucket, Mood, tells_a_secret};

fn open(folder: &TempDir, own: &[(&'static str, String)]) -> Arc<dyn Vault> {
    let path = folder.path().join("vault").display().to_string();
    let all = [("GUANJIA_ATTACHMENTS__FOLDER", path)].into_iter().chain(own.iter().cloned());
    let settings: HashMap<_, _> = all.map(|(name, value)| (name.to_owned(), value)).collect();
    vault::open(&Settings::load(None, settings).unwrap().attachments).unwrap()
}

fn key(attachment: &str, content: &[u8]) -> Key {
    Key { company: "c".to_owned(), attachment: attachment.to_owned(), print: print_of(content) }
}

async fn keep(vault: &dyn Vault, attachment: &str, content: &[u8]) -> std::io::Result<()> {
    let mut file = vault.incoming().unwrap();
    file.write_all(content).unwrap();
    vault.keep(&key(attachment, content), file).await
}

async fn read(vault: &dyn Vault, attachment: &str, content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    vault.read(&key(attachment, content)).await?.read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// What holds of every vault.
async fn is_a_vault(vault: &dyn Vault) {
    vault.probe().await.unwrap();
    let long: Vec<u8> = (0..20_000_000_u32).map(|n| (n % 251) as u8).collect();
    for content in [b"seen".as_slice(), b"", &long] {
        for _ in 0..2 {
            keep(vault, "attachment_0a", content).await.unwrap();
        }
        assert!(read(vault, "attachment_0a", content).await.unwrap() == content);
    }
    keep(vault, "attachment_0b", b"another").await.unwrap();
    let absent = read(vault, "attachment_0a", b"never kept").await.unwrap_err();
    assert_eq!(absent.kind(), std::io::ErrorKind::NotFound);
    for _ in 0..2 {
        vault.discard("c", "attachment_0a").await.unwrap();
    }
    for content in [b"seen".as_slice(), b"", &long] {
        let gone = read(vault, "attachment_0a", content).await.unwrap_err();
        assert_eq!(gone.kind(), std::io::ErrorKind::NotFound);
    }
    assert_eq!(read(vault, "attachment_0b", b"another").await.unwrap(), b"another");
}

#[tokio::test]
async fn a_folder_keeps_what_it_is_given_until_it_is_thrown_away() {
    is_a_vault(open(&tempfile::tempdir().unwrap(), &[]).as_ref()).await;
}

#[tokio::test]
async fn a_bucket_keeps_what_it_is_given_until_it_is_thrown_away() {
    let bucket = Bucket::open().await;
    bucket.put("somebody/else");
    bucket.put("guanjia/test/c/attachment_0a_and_more/x");
    is_a_vault(open(&tempfile::tempdir().unwrap(), &bucket.settings()).as_ref()).await;
    let left = ["guanjia/test/c/attachment_0a_and_more/x", "somebody/else"];
    assert!(left.iter().all(|name| bucket.names().contains(&(*name).to_owned())));
    assert_eq!(bucket.names().len(), 3, "{:?}", bucket.names());
}

#[tokio::test]
async fn a_file_that_did_not_arrive_leaves_nothing() {
    let bucket = Bucket::open().await;
    for own in [Vec::new(), bucket.settings()] {
        let folder = tempfile::tempdir().unwrap();
        drop(open(&folder, &own).incoming().unwrap());
        let arriving = folder.path().join("vault").join("arriving");
        assert_eq!(std::fs::read_dir(arriving).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn what_goes_wrong_with_a_bucket_is_told_without_secrets() {
    let (bucket, folder) = (Bucket::open().await, tempfile::tempdir().unwrap());
    let with = |name: &'static str, value: &str| {
        let own = bucket.settings().into_iter().map(|(known, old)| {
            (known, if known.ends_with(name) { value.to_owned() } else { old })
        });
        open(&folder, &own.collect::<Vec<_>>())
    };
    for (vault, word) in [
        (with("SECRET_KEY", "wrong"), "403 SignatureDoesNotMatch"),
        (with("REGION", "us-east-1"), "403 SignatureDoesNotMatch"),
        (with("STORE", "s3://other"), "404 NoSuchBucket"),
        (with("ENDPOINT", "http://127.0.0.1:1"), "refused"),
    ] {
        let errors = [
            vault.probe().await.unwrap_err(),
            keep(vault.as_ref(), "attachment_0a", b"seen").await.unwrap_err(),
            read(vault.as_ref(), "attachment_0a", b"seen").await.unwrap_err(),
            vault.discard("c", "attachment_0a").await.unwrap_err(),
        ];
        for error in errors {
            assert_ne!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
            assert!(error.to_string().contains(word), "{error}");
            assert!(!tells_a_secret(&format!("{error:?} {error}")), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_bucket_that_garbles_or_breaks_off_is_found_out() {
    let (bucket, folder) = (Bucket::open().await, tempfile::tempdir().unwrap());
    let vault = open(&folder, &bucket.settings());
    bucket.becomes(Mood::Garbling);
    let error = keep(vault.as_ref(), "attachment_0a", b"seen").await.unwrap_err();
    assert!(error.to_string().contains("BadDigest"), "{error}");
    bucket.becomes(Mood::Fine);
    keep(vault.as_ref(), "attachment_0a", b"seen").await.unwrap();
    bucket.becomes(Mood::Breaking);
    assert!(read(vault.as_ref(), "attachment_0a", b"seen").await.is_err());
}
