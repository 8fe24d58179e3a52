//! Files that are refused as a whole, within bounded memory.

use std::io::{Cursor, Write};

use guanjia_books::{Limits, Options, Refused, Source, read};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{V::T, read_as, sheet, texts, workbook};

fn code(name: &str, bytes: &[u8]) -> &'static str {
    read_as(name, bytes).map_or_else(|refused| refused.code(), |_| "read")
}

fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn good() -> Vec<u8> {
    workbook(vec![sheet("表", &[texts(["房号", "业主"]), texts(["1-1-301", "张三"])])])
}

#[test]
fn the_wrong_kind_of_file_is_refused() {
    assert_eq!(code("a.xlsx", b""), "file_empty");
    assert_eq!(code("a.pdf", b"%PDF-1.7"), "file_wrong_kind");
    assert_eq!(code("a.csv", b"%PDF-1.7"), "file_wrong_kind");
    assert_eq!(code("a.csv", b"a\0b"), "file_wrong_kind");
    assert_eq!(code("a.docx", &good()), "file_wrong_kind");
    assert_eq!(code("a.csv", &good()), "file_wrong_extension");
    assert_eq!(code("a.xls", &good()), "file_wrong_extension");
    assert_eq!(code("a.xlsx", "房号,业主\n".as_bytes()), "file_wrong_extension");
    assert_eq!(code("a.xls", b"<html><table>"), "file_wrong_extension");
    assert_eq!(code("a.xlsx", &zip_of(&[("word/document.xml", b"<w/>")])), "file_wrong_kind");
    assert_eq!(code("a.csv", &[0xA4, 0xFF, 0x20, 0x81]), "file_encoding");
    assert_eq!(code("a.xlsm", &good()), "read");
}

#[test]
fn a_missing_file_is_unreadable() {
    let path = std::path::Path::new("no such book.xlsx");
    assert!(matches!(read(path, &Options::default()), Err(Refused::Unreadable(_))));
}

#[test]
fn passwords_are_named() {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/EncryptionInfo").unwrap();
    file.create_stream("/EncryptedPackage").unwrap();
    file.flush().unwrap();
    let bytes = file.into_inner().into_inner();
    assert_eq!(code("a.xlsx", &bytes), "file_password");
    assert_eq!(code("a.xls", &bytes), "file_password");
}

/// Reads with limits so small that a bomb need not be large.
fn limited(bytes: &[u8], limits: Limits) -> Refused {
    let options = Options { limits, ..Options::default() };
    read(Source::Bytes { name: "a.xlsx", bytes }, &options).unwrap_err()
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let limits = Limits { part_bytes: 1 << 20, total_bytes: 4 << 20, ..Limits::default() };
    let contents: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let spaces = vec![b' '; 2 << 20];
    let one = zip_of(&[contents, ("xl/worksheets/sheet1.xml", &spaces)]);
    assert!(one.len() < 10_000);
    assert_eq!(limited(&one, limits).code(), "file_too_large");
    let small: Vec<u8> = b"<c/>".repeat(1 << 17);
    let names: Vec<_> = (0..16).map(|part| format!("xl/{part}.xml")).collect();
    let mut parts: Vec<(&str, &[u8])> =
        names.iter().map(|name| (name.as_str(), small.as_slice())).collect();
    parts.push(contents);
    assert_eq!(limited(&zip_of(&parts), limits).code(), "file_too_large");
}

#[test]
fn a_sheet_of_200_mb_is_over_the_usual_limits() {
    let limits = Limits::default();
    assert!(limits.part_bytes < 200 << 20 && limits.file_bytes < 200 << 20);
}

#[test]
fn a_directory_that_lies_about_sizes_is_not_believed() {
    let spaces = vec![b' '; 8 << 20];
    let mut bytes =
        zip_of(&[("[Content_Types].xml", b"<Types/>"), ("xl/worksheets/sheet1.xml", &spaces)]);
    let true_size = u32::try_from(spaces.len()).unwrap().to_le_bytes();
    while let Some(at) = bytes.windows(4).position(|window| window == true_size) {
        bytes[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    let limits = Limits { part_bytes: 1 << 20, ..Limits::default() };
    let refused = limited(&bytes, limits);
    assert!(matches!(refused.code(), "file_too_large" | "file_damaged"), "{refused}");
}

#[test]
fn rows_text_and_file_are_bounded() {
    let rows =
        vec![texts(["房号", "业主"]), vec![T("1-1-1"), T("张三")], vec![T("1-1-2"), T("李四")]];
    let bytes = workbook(vec![sheet("表", &rows)]);
    let default = Limits::default();
    for limits in [
        Limits { rows: 2, ..default },
        Limits { text_bytes: 20, ..default },
        Limits { file_bytes: 100, ..default },
        Limits { total_bytes: 1000, ..default },
    ] {
        let refused = limited(&bytes, limits);
        assert_eq!(refused.code(), "file_too_large");
        assert!(refused.zh().contains("过大") && refused.en().contains("too large"));
    }
}

#[test]
fn two_far_corners_are_no_rectangle() {
    let mut far = sheet("表", &[texts(["房号", "业主"]), texts(["1-1-301", "张三"])]);
    far.write(1_048_575, 16_383, "x").unwrap();
    let book = read_as("a.xlsx", &workbook(vec![far])).unwrap();
    assert_eq!(book.units.len(), 1);
}
