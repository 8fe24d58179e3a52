//! A folder as a vault.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use tempfile::NamedTempFile;

use super::{Arriving, Bytes, Key, Vault};

/// A folder. Replicas share it, by a network file system if they run on several machines.
pub struct Files {
    folder: PathBuf,
    arriving: Arriving,
}

impl Files {
    /// Takes a folder, which is made with the first file.
    pub fn open(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), arriving: Arriving::open(folder) }
    }

    /// Spread over folders by the end of the id: its beginning is a time, its end is chance.
    fn place(&self, company: &str, attachment: &str) -> PathBuf {
        let start = attachment.len().saturating_sub(2);
        let spread = attachment.get(start..).unwrap_or_default();
        self.folder.join(company).join(spread).join(attachment)
    }
}

#[async_trait]
impl Vault for Files {
    fn incoming(&self) -> io::Result<NamedTempFile> {
        self.arriving.file()
    }

    async fn keep(&self, key: &Key, file: NamedTempFile) -> io::Result<()> {
        let place = self.place(&key.company, &key.attachment);
        let path = place.join(&key.print);
        let kept = tokio::task::spawn_blocking(move || {
            file.as_file().sync_all()?;
            fs::create_dir_all(&place)?;
            file.persist(path).map_err(|e| e.error)?;
            // The new name is a change of the folder, which is written by itself.
            fs::File::open(&place)?.sync_all()
        });
        kept.await.map_err(io::Error::other)?
    }

    async fn read(&self, key: &Key) -> io::Result<Bytes> {
        let path = self.place(&key.company, &key.attachment).join(&key.print);
        Ok(Box::pin(tokio::fs::File::open(path).await?))
    }

    async fn discard(&self, company: &str, attachment: &str) -> io::Result<()> {
        match tokio::fs::remove_dir_all(self.place(company, attachment)).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    async fn probe(&self) -> io::Result<()> {
        self.incoming().map(drop)
    }
}
