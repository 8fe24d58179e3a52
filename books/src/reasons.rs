//! Why something was not taken as it stands.

mod words;

use crate::{money::shown as yuan, problems::Severity};

/// Every kind of problem that a reader can report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    // Cells of any kind.
    FormulaWithoutValue,
    ErrorValue,
    // Money.
    NotMoney,
    MoneyIsPercent,
    MoneyInUnits { unit: &'static str },
    MoneyMissing,
    TooManyDecimals,
    MoneyTooLarge,
    NegativeAmount,
    ArrearsDiffer { due_less_paid: i64 },
    PaidIgnored { on_charges: i64, in_receipts: i64 },
    TotalDiffers { sum: i64 },
    PartsDiffer { sum: i64 },
    ZeroPayment,
    WaiverNegative,
    WaiverTooLarge { due: i64 },
    // Days and periods.
    NotADay,
    DayMissing,
    DayOutOfRange,
    DayAmbiguous,
    DayIsMonth,
    DayYearAssumed { year: u32 },
    NotAPeriod,
    PeriodAmbiguous,
    PeriodMissing,
    DueDayAssumed,
    OpeningDayMissing,
    // Rooms.
    RoomMissing,
    NotARoom,
    RoomWithoutBuilding,
    RoomDisagrees,
    RoomIsDate,
    RoomWasDate { room: String },
    ZerosMatter,
    NoBuildings,
    UnitTwice,
    // People.
    NotAPhone,
    PhonePlaceholder,
    NameUnreadable,
    NotAnIdentity,
    IdentityRounded,
    IdentityWithoutOwner,
    // The rest of a row.
    AreaUnreadable,
    RowSkipped,
    RowVoid,
    // Sheets.
    EmptyBook,
    NothingFound { looked_for: String },
    UnknownSheet { looked_for: String },
    MissingHeading { missing: String, looked_for: String },
    HiddenSheet,
    SummarySheet,
    SheetRepeats,
    ColumnUnread { heading: String },
    PeriodAssumed { period: String },
    MonthsUnfolded,
    ItemsUnfolded,
    MonthsWithoutYear,
    ItemAssumed { item: String },
    MoreProblems(usize),
}

/// A reason in words.
pub(crate) struct Wording {
    pub(crate) severity: Severity,
    pub(crate) code: &'static str,
    pub(crate) zh: String,
    pub(crate) en: String,
}

impl Reason {
    /// The words for it, its weight and its stable name.
    pub(crate) fn wording(&self) -> Wording {
        let (severity, code, zh, en) = self.fixed();
        let mut wording = Wording { severity, code, zh: zh.to_owned(), en: en.to_owned() };
        let fill = match self {
            Self::ArrearsDiffer { due_less_paid: fen }
            | Self::TotalDiffers { sum: fen }
            | Self::WaiverTooLarge { due: fen }
            | Self::PartsDiffer { sum: fen } => {
                vec![yuan(*fen)]
            }
            Self::PaidIgnored { on_charges, in_receipts } => {
                vec![yuan(*on_charges), yuan(*in_receipts)]
            }
            Self::RoomWasDate { room: text }
            | Self::ItemAssumed { item: text }
            | Self::ColumnUnread { heading: text }
            | Self::PeriodAssumed { period: text } => {
                vec![text.clone()]
            }
            Self::NothingFound { looked_for } | Self::UnknownSheet { looked_for } => {
                vec![looked_for.clone()]
            }
            Self::MissingHeading { missing, looked_for } => {
                vec![missing.clone(), looked_for.clone()]
            }
            Self::MoreProblems(count) => vec![count.to_string()],
            Self::DayYearAssumed { year } => vec![year.to_string()],
            _ => Vec::new(),
        };
        for value in fill {
            wording.zh = wording.zh.replacen("{}", &value, 1);
            wording.en = wording.en.replacen("{}", &value, 1);
        }
        wording
    }
}
