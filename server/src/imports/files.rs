//! The bytes of a run's files: on their way in, and in the database, encrypted when there is a key.

use std::{io::Cursor, sync::Arc};

use sea_orm::{ConnectionTrait, FromQueryResult};
use tempfile::NamedTempFile;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::kernel::{
    Failure, Work,
    ids::{ImportId, OrganizationId},
    secrets::{self, Keyring},
    sql::Sql,
};

/// Bytes of a file in one row.
const PART: usize = 1024 * 1024;
/// Parts that are encrypted anew in one transaction.
const RESEALED: i64 = 8;

/// A file as it was brought.
pub struct Brought {
    /// Its name without folders.
    pub name: String,
    /// How many bytes.
    pub size: u64,
    /// Its bytes.
    pub content: Content,
}

/// Where the bytes of a file are before the database has them.
pub enum Content {
    /// In memory.
    Memory(Arc<Vec<u8>>),
    /// In a file that goes when this is dropped.
    Disk(NamedTempFile),
}

impl Content {
    fn open(&self) -> Result<Box<dyn AsyncRead + Send + Unpin + '_>, Failure> {
        Ok(match self {
            Self::Memory(bytes) => Box::new(Cursor::new(bytes.as_slice())),
            Self::Disk(file) => {
                let file = file.reopen().map_err(|e| Failure::broken("upload", e))?;
                Box::new(tokio::fs::File::from_std(file))
            }
        })
    }
}

/// Which part of which file; a part that is copied elsewhere does not open.
#[derive(Clone, Copy)]
struct Part {
    organization: OrganizationId,
    import: ImportId,
    ordinal: i64,
    part: i64,
}

impl Part {
    fn place(self) -> Vec<u8> {
        let of = [self.organization.into(), self.import.into()];
        secrets::place(of, &[self.ordinal, self.part])
    }
}

/// Keeps a file, a part at a time: no more of it is in memory.
pub(super) async fn put(
    work: &Work,
    (import, ordinal): (ImportId, i64),
    (file, keyring): (&Brought, &Keyring),
) -> Result<(), Failure> {
    let place = [work.organization().into(), import.into(), ordinal.into()];
    let size = i64::try_from(file.size).unwrap_or(i64::MAX);
    let text = "INSERT INTO import_file (organization_id, import_id, ordinal, name, size) VALUES ($1, $2, $3, $4, $5)";
    let values = place.clone().into_iter().chain([file.name.clone().into(), size.into()]);
    Sql::new(text, values).run(work.conn()).await?;
    let mut content = file.content.open()?;
    for part in 0.. {
        let mut bytes = Vec::new();
        let mut own = (&mut content).take(u64::try_from(PART).unwrap_or(u64::MAX));
        own.read_to_end(&mut bytes).await.map_err(|e| Failure::broken("upload", e))?;
        if bytes.is_empty() {
            break;
        }
        let at = Part { organization: work.organization(), import, ordinal, part };
        let (key, bytes) = match keyring.current() {
            Some(_) => keyring.seal_bytes(&bytes, &at.place()).map(|(key, text)| (Some(key), text)),
            None => Ok((None, bytes)),
        }?;
        let text = "INSERT INTO import_part (organization_id, import_id, ordinal, part, content, key_name) \
             VALUES ($1, $2, $3, $4, $5, $6)";
        let values = place.clone().into_iter().chain([part.into(), bytes.into(), key.into()]);
        Sql::new(text, values).run(work.conn()).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Row {
    content: Vec<u8>,
    key_name: Option<String>,
}

impl Row {
    fn open(self, at: Part, keyring: &Keyring) -> Result<Vec<u8>, Failure> {
        match self.key_name {
            Some(key) => keyring.open_bytes((&key, &self.content), &at.place()),
            None => Ok(self.content),
        }
    }
}

/// The bytes of a file.
pub(super) async fn read(
    conn: &impl ConnectionTrait,
    (organization, import, ordinal): (OrganizationId, ImportId, i64),
    keyring: &Keyring,
) -> Result<Vec<u8>, Failure> {
    let text = "SELECT content, key_name FROM import_part WHERE organization_id = $1 AND import_id = $2 \
         AND ordinal = $3 AND part = $4";
    let mut bytes = Vec::new();
    for part in 0_i64.. {
        let values = [organization.into(), import.into(), ordinal.into(), part.into()];
        let Some(row) = Sql::new(text, values).one::<Row>(conn).await? else { break };
        let at = Part { organization, import, ordinal, part };
        bytes.extend(row.open(at, keyring)?);
    }
    Ok(bytes)
}

/// Encrypts the next parts of files with the key for writing; answers how many there were.
pub async fn rotate(work: &Work, keyring: &Keyring) -> Result<usize, Failure> {
    #[derive(FromQueryResult)]
    struct Old {
        import_id: ImportId,
        ordinal: i64,
        part: i64,
        content: Vec<u8>,
        key_name: Option<String>,
    }
    let Some(key) = keyring.current() else { return Ok(0) };
    let text = "SELECT import_id, ordinal, part, content, key_name FROM import_part WHERE organization_id = $1 \
         AND (key_name IS NULL OR key_name <> $2) ORDER BY import_id, ordinal, part LIMIT $3";
    let values = [work.organization().into(), key.into(), RESEALED.into()];
    let rows: Vec<Old> = Sql::new(text, values).all(work.conn()).await?;
    let count = rows.len();
    for old in rows {
        let Old { import_id: import, ordinal, part, content, key_name } = old;
        let at = Part { organization: work.organization(), import, ordinal, part };
        let bytes = Row { content, key_name }.open(at, keyring)?;
        let (key, bytes) = keyring.seal_bytes(&bytes, &at.place())?;
        let text = "UPDATE import_part SET content = $5, key_name = $6 \
             WHERE organization_id = $1 AND import_id = $2 AND ordinal = $3 AND part = $4";
        let place = [work.organization().into(), import.into(), ordinal.into(), part.into()];
        let values = place.into_iter().chain([bytes.into(), key.into()]);
        Sql::new(text, values).run(work.conn()).await?;
    }
    Ok(count)
}
