//! Where the bytes of attachments lie. A vault is anything that can keep a file under a key and give it back: a folder
//! here; an object store would be another.

use std::{
    fs, io,
    path::{Path, PathBuf},
    pin::Pin,
    time::Duration,
};

use async_trait::async_trait;
use tempfile::NamedTempFile;
use tokio::io::AsyncRead;

/// The bytes of a file, as they are read.
pub type Bytes = Pin<Box<dyn AsyncRead + Send>>;

/// Files that are still on their way after this long were left by a process that died.
const LONG_ENOUGH: Duration = Duration::from_secs(24 * 3600);

/// Under which a file is kept: a folder of its own per attachment, in it the print of the content. So two who send one
/// attachment at once never write into each other's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The company.
    pub company: String,
    /// The attachment.
    pub attachment: String,
    /// SHA-256 of the content, hex.
    pub print: String,
}

/// Keeps files.
#[async_trait]
pub trait Vault: Send + Sync + 'static {
    /// A place for a file that is still arriving; it is gone when it is dropped.
    fn incoming(&self) -> io::Result<NamedTempFile>;
    /// Keeps a file that has arrived; the same again changes nothing.
    async fn keep(&self, key: &Key, file: NamedTempFile) -> io::Result<()>;
    /// Reads a file.
    async fn read(&self, key: &Key) -> io::Result<Bytes>;
    /// Throws away all that is kept of an attachment; what is not there is no error.
    async fn discard(&self, company: &str, attachment: &str) -> io::Result<()>;
}

/// A folder. Replicas share it, by a network file system if they run on several machines.
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// Takes a folder, which is made with the first file, and clears what dead processes left on its way.
    pub fn open(folder: &Path) -> Self {
        let files = Self { folder: folder.to_owned() };
        for entry in fs::read_dir(files.arriving()).into_iter().flatten().flatten() {
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            let age = modified.ok().and_then(|moment| moment.elapsed().ok());
            if age.is_some_and(|age| age > LONG_ENOUGH) {
                drop(fs::remove_file(entry.path()));
            }
        }
        files
    }

    fn arriving(&self) -> PathBuf {
        self.folder.join("arriving")
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
        fs::create_dir_all(self.arriving())?;
        NamedTempFile::new_in(self.arriving())
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
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use tokio::io::AsyncReadExt as _;

    use super::*;

    fn key() -> Key {
        Key {
            company: "c".to_owned(),
            attachment: "attachment_0a".to_owned(),
            print: "p".to_owned(),
        }
    }

    #[tokio::test]
    async fn what_is_kept_is_read_and_gone_when_it_is_thrown_away() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Files::open(&folder.path().join("vault"));
        for _ in 0..2 {
            let mut file = vault.incoming().unwrap();
            file.write_all(b"seen").unwrap();
            vault.keep(&key(), file).await.unwrap();
        }
        let mut text = String::new();
        vault.read(&key()).await.unwrap().read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "seen");
        for _ in 0..2 {
            vault.discard("c", "attachment_0a").await.unwrap();
        }
        assert!(vault.read(&key()).await.is_err());
    }

    #[test]
    fn a_file_that_did_not_arrive_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Files::open(folder.path());
        drop(vault.incoming().unwrap());
        assert_eq!(fs::read_dir(folder.path().join("arriving")).unwrap().count(), 0);
    }
}
