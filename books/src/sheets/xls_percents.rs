//! Which cells of an .xls are shown as percentages.

use std::collections::HashSet;

use super::{
    percents::{self, BUILT_IN, Places},
    xls_records::Record,
};

/// The version of a workbook since 1997, whose texts say how wide their characters are.
const SINCE_1997: u16 = 0x0600;

/// The formats of a workbook, as its records tell them one by one.
#[derive(Default)]
pub(super) struct Formats {
    version: u16,
    /// Numbers of formats that show percentages, beside those that every workbook has.
    codes: HashSet<u16>,
    /// Which format the cell formats use, in their order.
    cell_formats: Vec<u16>,
}

impl Formats {
    /// Takes in a record of the workbook itself; of others nothing is kept.
    pub(super) fn take(&mut self, record: &Record<'_>) {
        match record.kind {
            Record::BEGIN => self.version = record.number(0),
            Record::FORMAT if percents::is_percent(&self.code(record)) => {
                self.codes.insert(record.number(0));
            }
            // A cell names its format by a number of two bytes.
            Record::CELL_FORMAT if self.cell_formats.len() <= usize::from(u16::MAX) => {
                self.cell_formats.push(record.number(2));
            }
            _ => {}
        }
    }

    /// The text of a format.
    fn code(&self, record: &Record<'_>) -> String {
        const WIDE: u8 = 1;
        let plain = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect();
        if self.version != SINCE_1997 {
            return plain(record.data.get(3..).unwrap_or_default());
        }
        let text = record.data.get(5..).unwrap_or_default();
        if record.data.get(4).is_some_and(|flags| flags & WIDE == 0) {
            return plain(text);
        }
        let units = text.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair));
        char::decode_utf16(units).map(|char| char.unwrap_or_default()).collect()
    }

    /// Numbers of the cell formats that show percentages.
    pub(super) fn percents(&self) -> HashSet<u16> {
        let is_percent = |code: &u16| BUILT_IN.contains(code) || self.codes.contains(code);
        let numbered = (0_u16..).zip(&self.cell_formats);
        numbered.filter(|(_, code)| is_percent(code)).map(|(number, _)| number).collect()
    }
}

/// Adds the cells of a record that have one of these cell formats.
pub(super) fn find(record: &Record<'_>, formats: &HashSet<u16>, places: &mut Places) {
    let (row, first) = (record.number(0).into(), u32::from(record.number(2)));
    match record.kind {
        Record::MANY_NUMBERS => {
            // A format and a number of six bytes for each column; the last column stands behind.
            let count = record.data.len().saturating_sub(6) / 6;
            let at = |nth: usize| record.number(4 + nth * 6);
            let cells = (first..).zip((0..count).map(at));
            let found = cells.filter(|(_, format)| formats.contains(format));
            places.extend(found.map(|(column, _)| (row, column)));
        }
        Record::NUMBER | Record::SMALL_NUMBER | Record::FORMULA
            if formats.contains(&record.number(4)) =>
        {
            places.insert((row, first));
        }
        _ => {}
    }
}
