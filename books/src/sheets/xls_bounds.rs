//! Looks through an .xls before anything is built from it.

use std::{
    collections::HashSet,
    io::{Cursor, Read, Write},
};

use super::{
    percents::{self, Places},
    xls_percents::{self, Formats},
    xls_records::{Record, Records},
    xls_strings,
};
use crate::{options::Limits, refused::Refused, source};

/// The reader lays a sheet out as a full rectangle, so two far corners are enough to ask for
/// thousands of millions of cells. All rectangles together stay below this.
const MAX_AREA: u64 = 3_000_000;

/// Sheets may share their bytes, so the records that are looked at are counted too.
const MAX_RECORDS: usize = 20_000_000;

/// A workbook of an office has some dozens of sheets.
const MAX_SHEETS: usize = 256;

/// A workbook that may be read.
pub(super) struct Checked {
    /// The workbook in a container of its own: the one that came may be damaged in ways that the
    /// reader behind does not survive, while this one is written here.
    pub(super) bytes: Vec<u8>,
    /// The percentages of each sheet.
    pub(super) percents: Vec<Places>,
}

/// Looks through a workbook.
///
/// # Errors
/// When it is protected by a password, too large, damaged, or no workbook.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<Checked, Refused> {
    if source::is_encrypted(bytes) {
        return Err(Refused::Password);
    }
    let mut stream = workbook_stream(bytes, limits)?;
    let mut survey = Survey { left: MAX_RECORDS, ..Survey::default() };
    survey.globals(&stream)?;
    for offset in survey.sheets.clone() {
        survey.sheet(&stream, offset);
        survey.check(limits)?;
    }
    for at in survey.formulas {
        // No length, no formula: only its stored value is read, and its text need not be built.
        if let Some(length) = stream.get_mut(at..at + 2) {
            length.fill(0);
        }
    }
    for at in survey.dimensions {
        // The reader makes room for what a sheet declares; without it, for what there is.
        if let Some(kind) = stream.get_mut(at..at + 2) {
            kind.copy_from_slice(&Record::BLANK.to_le_bytes());
        }
    }
    Ok(Checked { bytes: repack(&stream)?, percents: survey.percents })
}

fn workbook_stream(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Refused> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let path = ["/Workbook", "/WORKBOOK", "/Book", "/BOOK"]
        .into_iter()
        .find(|path| file.is_stream(path))
        .ok_or(Refused::WrongKind)?;
    let mut stream = Vec::new();
    let workbook = file.open_stream(path).map_err(damaged)?;
    workbook.take(limits.file_bytes).read_to_end(&mut stream).map_err(damaged)?;
    Ok(stream)
}

fn repack(stream: &[u8]) -> Result<Vec<u8>, Refused> {
    let room = Cursor::new(Vec::with_capacity(stream.len() + 64 * 1024));
    let mut file =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, room).map_err(damaged)?;
    let mut workbook = file.create_stream("/Workbook").map_err(damaged)?;
    workbook.write_all(stream).map_err(damaged)?;
    workbook.flush().map_err(damaged)?;
    drop(workbook);
    file.flush().map_err(damaged)?;
    Ok(file.into_inner().into_inner())
}

/// What the records of a workbook come to.
#[derive(Default)]
struct Survey {
    /// Records that may still be looked at.
    left: usize,
    /// Where the sheets begin.
    sheets: Vec<usize>,
    /// Lengths of the shared strings.
    strings: Vec<u32>,
    /// Cells of the rectangles.
    area: u64,
    /// Bytes of text in cells that share it.
    text: u64,
    /// Places of the lengths of formulas.
    formulas: Vec<usize>,
    /// Places of the declared sizes of sheets.
    dimensions: Vec<usize>,
    /// Cell formats that show percentages.
    percent_formats: HashSet<u16>,
    /// The cells of each sheet that have one of them.
    percents: Vec<Places>,
}

impl Survey {
    fn globals(&mut self, stream: &[u8]) -> Result<(), Refused> {
        let mut table: Vec<&[u8]> = Vec::new();
        let mut in_table = false;
        let mut formats = Formats::default();
        for record in Records::new(stream, 0, &mut self.left) {
            formats.take(&record);
            in_table = match record.kind {
                Record::FILE_PASS => return Err(Refused::Password),
                Record::SHARED_STRINGS => true,
                Record::CONTINUE => in_table,
                _ => false,
            };
            if in_table {
                table.push(record.data);
            } else if record.kind == Record::BOUND_SHEET {
                let high = usize::from(record.number(2)) << 16;
                self.sheets.push(usize::from(record.number(0)) | high);
            } else if record.kind == Record::END {
                break;
            }
        }
        self.strings = xls_strings::lengths(&table);
        self.percent_formats = formats.percents();
        Ok(())
    }

    /// The records of a sheet up to the end of the stream: where the reader takes it to end is
    /// its own affair.
    fn sheet(&mut self, stream: &[u8], offset: usize) {
        let (mut rows, mut columns, mut depth) = (0, 0, 0_usize);
        let mut percents = Places::new();
        for record in Records::new(stream, offset, &mut self.left) {
            match record.kind {
                Record::BEGIN => depth += 1,
                Record::END if depth <= 1 => break,
                Record::END => depth -= 1,
                Record::DIMENSIONS => self.dimensions.push(record.at),
                Record::FORMULA => self.formulas.push(record.at + 4 + 20),
                Record::LABEL_SST => {
                    let index = usize::from(record.number(6)) | usize::from(record.number(8)) << 16;
                    self.text += self.strings.get(index).copied().map_or(0, u64::from);
                }
                _ => {}
            }
            // What is deeper is the cells of a chart.
            if depth <= 1 {
                xls_percents::find(&record, &self.percent_formats, &mut percents);
            }
            if record.is_cell() {
                rows = rows.max(u64::from(record.number(0)) + 1);
                columns = columns.max(u64::from(record.number(2)) + 1).max(record.last_column());
            }
        }
        self.area += rows * columns;
        self.percents.push(percents);
    }

    fn check(&self, limits: &Limits) -> Result<(), Refused> {
        self.percents.last().map_or(Ok(()), percents::check)?;
        let too_large = |what, limit: String| Err(Refused::TooLarge { what, limit });
        if self.sheets.len() > MAX_SHEETS {
            return too_large("sheets", MAX_SHEETS.to_string());
        }
        if self.left == 0 {
            return too_large("records", MAX_RECORDS.to_string());
        }
        if self.area > MAX_AREA {
            return too_large("cells", MAX_AREA.to_string());
        }
        if self.text > limits.text_bytes {
            return too_large("text", format!("{} MB", limits.text_bytes >> 20));
        }
        Ok(())
    }
}

fn damaged(error: std::io::Error) -> Refused {
    Refused::Damaged(error.to_string())
}
