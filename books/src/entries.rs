//! One row of a table becomes entries.

mod charge;
mod parts;
mod payment;
mod prepaid;
mod unit;

use chrono::NaiveDate;

use crate::{
    book::At,
    cells::{Cell, Row},
    dates::{self, Day},
    fields::Field,
    gathered::{self, Gathered},
    headings::{Columns, Kind},
    identity, money,
    periods::{self, Period},
    problems::{mask_name, mask_phone},
    reasons::Reason,
    rooms::{self, Named, Room, RoomCells},
    sums::Sums,
    text,
};

/// A row in its table, and where its entries and problems go.
pub(crate) struct RowIn<'a> {
    /// Name of the sheet.
    pub(crate) sheet: &'a str,
    /// The building, and perhaps the entrance, that the sheet or a line above names.
    pub(crate) section: Option<&'a (String, Option<String>)>,
    /// The row.
    pub(crate) row: &'a Row,
    /// How many columns to the right of its place here the row stands in its sheet.
    pub(crate) shift: usize,
    /// What its columns hold.
    pub(crate) columns: &'a Columns,
    /// Where everything goes.
    pub(crate) gathered: &'a mut Gathered,
    /// What its rows come to so far.
    pub(crate) sums: &'a mut Sums,
}

/// A problem was found and noted; the row gives no entry.
struct Noted;

/// Reads one row of a table: skips totals and notes, and adds what it says.
pub(crate) fn read(input: &mut RowIn<'_>, kind: Kind) {
    if input.is_blank() {
        return;
    }
    if input.is_carried() {
        return;
    }
    if input.is_total() {
        input.check_totals();
        return;
    }
    let Some(room) = input.room() else { return };
    if kind != Kind::Units && input.is_void() {
        return;
    }
    input.sums.add(input.row);
    if input.gathered.preamble.community.is_none() {
        input.gathered.preamble.community = input.text(Field::Community);
    }
    // A balance stands in a register or beside opening arrears; beside each of many charges it
    // would be the same money many times.
    if kind == Kind::Units || (kind == Kind::Charges && input.columns.is_opening()) {
        let _: Result<(), Noted> = prepaid::read(input, &room);
    }
    // A problem is in the list by now; the next row is read all the same, so that a clerk sees
    // every problem of the file at once.
    let _: Result<(), Noted> = match kind {
        Kind::Units => unit::read(input, room),
        Kind::Charges => charge::read(input, room),
        Kind::Payments => payment::read(input, room),
    };
}

