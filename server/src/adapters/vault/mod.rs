//! Where the bytes of attachments lie. A vault is anything that can keep a file under a key and give it back: a folder
//! ([`Files`]) or a bucket of an object store ([`S3`]), as the settings say.

mod files;
mod s3;

use std::{
    fs, io,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use tempfile::NamedTempFile;
use tokio::io::AsyncRead;

pub use self::{
    files::Files,
    s3::{Place, S3},
};
use crate::config::AttachmentSettings;

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

/// Keeps files. Its errors say what went wrong and name no secret; only what is not there is `NotFound`.
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
    /// Whether it could keep something just now.
    async fn probe(&self) -> io::Result<()>;
}

/// The vault of the settings. Nobody is asked yet whether it answers: a store that is away holds up no start.
pub fn open(settings: &AttachmentSettings) -> io::Result<Arc<dyn Vault>> {
    Ok(match Place::of(settings).map_err(io::Error::other)? {
        Some(place) => Arc::new(S3::open(place, &settings.folder)?),
        None => Arc::new(Files::open(&settings.folder)),
    })
}

/// The folder of files that are still arriving, whatever keeps them afterwards.
struct Arriving {
    folder: PathBuf,
}

impl Arriving {
    /// In the folder of the settings; clears what dead processes left on its way.
    fn open(folder: &Path) -> Self {
        let arriving = Self { folder: folder.join("arriving") };
        for entry in fs::read_dir(&arriving.folder).into_iter().flatten().flatten() {
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            let age = modified.ok().and_then(|moment| moment.elapsed().ok());
            if age.is_some_and(|age| age > LONG_ENOUGH) {
                drop(fs::remove_file(entry.path()));
            }
        }
        arriving
    }

    fn file(&self) -> io::Result<NamedTempFile> {
        fs::create_dir_all(&self.folder)?;
        NamedTempFile::new_in(&self.folder)
    }
}
