//! The format before 2007, written here record by record.

use std::io::{Cursor, Write};

use crate::support::{codes, read_as};

/// A value to put into a cell.
enum Value {
    Text(&'static str),
    Number(f64),
    /// A number and the cell format that shows it.
    Shown(f64, u16),
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

fn cell(row: u16, column: u16, value: &Value) -> Vec<u8> {
    let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
    match value {
        Value::Number(number) => cell(row, column, &Value::Shown(*number, 0)),
        Value::Shown(number, format) => {
            let format = format.to_le_bytes();
            record(0x0203, &[&place[..4], &format, &number.to_le_bytes()].concat())
        }
        Value::Text(text) => {
            let chars: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let count = u16::try_from(chars.len() / 2).unwrap().to_le_bytes();
            record(0x0204, &[&place[..], &count, &[1], &chars].concat())
        }
    }
}

/// The stream of a workbook of one sheet, of these records.
fn stream(before: &[u8], records: &[u8]) -> Vec<u8> {
    let begin = |kind: u8| record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let end = record(0x000A, &[]);
    let name = [&[0_u8, 0][..], &[1, 0], b"a"].concat();
    let head = [begin(5), before.to_vec()].concat();
    let offset = u32::try_from(head.len() + 4 + 4 + name.len() + end.len()).unwrap();
    let sheet = record(0x0085, &[&offset.to_le_bytes()[..], &name].concat());
    [head, sheet, end.clone(), begin(0x10), records.to_vec(), end].concat()
}

/// A compound file with this stream as its workbook.
pub(crate) fn compound(stream: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/Workbook").unwrap().write_all(stream).unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn book(before: &[u8], records: &[u8]) -> Vec<u8> {
    compound(&stream(before, records))
}

/// The stream of a small book without any fault.
pub(crate) fn good_stream() -> Vec<u8> {
    use Value::{Number as N, Text as T};
    let dimensions = record(0x0200, &[0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255, 0, 0, 0]);
    let cells = rows(&[
        &[T("房号"), T("账期"), T("到期日"), T("应收")],
        &[T("1栋1单元0301"), T("2026年9月"), N(46295.0), N(254.77)],
    ]);
    let strings = [&[0_u8; 8][..], &[2, 0, 0, b'a', b'b']].concat();
    stream(&record(0x00FC, &strings), &[dimensions, cells].concat())
}

/// The book of that stream.
pub(crate) fn good() -> Vec<u8> {
    compound(&good_stream())
}

fn rows(rows: &[&[Value]]) -> Vec<u8> {
    let cells = (0..).zip(rows).flat_map(|(row, values)| {
        (0..).zip(*values).flat_map(move |(column, value)| cell(row, column, value))
    });
    cells.collect()
}

#[test]
fn a_sheet_is_read_like_any_other() {
    let book = read_as("旧.xls", &good()).unwrap();
    assert_eq!(codes(&book), [""; 0], "{:#?}", book.problems);
    let charge = book.charges.first().unwrap();
    assert_eq!((charge.room.to_string().as_str(), charge.amount_fen), ("1-1-301", 25477));
    assert_eq!(charge.due_on.to_string(), "2026-09-30");
    assert_eq!((charge.at.sheet.as_str(), charge.at.row), ("a", 2));
}

#[test]
fn bombs_and_passwords_are_refused() {
    let code = |bytes: &[u8]| read_as("a.xls", bytes).unwrap_err().code();
    let corners = [cell(0, 0, &Value::Number(1.0)), cell(65535, 65000, &Value::Number(1.0))];
    assert_eq!(code(&book(&[], &corners.concat())), "file_too_large");
    assert_eq!(code(&book(&record(0x002F, &[0; 6]), &[])), "file_password");
    let long = [&[0_u8; 8][..], &[0, 8, 0], &[b'a'; 2048]].concat();
    let named: Vec<u8> = (0..60_000_u16)
        .flat_map(|row| record(0x00FD, &[&row.to_le_bytes()[..], &[0; 8]].concat()))
        .collect();
    assert_eq!(code(&book(&record(0x00FC, &long), &named)), "file_too_large");
}

/// A format under a number, and the cell format that uses it.
fn format(number: u16, code: &str) -> Vec<u8> {
    let wide: Vec<u8> = code.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let count = u16::try_from(code.len()).unwrap().to_le_bytes();
    let text = record(0x041E, &[&number.to_le_bytes()[..], &count, &[1], &wide].concat());
    [text, cell_format(number)].concat()
}

fn cell_format(number: u16) -> Vec<u8> {
    record(0x00E0, &[&[0, 0][..], &number.to_le_bytes(), &[0; 16]].concat())
}

#[test]
fn a_percentage_is_never_an_amount() {
    use Value::{Number as N, Shown as S, Text as T};
    // General, the built-in one, one of the office's own, one that only shows the sign.
    let own = [format(164, "0.0%"), format(165, "0\"%\"")].concat();
    let formats = [cell_format(0), cell_format(9), own].concat();
    let read = |amount: Value| {
        let cells = rows(&[
            &[T("房号"), T("账期"), T("到期日"), T("应收")],
            &[T("1-1-301"), T("2026-09"), T("2026-09-30"), amount],
        ]);
        read_as("a.xls", &book(&formats, &cells)).unwrap()
    };
    for percent in [S(0.05, 1), S(0.05, 2)] {
        let book = read(percent);
        assert_eq!(codes(&book), ["money_percent"], "{:#?}", book.problems);
        assert!(book.charges.is_empty());
    }
    for amount in [N(0.05), S(0.05, 3), S(0.05, 999)] {
        assert_eq!(read(amount).charges.first().unwrap().amount_fen, 5);
    }
}

#[test]
fn percentages_among_many_numbers_of_one_record_are_known() {
    let formats = [cell_format(0), cell_format(10)].concat();
    let headings = rows(&[&[
        Value::Text("房号"),
        Value::Text("业主"),
        Value::Text("2026年8月"),
        Value::Text("2026年9月"),
    ]]);
    let small = |format: u16, number: u32| {
        [&format.to_le_bytes()[..], &(number << 2 | 2).to_le_bytes()].concat()
    };
    let place = [&1_u16.to_le_bytes()[..], &2_u16.to_le_bytes()].concat();
    let many = [place, small(0, 100), small(1, 1), 3_u16.to_le_bytes().to_vec()].concat();
    let room = [cell(1, 0, &Value::Text("1-1-301")), cell(1, 1, &Value::Text("张三"))].concat();
    let read = read_as("a.xls", &book(&formats, &[headings, room, record(0x00BD, &many)].concat()));
    let read = read.unwrap();
    assert_eq!(codes(&read), ["money_percent"], "{:#?}", read.problems);
    let percent = read.problems.iter().find(|problem| problem.code == "money_percent").unwrap();
    assert_eq!(percent.at.column.as_deref(), Some("D"));
}
