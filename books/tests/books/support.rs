//! The books of the tests, and what they must come to.

use std::path::PathBuf;

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
