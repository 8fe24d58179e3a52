//! Rows of .csv: UTF-8 with and without its mark, UTF-16, GB 18030; commas, tabs, semicolons, bars.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8};

use super::{Bounded, Head};
use crate::{
    cells::{Cell, Row},
    options::Limits,
    refused::Refused,
    source::Loaded,
};

/// Line breaks in one cell; more are the rest of a file behind a quotation mark that nobody closed.
const MAX_BREAKS: usize = 40;

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
    let mut lines = Lines { text: &text, ..Lines::default() };
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| Refused::Damaged(error.to_string()))? {
        let number = lines.row_of(&record);
        if record.iter().any(|field| field.matches('\n').count() > MAX_BREAKS) {
            let row = format!("row {number}: a quotation mark is not closed");
            return Err(Refused::Damaged(row));
        }
        let cells = record.iter().take(limits.columns).map(cell).collect();
        sink.row(Row { number, cells })?;
    }
    sink.end();
    Ok(())
}

/// A cell without the signs that keep a spreadsheet from making a number or a date of it: WeChat
/// writes `` `100.50``, others `="0301"`.
fn cell(field: &str) -> Cell {
    let bare = field.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
    Cell::text(bare.or_else(|| field.strip_prefix('`')).unwrap_or(field))
}

/// Counts rows as Excel does: empty lines are rows, but a line break inside of quotes is none.
#[derive(Default)]
struct Lines<'a> {
    text: &'a str,
    counted: usize,
    breaks: usize,
    inside: usize,
}

impl Lines<'_> {
    fn row_of(&mut self, record: &csv::StringRecord) -> u32 {
        let start = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(0);
        // The reader passes the breaks before a record, and empty lines, with the record.
        let ahead = self.text.get(start..).unwrap_or_default();
        let content = start + (ahead.len() - ahead.trim_start_matches(['\r', '\n']).len());
        let passed = self.text.as_bytes().get(self.counted..content).unwrap_or_default();
        self.breaks += passed.iter().filter(|byte| **byte == b'\n').count();
        self.counted = content;
        let row = self.breaks - self.inside + 1;
        self.inside += record.iter().map(|field| field.matches('\n').count()).sum::<usize>();
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
    [b',', b'\t', b';', b'|']
        .into_iter()
        .rev()
        .max_by_key(|delimiter| count(*delimiter))
        .unwrap_or(b',')
}
