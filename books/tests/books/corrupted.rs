//! Broken files: refused or read, never a crash. `PROPTEST_CASES=100000` fuzzes for longer.

use std::sync::{
    Once,
    atomic::{AtomicUsize, Ordering},
};

use proptest::{collection::vec, prelude::*, sample::Index};

use crate::{
    support::{
        V::{D, E, N, T},
        read_as, replaced, sheet, texts, workbook,
    },
    xls,
};

/// Panics in our own sources. The reader turns a panic into a refusal, which is meant for the
/// crates below; ours must not need it.
static OURS: AtomicUsize = AtomicUsize::new(0);

fn watch() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let ours = info.location().is_some_and(|at| at.file().contains("books/src"));
            OURS.fetch_add(usize::from(ours), Ordering::Relaxed);
            if ours || info.location().is_some_and(|at| at.file().contains("books/tests")) {
                before(info);
            }
        }));
    });
}

fn check(name: &str, bytes: &[u8]) {
    watch();
    if let Ok(book) = read_as(name, bytes) {
        let _ = book.summary();
    }
    assert_eq!(OURS.load(Ordering::Relaxed), 0);
}

fn good_xlsx() -> Vec<u8> {
    workbook(vec![sheet(
        "表",
        &[
            texts(["丽景应收  打印日期：2026-11-20", "", "", "", ""]),
            texts(["房号", "业主", "电话", "账期", "到期日", "应收", "实收"]),
            vec![
                T("1-1-301"),
                T("张三"),
                N(13_892_668_587.0),
                T("2026-09"),
                D(2026, 9, 30),
                N(12.5),
                E,
            ],
            vec![
                T("1栋1单元302"),
                T("李四、王五"),
                T("177-0542-2280"),
                T("2026年9月"),
                T("2026.9.30"),
                T("¥1,234.50"),
                N(3.0),
            ],
            texts(["合计", "", "", "", "", "1247.00"]),
        ],
    )])
}

/// Places and what to put there.
fn changes() -> impl Strategy<Value = Vec<(Index, u8)>> {
    vec((any::<Index>(), any::<u8>()), 1..12)
}

fn changed(mut bytes: Vec<u8>, changes: &[(Index, u8)], cut: Option<Index>) -> Vec<u8> {
    for (place, byte) in changes {
        let at = place.index(bytes.len());
        bytes[at] = *byte;
    }
    if let Some(cut) = cut {
        bytes.truncate(cut.index(bytes.len()));
    }
    bytes
}

proptest! {
    #[test]
    fn a_broken_zip_never_crashes(changes in changes(), cut in any::<Option<Index>>()) {
        check("a.xlsx", &changed(good_xlsx(), &changes, cut));
    }

    #[test]
    fn a_broken_compound_file_never_crashes(changes in changes(), cut in any::<Option<Index>>()) {
        check("a.xls", &changed(xls::good(), &changes, cut));
    }

    #[test]
    fn broken_records_never_crash(changes in changes(), cut in any::<Option<Index>>()) {
        check("a.xls", &xls::compound(&changed(xls::good_stream(), &changes, cut)));
    }

    #[test]
    fn broken_text_never_crashes(bytes in vec(any::<u8>(), 0..400)) {
        check("a.csv", &bytes);
        check("a.csv", &[b"\xEF\xBB\xBF\xE6\x88\xBF\xE5\x8F\xB7,", bytes.as_slice()].concat());
    }

    #[test]
    fn broken_xml_never_crashes(value in "[<>/&;\"'a-z0-9 =.-]{0,30}", place in 0_usize..6) {
        let places = ["<v>12.5</v>", "r=\"F3\"", "<sheetData>", "t=\"s\"", "</row>", "<c "];
        let bytes = good_xlsx();
        check("a.xlsx", &replaced(&bytes, places[place], &value));
    }

    #[test]
    fn any_table_of_texts_is_read(rows in vec(vec("[0-9年月日栋单元#,.:\\-房号应收实业主合计张三=@/ ]{0,10}", 0..7), 0..12)) {
        let mut text = String::from("房号,业主,电话,账期,到期日,应收,实收\n");
        for row in rows {
            text.push_str(&row.join(","));
            text.push('\n');
        }
        check("a.csv", text.as_bytes());
    }
}
