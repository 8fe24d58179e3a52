//! What a book says, row by row, in types.

use chrono::NaiveDate;
use serde::Serialize;

use crate::{identity::IdentityRow, problems::Problem, rooms::Room};

/// Everything that was read from one file, in the order of its rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Book {
    /// One entry per unit, also when the register gives an owner a row each.
    pub units: Vec<UnitRow>,
    /// One entry per line of what is due.
    pub charges: Vec<ChargeRow>,
    /// One entry per line of what was received.
    pub payments: Vec<PaymentRow>,
    /// What could not be taken as it stands. A [`Severity::Blocking`](crate::Severity::Blocking)
    /// problem means that the file as a whole must not be applied.
    pub problems: Vec<Problem>,
    /// The day on which the book says it was printed or closed; never the machine's day.
    pub as_of: Option<NaiveDate>,
    /// The community that a title or a column names.
    pub community_name: Option<String>,
}

/// A place in the workbook, as Excel shows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct At {
    /// Name of the sheet; of a CSV file its file name without folders.
    pub sheet: String,
    /// Row number, from 1.
    pub row: u32,
    /// Letters of the column (`F`); none when the whole row is meant.
    pub column: Option<String>,
}

/// A unit with its owners, from a register.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitRow {
    /// The first row that speaks of this unit.
    pub at: At,
    /// Which unit.
    pub room: Room,
    /// Floor area in hundredths of a square metre: 89.56 ㎡ is 8956.
    pub area_centi_m2: Option<i64>,
    /// Kind of use as written: 住宅, 商铺.
    #[serde(rename = "use")]
    pub use_: Option<String>,
    /// The owners, the first one first.
    pub holders: Vec<HolderRow>,
    /// Those whom the register lists as living there without owning: family, tenants.
    pub occupants: Vec<String>,
    /// Identity numbers of owners. They are left out wherever the book is written out.
    #[serde(skip)]
    pub identities: Vec<IdentityRow>,
    /// Telephone numbers, each once, in the order of their columns: mobiles as eleven digits,
    /// landlines as `0571-88886666`. Placeholders are left out.
    pub phones: Vec<String>,
    /// Number plates, as written.
    pub vehicles: Vec<String>,
    /// The remark as written, which may name people.
    pub remark: Option<String>,
}

/// One owner of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct HolderRow {
    /// The owner's name.
    pub name: String,
}

/// What one unit owes for one item and one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChargeRow {
    /// Its row.
    pub at: At,
    /// Who owes.
    pub room: Room,
    /// Fee item as written, trimmed: 物业费.
    pub item: String,
    /// What it is for: `2026-09`, `2026-Q3`, `2026`, or `2026-01/2026-06`.
    pub period: String,
    /// Last day on which it is paid in time.
    pub due_on: NaiveDate,
    /// What is due, in fen. Negative for a correction in the owner's favour.
    pub amount_fen: i64,
    /// 实收: what was received on it so far on days that the book does not give, in fen. None
    /// when the book has receipts, which say it better.
    pub paid_fen: Option<i64>,
    /// 减免: what was waived of it, in fen, from 0 to the whole of it, when the book has a column
    /// for it. It is part of `amount_fen`.
    pub waived_fen: Option<i64>,
    /// Day of the waiver, when the row gives one.
    pub waived_on: Option<NaiveDate>,
    /// The owner whom the row names, to hold against the register.
    pub owner_name: Option<String>,
}

/// Money received.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PaymentRow {
    /// Its row.
    pub at: At,
    /// For which unit.
    pub room: Room,
    /// Receipt number, as written. One receipt may stand on several rows.
    pub receipt: Option<String>,
    /// The period that the payer or the clerk meant, in the forms of [`ChargeRow::period`].
    pub period: Option<String>,
    /// The fee item that the row names.
    pub item: Option<String>,
    /// Day of the money.
    pub received_on: NaiveDate,
    /// How much, in fen. Negative for money given back.
    pub amount_fen: i64,
    /// Way of paying as written: 微信, POS.
    pub method: Option<String>,
    /// A stable print of what the row says, for books without receipt numbers: the same row in
    /// a corrected file has the same print wherever it stands, and the second of two equal rows
    /// has another than the first. 32 hexadecimal digits.
    pub print: String,
}
