//! Rows of .csv: UTF-8 with and without its mark, UTF-16, GB 18030; commas, tabs, semicolons.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8};

use super::{Bounded, Head};
use crate::{
    cells::{Cell, Row},
    options::Limits,
    refused::Refused,
    source::Loaded,
};

/// Hands every row to the sink, as one sheet with the file's name.
///
/// # Errors
/// When the encoding is unknown or there are too many rows.
pub(super) fn each_row(
    file: &Loaded<'_>,
    limits: &Limits,
    sink: &mut Bounded<'_>,
) -> Result<(), Refused> {
    let text = decode(&file.bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    if !sink.begin(Head { name: file.name.clone(), ..Head::default() }) {
        return Ok(());
    }
    let mut breaks = Breaks::default();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| Refused::Damaged(error.to_string()))? {
        let number = breaks.row_of(&record);
        let cells = record.iter().take(limits.columns).map(Cell::text).collect();
        sink.row(Row { number, cells })?;
    }
    sink.end();
    Ok(())
}

/// Turns lines of text into rows as Excel counts them: a line break inside of quotes begins a
/// new line but no new row.
#[derive(Default)]
struct Breaks {
    inside: u64,
}

impl Breaks {
    fn row_of(&mut self, record: &csv::StringRecord) -> u32 {
        let line = record.position().map_or(1, csv::Position::line);
        let row = line.saturating_sub(self.inside);
        self.inside += record.iter().map(|field| field.matches('\n').count() as u64).sum::<u64>();
        u32::try_from(row).unwrap_or(u32::MAX)
    }
}

/// A mark at the beginning decides; then whatever is valid UTF-8 is; else it is what Excel
/// saves in China.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Refused> {
    let encoding = Encoding::for_bom(bytes).map_or_else(
        || if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { GB18030 },
        |(encoding, _)| encoding,
    );
    let (text, _, broken) = encoding.decode(bytes);
    if broken || text.contains('\0') { Err(Refused::Encoding) } else { Ok(text) }
}

/// The separator that stands most often in the first lines.
fn delimiter(text: &str) -> u8 {
    let count = |delimiter: u8| {
        let sign = char::from(delimiter);
        text.lines().take(20).map(|line| line.matches(sign).count()).sum::<usize>()
    };
    [b',', b'\t', b';'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}
