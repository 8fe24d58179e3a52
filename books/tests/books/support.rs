//! The books of the tests, and what they must come to.

use std::{
    io::{Cursor, Read, Write},
    path::PathBuf,
};

use chrono::NaiveDate;
use guanjia_books::{Book, Options, Refused, Severity, Source, read};
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// What stands beside a book as `.totals.json`.
pub(crate) struct Totals {
    pub(crate) units: usize,
    pub(crate) owners: usize,
    pub(crate) charges_due: usize,
    pub(crate) charged_fen: i64,
    pub(crate) paid_fen: i64,
    pub(crate) payments: usize,
    pub(crate) arrears_fen: i64,
    pub(crate) as_of: String,
}

/// A book of ours.
pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/data/books").join(name)
}

/// What a book must come to.
pub(crate) fn totals(name: &str) -> Totals {
    let text = std::fs::read_to_string(path(&format!("{name}.totals.json"))).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let number = |key: &str| json[key].as_i64().unwrap();
    let count = |key: &str| usize::try_from(number(key)).unwrap();
    Totals {
        units: count("units"),
        owners: count("owners"),
        charges_due: count("charges_due"),
        charged_fen: number("charged_fen"),
        paid_fen: number("paid_fen"),
        payments: count("payments"),
        arrears_fen: number("arrears_fen"),
        as_of: json["as_of"].as_str().unwrap().to_owned(),
    }
}

/// A value to put into a cell.
#[derive(Debug, Clone, Copy)]
pub(crate) enum V {
    /// Text.
    T(&'static str),
    /// A number.
    N(f64),
    /// A number shown as a date.
    D(i32, u32, u32),
    /// Nothing.
    E,
}

/// One row of texts.
pub(crate) fn texts<const N: usize>(row: [&'static str; N]) -> Vec<V> {
    row.into_iter().map(|text| if text.is_empty() { V::E } else { V::T(text) }).collect()
}

/// A worksheet with rows from the first one on.
pub(crate) fn sheet(name: &str, rows: &[Vec<V>]) -> Worksheet {
    let mut sheet = Worksheet::new();
    sheet.set_name(name).unwrap();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for (row, values) in (0..).zip(rows) {
        for (column, value) in (0..).zip(values) {
            match value {
                V::T(text) => sheet.write(row, column, *text).unwrap(),
                V::N(number) => sheet.write(row, column, *number).unwrap(),
                V::D(y, m, d) => {
                    let date = NaiveDate::from_ymd_opt(*y, *m, *d).unwrap();
                    sheet.write_with_format(row, column, &date, &day).unwrap()
                }
                V::E => &mut sheet,
            };
        }
    }
    sheet
}

/// A workbook of these sheets, as bytes.
pub(crate) fn workbook(sheets: Vec<Worksheet>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for sheet in sheets {
        workbook.push_worksheet(sheet);
    }
    workbook.save_to_buffer().unwrap()
}

/// Reads bytes under a name, with the usual options.
pub(crate) fn read_as(name: &str, bytes: &[u8]) -> Result<Book, Refused> {
    read(Source::Bytes { name, bytes }, &Options::default())
}

/// Reads a workbook of one sheet.
pub(crate) fn read_rows(rows: &[Vec<V>]) -> Book {
    read_as("book.xlsx", &workbook(vec![sheet("表", rows)])).unwrap()
}

/// The codes of the problems that are more than notes.
pub(crate) fn codes(book: &Book) -> Vec<&'static str> {
    let grave = book.problems.iter().filter(|problem| problem.severity > Severity::Note);
    grave.map(|problem| problem.code).collect()
}

/// The workbook with one text of its first sheet's part replaced.
pub(crate) fn replaced(workbook: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut copy = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            assert!(text.contains(from), "{text}");
            text = text.replace(from, to);
        }
        copy.start_file(name, SimpleFileOptions::default()).unwrap();
        copy.write_all(text.as_bytes()).unwrap();
    }
    copy.finish().unwrap().into_inner()
}

/// Room, item, period, fen, fen paid.
pub(crate) fn charges(book: &Book) -> Vec<String> {
    let row = |row: &guanjia_books::ChargeRow| {
        let paid = row.paid_fen.map_or("-".to_owned(), |fen| fen.to_string());
        format!("{} {} {} {} {paid}", row.room, row.item, row.period, row.amount_fen)
    };
    book.charges.iter().map(row).collect()
}

/// Room, day, fen.
pub(crate) fn payments(book: &Book) -> Vec<String> {
    let row = |row: &guanjia_books::PaymentRow| {
        format!("{} {} {}", row.room, row.received_on, row.amount_fen)
    };
    book.payments.iter().map(row).collect()
}

/// Nothing more than notes.
pub(crate) fn clean(book: &Book) {
    assert_eq!(codes(book), [""; 0], "{:#?}", book.problems);
}
