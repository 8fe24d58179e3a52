//! The marked copy of a book.

use guanjia_books::{Options, Source, mark, read};

use crate::support::{
    V::{D, E, N, T},
    path, read_as, sheet, texts, workbook,
};

#[test]
fn the_copy_says_what_the_book_says_and_marks_its_problems() {
    let bytes = workbook(vec![sheet(
        "应收",
        &[
            texts(["房号", "业主", "账期", "到期日", "应收"]),
            vec![T("1-1-301"), T("张三"), T("2026-09"), D(2026, 9, 30), N(12.5)],
            vec![T("1-1-302"), T("李四"), T("2026-09"), D(2026, 9, 30), N(12.505)],
            vec![T("1-1-303"), T("=HYPERLINK(\"x\")"), T("2026-09"), E, T("-3.00")],
        ],
    )]);
    let book = read_as("a.xlsx", &bytes).unwrap();
    let source = Source::Bytes { name: "a.xlsx", bytes: &bytes };
    let copy = mark(source, &book.problems, &Options::default()).unwrap();
    let again = read_as("copy.xlsx", &copy).unwrap();
    assert_eq!(again, book);
    let parts = parts(&copy);
    assert!(parts.contains("FFC7CE") && parts.contains("超过两位小数"));
    assert!(parts.contains("'=HYPERLINK") && !parts.contains("<f>"));
}

#[test]
fn a_book_as_text_gets_a_marked_workbook_too() {
    let text = "房号,业主\n1-1-301,=cmd\n三楼,李四\n";
    let source = Source::Bytes {
        name: "很长的名字：很长的名字/很长的名字很长的名字很长的名字.csv",
        bytes: text.as_bytes(),
    };
    let book = read(source, &Options::default()).unwrap();
    let copy = mark(source, &book.problems, &Options::default()).unwrap();
    let again = read_as("copy.xlsx", &copy).unwrap();
    assert_eq!(again.units.len(), 1);
    assert_eq!(again.problems.len(), book.problems.len());
}

#[test]
fn a_clean_copy_reads_like_the_book() {
    let source = path("xihu-messy.xlsx");
    let book = read(&source, &Options::default()).unwrap();
    let copy = mark(&source, &book.problems, &Options::default()).unwrap();
    assert_eq!(read_as("copy.xlsx", &copy).unwrap().summary(), book.summary());
}

/// All parts of a workbook as one text.
fn parts(bytes: &[u8]) -> String {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    for index in 0..archive.len() {
        archive.by_index(index).unwrap().read_to_string(&mut text).unwrap();
    }
    text
}
