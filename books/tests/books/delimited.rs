//! Books as text: .csv in the encodings that are met.

use encoding_rs::GB18030;

use crate::support::{codes, read_as};

const TEXT: &str = "西湖名苑应收明细,,,,\r\n房号,业主,收费项目,账期,\"应收\n金额\"\r\n\
    1-1-0301,\"张三,李四\",物业费,2026-09,\"1,234.50\"\r\n\r\n1栋1单元302,王五,物业费,202609,￥12\r\n合计,,,,1246.50\r\n";

fn check(bytes: &[u8]) {
    let book = read_as("应收.csv", bytes).unwrap();
    assert_eq!(codes(&book), [""; 0], "{:#?}", book.problems);
    let rows: Vec<_> = book
        .charges
        .iter()
        .map(|c| (c.at.row, c.room.to_string(), c.period.as_str(), c.amount_fen))
        .collect();
    let first = (3, "1-1-301".to_owned(), "2026-09", 123_450);
    assert_eq!(rows, [first, (5, "1-1-302".to_owned(), "2026-09", 1200)]);
    assert_eq!(book.community_name.as_deref(), Some("西湖名苑"));
}

#[test]
fn every_encoding_gives_the_same_rows() {
    check(TEXT.as_bytes());
    check(&[b"\xEF\xBB\xBF", TEXT.as_bytes()].concat());
    check(&GB18030.encode(TEXT).0);
    let utf16: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(&[&[0xFF, 0xFE][..], &utf16].concat());
}

#[test]
fn tabs_and_semicolons_separate_too() {
    for separator in ["\t", ";"] {
        let text = "房号,日期,金额,方式\n1-1-301,2026-09-01,12.5,微信\n".replace(',', separator);
        let book = read_as("a.csv", text.as_bytes()).unwrap();
        assert_eq!(book.payments.len(), 1, "{separator:?}");
    }
}
