//! Where a book comes from, and what kind of file it is.

use std::{
    borrow::Cow,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use crate::{options::Limits, refused::Refused};

/// A file to read.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// On disk.
    Path(&'a Path),
    /// In memory, as it was sent.
    Bytes {
        /// Its name, for the extension; folders in it are left off.
        name: &'a str,
        /// Its content.
        bytes: &'a [u8],
    },
}

impl<'a> From<&'a Path> for Source<'a> {
    fn from(path: &'a Path) -> Self {
        Self::Path(path)
    }
}

impl<'a> From<&'a PathBuf> for Source<'a> {
    fn from(path: &'a PathBuf) -> Self {
        Self::Path(path)
    }
}

/// Kinds of file that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A zip of XML parts: .xlsx, .xlsm.
    Xlsx,
    /// The compound file of old: .xls.
    Xls,
    /// Text with separators: .csv, .txt.
    Csv,
}

/// A file in memory, its kind agreed between name and content.
#[derive(Debug)]
pub(crate) struct Loaded<'a> {
    /// File name without folders.
    pub(crate) name: String,
    /// Content.
    pub(crate) bytes: Cow<'a, [u8]>,
    /// Kind.
    pub(crate) kind: Kind,
}

/// Brings the file into memory and looks at its first bytes.
///
/// # Errors
/// When it is too large, empty, of another kind, or of another kind than its name says.
pub(crate) fn load<'a>(source: Source<'a>, limits: &Limits) -> Result<Loaded<'a>, Refused> {
    let (path, bytes) = match source {
        Source::Path(path) => (path, Cow::Owned(read_file(path, limits)?)),
        Source::Bytes { name, bytes } => (Path::new(name), Cow::Borrowed(bytes)),
    };
    if bytes.len() as u64 > limits.file_bytes {
        return Err(too_large(limits));
    }
    if bytes.is_empty() {
        return Err(Refused::Empty);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let kind = agreed_kind(&extension, &bytes)?;
    Ok(Loaded { name, bytes, kind })
}

fn read_file(path: &Path, limits: &Limits) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limits.file_bytes + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn too_large(limits: &Limits) -> Refused {
    Refused::TooLarge { what: "file", limit: format!("{} MB", limits.file_bytes >> 20) }
}

fn agreed_kind(extension: &str, bytes: &[u8]) -> Result<Kind, Refused> {
    let (content, holds) = content_kind(bytes);
    let named = match extension {
        "xlsx" | "xlsm" => Kind::Xlsx,
        "xls" => Kind::Xls,
        "csv" | "txt" => Kind::Csv,
        _ => return Err(Refused::WrongKind),
    };
    match content {
        Some(content) if content == named => Ok(content),
        // An .xlsx with a password is a compound file that holds the encrypted zip.
        Some(Kind::Xls) if named == Kind::Xlsx && is_encrypted(bytes) => Err(Refused::Password),
        None if holds.is_empty() => Err(Refused::WrongKind),
        _ => Err(Refused::WrongExtension { named: format!(".{extension}"), holds }),
    }
}

/// Whether a compound file holds an encrypted package; its directory names are UTF-16.
pub(crate) fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

/// The kind that the first bytes tell, and its name in words; no kind for HTML, which some
/// systems save under .xls, and for other binary files.
fn content_kind(bytes: &[u8]) -> (Option<Kind>, &'static str) {
    const ZIP: &[u8] = b"PK\x03\x04";
    const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let utf16 = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    if head.starts_with(ZIP) {
        (Some(Kind::Xlsx), ".xlsx")
    } else if head.starts_with(COMPOUND) {
        (Some(Kind::Xls), ".xls")
    } else if is_markup(head) {
        (None, "HTML / XML")
    } else if head.contains(&0) && !utf16 || head.starts_with(b"%PDF") {
        (None, "")
    } else {
        (Some(Kind::Csv), ".csv")
    }
}

fn is_markup(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).to_lowercase();
    let text = text.trim_start_matches(['\u{FEFF}', ' ', '\r', '\n', '\t']);
    ["<html", "<!doctype", "<?xml", "<table", "<meta", "<head"]
        .iter()
        .any(|tag| text.starts_with(tag))
}