impl RowIn<'_> {
    /// Whether the office says that the row does not count: its state is void, or its remark says nothing else.
    fn is_void(&mut self) -> bool {
        const VOID: [&str; 10] = [
            "作废",
            "已作废",
            "废",
            "已撤销",
            "撤销",
            "已取消",
            "无效",
            "已关闭",
            "交易关闭",
            "支付失败",
        ];
        // Under 是否作废.
        const YES: [&str; 4] = ["是", "Y", "YES", "√"];
        let says = |field| {
            let text = self.text(field).unwrap_or_default().to_uppercase();
            let yes = field == Field::State && YES.contains(&text.as_str());
            yes || VOID.contains(&text.as_str())
        };
        let field = [Field::State, Field::Remark].into_iter().find(|field| says(*field));
        let Some(field) = field else { return false };
        self.note(field, &Reason::RowVoid);
        true
    }

    /// The cell of a field; empty when there is no such column.
    fn cell(&self, field: Field) -> &Cell {
        self.columns.first(field).map_or(&Cell::Empty, |column| self.row.cell(column))
    }

    /// The text of a field; none when it is one of the ways to write nothing.
    fn text(&self, field: Field) -> Option<String> {
        if let Cell::Fault(_) = self.cell(field) {
            return None;
        }
        let folded = text::fold(&self.cell(field).shown());
        (!text::means_nothing(&folded)).then_some(folded)
    }

    /// The place of a field in this row.
    fn at(&self, field: Option<Field>) -> At {
        self.place(field.and_then(|field| self.columns.first(field)))
    }

    /// The place of a column in this row.
    fn place(&self, column: Option<usize>) -> At {
        let column = column.map(|column| column + self.shift);
        gathered::at(self.sheet, self.row.number, column)
    }

    /// A cell whose text is part of what the row says: an error value in it is a problem.
    fn checked(&mut self, field: Field) -> Result<(), Noted> {
        match self.cell(field) {
            Cell::Fault(fault) => {
                let reason = fault.reason();
                Err(self.note(field, &reason))
            }
            _ => Ok(()),
        }
    }

    /// Notes a problem with a field, its value masked as the field needs it.
    fn note(&mut self, field: Field, reason: &Reason) -> Noted {
        let shown = self.cell(field).shown();
        let value = match field {
            Field::Owner | Field::CoOwner => mask_name(&shown),
            Field::Phone => mask_phone(&shown),
            Field::Identity => identity::masked(&shown),
            _ => shown,
        };
        let at = self.at(Some(field));
        self.gathered.problems.add(at, &value, reason);
        Noted
    }

    /// The amount in a column, in fen.
    fn money_at(&mut self, column: usize) -> Result<Option<i64>, Noted> {
        let cell = self.row.cell(column);
        money::read(cell).map_err(|reason| {
            let at = self.place(Some(column));
            self.gathered.problems.add(at, &cell.shown(), &reason);
            Noted
        })
    }

    /// The amount of a field, in fen.
    fn money(&mut self, field: Field) -> Result<Option<i64>, Noted> {
        money::read(self.cell(field)).map_err(|reason| self.note(field, &reason))
    }

    /// The day of a field; a month alone is its last day, with a warning.
    fn day(&mut self, field: Field) -> Result<Option<NaiveDate>, Noted> {
        match dates::read(self.cell(field)) {
            Ok(None) => Ok(None),
            Ok(Some(Day::Day(day))) => Ok(Some(day)),
            Ok(Some(Day::EndOfMonth(day))) => {
                self.note(field, &Reason::DayIsMonth);
                Ok(Some(day))
            }
            Err(reason) => match self.day_in_title(field) {
                Some(day) => Ok(Some(day)),
                None => Err(self.note(field, &reason)),
            },
        }
    }

    /// `9月30日` under a title of September 2026, or of the whole year.
    fn day_in_title(&mut self, field: Field) -> Option<NaiveDate> {
        let period = self.gathered.preamble.period()?;
        let year = period.year()?;
        let day = dates::read_in_year(self.cell(field), year)?;
        if !period.holds(day) {
            return None;
        }
        self.note(field, &Reason::DayYearAssumed { year });
        Some(day)
    }

    /// The period of the row, from its one column or from its two.
    fn period(&mut self, year_of: Option<NaiveDate>) -> Result<Option<Period>, Noted> {
        let written = periods::read(self.cell(Field::Period))
            .map_err(|reason| self.note(Field::Period, &reason))?;
        let own_year = periods::read(self.cell(Field::Year))
            .map_err(|reason| self.note(Field::Year, &reason))?;
        if written.is_some() || own_year.is_some() {
            let year = own_year.or(self.gathered.preamble.period()).and_then(Period::year);
            let title = year.and_then(|year| dates::ymd(year, 1, 1).ok());
            let year_of = if own_year.is_some() { title } else { year_of.or(title) };
            let period = written.or(own_year).map(|period| period.in_year_of(year_of)).transpose();
            return period.map_err(|reason| self.note(Field::Period, &reason));
        }
        match (self.day(Field::PeriodFrom)?, self.day(Field::PeriodTo)?) {
            (Some(from), Some(to)) => Period::between(from, to)
                .map(Some)
                .map_err(|reason| self.note(Field::PeriodTo, &reason)),
            (Some(day), None) | (None, Some(day)) => Ok(Some(Period::of(day))),
            (None, None) => Ok(None),
        }
    }

    /// The room of the row; none when the row is one of notes, or has a problem that is noted.
    fn room(&mut self) -> Option<Named> {
        let reason = match rooms::read(self.room_cells()) {
            // A sheet for each building, `3栋`, or a line above: `3栋1单元`.
            Ok(Some(Named::Bare(room))) if self.section.is_some() && self.row.filled() > 1 => {
                let (building, entrance) = self.section.cloned().unwrap_or_default();
                let entrance = entrance.filter(|_| room.entrance == "0").unwrap_or(room.entrance);
                return Some(Named::Room(Room { building, entrance, number: room.number }));
            }
            // A number alone on its row is the number of a page.
            Ok(Some(Named::Bare(_))) if self.row.filled() == 1 => Reason::RowSkipped,
            Ok(Some(named)) => return Some(named),
            _ if self.is_notes() || self.is_below_the_total() => {
                if self.is_numbers() {
                    self.compare_sums();
                }
                Reason::RowSkipped
            }
            Ok(None) => Reason::RoomMissing,
            Err(reason) => reason,
        };
        self.note(Field::Room, &reason);
        None
    }

    /// Whether no column that is read holds anything: an empty line, or instructions that stand
    /// beside the table.
    fn is_blank(&self) -> bool {
        let parts = self.columns.parts().iter().map(|part| part.column);
        let mut read = self.columns.read().map(|(_, column)| column).chain(parts);
        read.all(|column| *self.row.cell(column) == Cell::Empty)
    }

    /// What a page of a printed book brings from the page before, or hands to the next.
    fn is_carried(&self) -> bool {
        const WORDS: [&str; 7] =
            ["承前页", "过次页", "接上页", "转下页", "接前页", "转次页", "上页结转"];
        self.row.texts().any(|raw| {
            raw.contains('页') && WORDS.iter().any(|word| text::squeeze(raw).starts_with(word))
        })
    }

    /// Whether the row sums up others: `合计`, `1栋小计`, `总计：168户`. Beside a room, a word that
    /// only ends so is an item, as `水电费合计`.
    fn is_total(&self) -> bool {
        const WORDS: [&str; 5] = ["合计", "小计", "总计", "累计", "共计"];
        let [room, remark] = [Field::Room, Field::Remark].map(|field| self.columns.first(field));
        self.row.cells.iter().enumerate().any(|(column, cell)| {
            let Cell::Text(raw) = cell else { return false };
            if Some(column) == remark || !raw.contains(['计', '总', 'l', 'L']) {
                return false;
            }
            let squeezed = text::squeeze(raw);
            let squeezed = squeezed.trim_matches([':', '：', '(', ')', '-', '.', '。', '*']);
            let ends = || WORDS.iter().any(|word| squeezed.ends_with(word));
            squeezed.eq_ignore_ascii_case("total")
                || squeezed.starts_with("总交易")
                || WORDS.iter().any(|word| squeezed.starts_with(word))
                || (ends() && (Some(column) == room || !self.has_full_room()))
        })
    }

    fn room_cells(&self) -> RoomCells<'_> {
        RoomCells {
            building: self.cell(Field::Building),
            entrance: self.cell(Field::Entrance),
            number: self.cell(Field::Room),
        }
    }

    fn has_full_room(&self) -> bool {
        matches!(rooms::read(self.room_cells()), Ok(Some(Named::Room(_))))
    }

    /// Holds the totals of a row against the sums of the rows above.
    fn check_totals(&mut self) {
        self.sums.closed = true;
        self.compare_sums();
    }

    /// Names the sums that are others than those of the rows above.
    fn compare_sums(&mut self) {
        for (column, sum) in self.sums.check(self.row) {
            let at = self.place(Some(column));
            let value = self.row.cell(column).shown();
            self.gathered.problems.add(at, &value, &Reason::TotalDiffers { sum });
        }
    }

    /// Whether a row without a room is one of notes: one cell alone, signatures
    /// (`制表人：… 审核：…`), or nothing but sums without a word. What has money beside words or
    /// days is a row whose room is missing, never a note.
    fn is_notes(&self) -> bool {
        let only = |kind: fn(&Cell) -> bool| self.row.cells.iter().all(kind);
        let labelled = self.row.texts().map(text::fold).any(|text| {
            text.contains(':') || ["注", "说明", "制表", "审核"].iter().any(|w| text.starts_with(w))
        });
        let days = |cell: &Cell| matches!(cell, Cell::Empty | Cell::Text(_) | Cell::Day(_));
        self.row.filled() == 1 || self.is_numbers() || (labelled && !self.has_money() && only(days))
    }

    /// Whether the row is nothing but numbers.
    fn is_numbers(&self) -> bool {
        self.row.cells.iter().all(|cell| matches!(cell, Cell::Empty | Cell::Number(_)))
    }

    /// Whether any column of money holds an amount.
    fn has_money(&self) -> bool {
        self.columns.money().any(|column| matches!(money::read(self.row.cell(column)), Ok(Some(_))))
    }

    /// Whether a row without a room stands below a row of totals and is no entry: figures about
    /// the table (`收缴率 96%`), or a part of its sum (`其中：现金`) with no person and no time.
    fn is_below_the_total(&self) -> bool {
        let entry = [Field::Owner, Field::Period, Field::DueOn, Field::PaidOn, Field::Receipt];
        let bare = entry.into_iter().all(|field| *self.cell(field) == Cell::Empty);
        self.sums.closed && (bare || !self.has_money())
    }
}
