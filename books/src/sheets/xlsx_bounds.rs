//! Looks through the zip of an .xlsx before anything is built from it.

use std::io::{Cursor, Read};

use zip::{ZipArchive, result::ZipError};

use super::xlsx_tags::Tags;
use crate::{options::Limits, refused::Refused};

/// A workbook of an office has some dozens of parts.
const MAX_PARTS: usize = 2_000;

/// Inflates every part once, to nowhere, and counts. The sizes that the directory gives are
/// looked at first, because they are free, but only what comes out counts: a directory can lie.
///
/// # Errors
/// When the file is too large inflated, damaged, encrypted, or no workbook.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<(), Refused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(refused)?;
    if archive.len() > MAX_PARTS {
        return Err(Refused::TooLarge { what: "parts", limit: MAX_PARTS.to_string() });
    }
    let is_contents = |name: &str| name.eq_ignore_ascii_case("[Content_Types].xml");
    if !archive.file_names().any(|name| name.is_ok_and(|name| is_contents(&name))) {
        return Err(Refused::WrongKind);
    }
    let declared = archive.decompressed_size().unwrap_or(0);
    if declared > u128::from(limits.total_bytes) {
        return Err(too_large("workbook", limits.total_bytes));
    }
    let (mut total, mut tags) = (0, Tags::default());
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(refused)?;
        if part.size() > limits.part_bytes {
            return Err(too_large("sheet", limits.part_bytes));
        }
        let is_xml = part.name().is_ok_and(|name| is_xml(&name));
        tags.begin();
        total += count(&mut part, limits.part_bytes, is_xml.then_some(&mut tags))?;
        if total > limits.total_bytes {
            return Err(too_large("workbook", limits.total_bytes));
        }
    }
    Ok(())
}

/// Pictures and fonts are no text; whatever else a part is named, the reader may take it for XML.
fn is_xml(name: &str) -> bool {
    const BINARY: [&str; 10] =
        [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf", ".tiff", ".bin", ".odttf"];
    let name = name.to_ascii_lowercase();
    !BINARY.iter().any(|extension| name.ends_with(extension))
}

/// How many bytes come out of a part, stopping soon after the limit.
fn count(part: &mut impl Read, limit: u64, mut tags: Option<&mut Tags>) -> Result<u64, Refused> {
    let mut buffer = vec![0; 64 * 1024];
    let mut total = 0_u64;
    loop {
        let read = part.read(&mut buffer).map_err(|error| Refused::Damaged(error.to_string()))?;
        let chunk = buffer.get(..read).unwrap_or_default();
        if chunk.is_empty() {
            return Ok(total);
        }
        total += chunk.len() as u64;
        if total > limit {
            return Err(too_large("sheet", limit));
        }
        if let Some(tags) = &mut tags {
            tags.take(chunk)?;
        }
    }
}

fn too_large(what: &'static str, limit: u64) -> Refused {
    Refused::TooLarge { what, limit: format!("{} MB", limit >> 20) }
}

fn refused(error: ZipError) -> Refused {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Refused::Password,
        error => Refused::Damaged(error.to_string()),
    }
}
