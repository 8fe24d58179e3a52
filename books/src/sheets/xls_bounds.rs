//! Looks through an .xls before anything is built from it.

use std::io::{Cursor, Read};

use crate::{options::Limits, refused::Refused, source};

/// The reader lays a sheet out as a full rectangle, so two far corners are enough to ask for
/// thousands of millions of cells. All rectangles together stay below this.
const MAX_AREA: u64 = 3_000_000;

/// Sheets may share their bytes, so the records that are looked at are counted too.
const MAX_RECORDS: usize = 20_000_000;

/// A workbook of an office has some dozens of sheets.
const MAX_SHEETS: usize = 256;

/// Returns the workbook in a container of its own: the one that came may be damaged in ways that
/// the reader behind does not survive, while this one is written here.
///
/// # Errors
/// When it is protected by a password, too large, damaged, or no workbook.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Refused> {
    if source::is_encrypted(bytes) {
        return Err(Refused::Password);
    }
    let stream = workbook_stream(bytes, limits)?;
    let mut left = MAX_RECORDS;
    let offsets = globals(&stream, &mut left)?;
    let mut area = 0;
    for offset in offsets {
        area += sheet_area(&stream, offset, &mut left)?;
        if area > MAX_AREA {
            return Err(Refused::TooLarge { what: "cells", limit: MAX_AREA.to_string() });
        }
    }
    repack(&stream)
}

fn workbook_stream(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Refused> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let path = ["/Workbook", "/WORKBOOK", "/Book", "/BOOK"]
        .into_iter()
        .find(|path| file.is_stream(path))
        .ok_or(Refused::WrongKind)?;
    let mut stream = Vec::new();
    file.open_stream(path)
        .map_err(damaged)?
        .take(limits.file_bytes)
        .read_to_end(&mut stream)
        .map_err(damaged)?;
    Ok(stream)
}

fn repack(stream: &[u8]) -> Result<Vec<u8>, Refused> {
    let room = Cursor::new(Vec::with_capacity(stream.len() + 64 * 1024));
    let mut file =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, room).map_err(damaged)?;
    let mut workbook = file.create_stream("/Workbook").map_err(damaged)?;
    std::io::Write::write_all(&mut workbook, stream).map_err(damaged)?;
    std::io::Write::flush(&mut workbook).map_err(damaged)?;
    drop(workbook);
    file.flush().map_err(damaged)?;
    Ok(file.into_inner().into_inner())
}

/// Where the sheets begin.
fn globals(stream: &[u8], left: &mut usize) -> Result<Vec<usize>, Refused> {
    const FILE_PASS: u16 = 0x2F;
    const BOUND_SHEET: u16 = 0x85;
    let mut offsets = Vec::new();
    for record in Records::new(stream, 0, left) {
        match record.kind {
            FILE_PASS => return Err(Refused::Password),
            BOUND_SHEET => {
                let offset = u32::from(record.number(0)) | u32::from(record.number(2)) << 16;
                offsets.push(offset as usize);
            }
            _ => {}
        }
    }
    if offsets.len() > MAX_SHEETS {
        return Err(Refused::TooLarge { what: "sheets", limit: MAX_SHEETS.to_string() });
    }
    Ok(offsets)
}

/// How many cells the rectangle around the cells of a sheet has.
fn sheet_area(stream: &[u8], offset: usize, left: &mut usize) -> Result<u64, Refused> {
    let (mut rows, mut columns) = (0, 0);
    for record in Records::new(stream, offset, left).filter(|record| record.is_cell()) {
        rows = rows.max(u64::from(record.number(0)) + 1);
        columns = columns.max(u64::from(record.number(2)) + 1).max(record.last_column());
    }
    if *left == 0 {
        return Err(Refused::TooLarge { what: "records", limit: MAX_RECORDS.to_string() });
    }
    Ok(rows * columns)
}

/// One record of the stream.
struct Record<'a> {
    kind: u16,
    data: &'a [u8],
}

impl Record<'_> {
    /// Cells of every kind, also several in one record, and the text of formulas' results.
    fn is_cell(&self) -> bool {
        matches!(
            self.kind,
            0x0006 | 0x00BD | 0x00BE | 0x00D6 | 0x00FD | 0x0201..=0x0206 | 0x027E | 0x0406
        )
    }

    /// The number at a place, in the byte order of the format; 0 beyond the end.
    fn number(&self, at: usize) -> u16 {
        match self.data.get(at..at + 2) {
            Some(&[low, high]) => u16::from_le_bytes([low, high]),
            _ => 0,
        }
    }

    /// A record of several cells ends with its last column.
    fn last_column(&self) -> u64 {
        let several = matches!(self.kind, 0x00BD | 0x00BE);
        if several { u64::from(self.number(self.data.len().saturating_sub(2))) + 1 } else { 0 }
    }
}

/// The records from an offset up to the end of their part.
struct Records<'a, 'b> {
    rest: &'a [u8],
    left: &'b mut usize,
}

impl<'a, 'b> Records<'a, 'b> {
    fn new(stream: &'a [u8], offset: usize, left: &'b mut usize) -> Self {
        Self { rest: stream.get(offset..).unwrap_or_default(), left }
    }
}

impl<'a> Iterator for Records<'a, '_> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        const END: u16 = 0x0A;
        *self.left = self.left.checked_sub(1)?;
        let (&[k0, k1, l0, l1], rest) = self.rest.split_first_chunk()?;
        let kind = u16::from_le_bytes([k0, k1]);
        let (data, rest) = rest.split_at_checked(u16::from_le_bytes([l0, l1]).into())?;
        self.rest = rest;
        (kind != END).then_some(Record { kind, data })
    }
}

fn damaged(error: std::io::Error) -> Refused {
    Refused::Damaged(error.to_string())
}
