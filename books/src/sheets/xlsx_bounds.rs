//! Looks through the zip of an .xlsx before anything is built from it.

use std::io::{Cursor, Read};

use zip::{ZipArchive, result::ZipError};

use crate::{options::Limits, refused::Refused};

/// A workbook of an office has some dozens of parts.
const MAX_PARTS: usize = 2_000;

/// Excel ends a cell at 32,767 characters; a longer stretch without any tag is not Excel's, and
/// would be held in memory whole.
const MAX_STRETCH: usize = 1 << 20;

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
    let mut total = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(refused)?;
        if part.size() > limits.part_bytes {
            return Err(too_large("sheet", limits.part_bytes));
        }
        let is_xml = part.name().is_ok_and(|name| is_xml(&name));
        total += count(&mut part, limits.part_bytes, is_xml)?;
        if total > limits.total_bytes {
            return Err(too_large("workbook", limits.total_bytes));
        }
    }
    Ok(())
}

fn is_xml(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".xml", ".rels", ".vml"].iter().any(|extension| name.ends_with(extension))
}

/// How many bytes come out of a part, stopping soon after the limit.
fn count(part: &mut impl Read, limit: u64, is_xml: bool) -> Result<u64, Refused> {
    let mut buffer = vec![0; 64 * 1024];
    let (mut total, mut stretch) = (0_u64, 0_usize);
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
        stretch = match chunk.iter().rposition(|byte| *byte == b'<') {
            Some(at) => chunk.len() - at,
            None => stretch + chunk.len(),
        };
        if is_xml && stretch > MAX_STRETCH {
            return Err(Refused::TooLarge { what: "cell", limit: "1 MB".to_owned() });
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
