//! What the tables said, before the book is looked at as a whole.

use std::collections::HashMap;

use crate::{
    book::{At, ChargeRow, PaymentRow, UnitRow},
    cells, dates,
    fields::Field,
    headings::{Columns, Kind},
    options::Options,
    periods::Period,
    preamble::Preamble,
    problems::Problems,
    reasons::Reason,
    rooms::{Dated, Named, Room},
};

/// Item of a charge whose table names none.
pub(crate) const DEFAULT_ITEM: &str = "物业费";

/// Way of paying of money that the office holds when the book begins.
pub(crate) const PREPAID_METHOD: &str = "预存余额";

/// Item of arrears that the book opens with.
pub(crate) const OPENING_ITEM: &str = "期初欠费";

/// Entries with their rooms as written. The rooms of some are still open: see
/// [`Gathered::dated`] and [`Gathered::bare`].
pub(crate) struct Gathered {
    /// Units, one per room as written.
    pub(crate) units: Vec<UnitRow>,
    /// Charges.
    pub(crate) charges: Vec<ChargeRow>,
    /// Payments.
    pub(crate) payments: Vec<PaymentRow>,
    /// Problems.
    pub(crate) problems: Problems,
    /// What the titles said.
    pub(crate) preamble: Preamble,
    /// Entries whose room Excel turned into a date.
    pub(crate) dated: Vec<DatedEntry>,
    /// Places of rooms without any building.
    pub(crate) bare: Vec<(At, String)>,
    /// Whether any room has a building.
    pub(crate) buildings: bool,
    /// Whether there is a table of receipts.
    pub(crate) receipts: bool,
    registered: HashMap<Room, (usize, bool)>,
}

/// An entry whose room is a date.
pub(crate) struct DatedEntry {
    /// Which entry.
    pub(crate) entry: Entry,
    /// The date.
    pub(crate) dated: Dated,
    /// The owner whom the row names.
    pub(crate) owner: Option<String>,
}

/// One of the entries, by its place in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Of [`Gathered::units`].
    Unit(usize),
    /// Of [`Gathered::charges`].
    Charge(usize),
    /// Of [`Gathered::payments`].
    Payment(usize),
}

/// What a row says beside its room.
struct Said<'a> {
    at: &'a At,
    owner: Option<&'a str>,
}

/// A place, the column counted from 0.
pub(crate) fn at(sheet: &str, row: u32, column: Option<usize>) -> At {
    At { sheet: sheet.to_owned(), row, column: column.map(cells::letters) }
}

impl Gathered {
    /// Nothing yet.
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            units: Vec::new(),
            charges: Vec::new(),
            payments: Vec::new(),
            problems: Problems::new(options.limits.problems),
            preamble: Preamble::default(),
            dated: Vec::new(),
            bare: Vec::new(),
            buildings: false,
            receipts: false,
            registered: HashMap::new(),
        }
    }

    /// Says what a table lacks or what of it is not read, once for all of its rows.
    pub(crate) fn opens(&mut self, place: At, columns: &Columns, kind: Kind) {
        for (column, heading) in columns.unread_money() {
            let at = At { column: Some(cells::letters(column)), ..place.clone() };
            let reason = Reason::ColumnUnread { heading: heading.to_owned() };
            self.problems.add(at, heading, &reason);
        }
        // Beside each of many charges one balance would be many.
        let unread = kind == Kind::Payments || (kind == Kind::Charges && !columns.is_opening());
        if let (Some(column), true) = (columns.first(Field::Prepaid), unread) {
            let at = At { column: Some(cells::letters(column)), ..place.clone() };
            let heading = "预存余额".to_owned();
            self.problems.add(at, &heading, &Reason::ColumnUnread { heading: heading.clone() });
        }
        match kind {
            Kind::Units => {}
            Kind::Payments if !columns.has(Field::PaidOn) => self.missing(place, Field::PaidOn),
            Kind::Payments => {}
            Kind::Charges => self.opens_charges(&place, columns),
        }
    }

    fn opens_charges(&mut self, place: &At, columns: &Columns) {
        self.opens_parts(place, columns);
        if columns.parts().iter().any(|part| part.part.period.is_some()) {
            return;
        }
        let period = [Field::Period, Field::PeriodFrom, Field::PeriodTo];
        let has_period = period.iter().any(|field| columns.has(*field));
        let reason = match (has_period, columns.has(Field::DueOn), self.preamble.period()) {
            (true, false, _) => Some(Reason::DueDayAssumed),
            (false, false, Some(period)) => {
                Some(Reason::PeriodAssumed { period: period.to_string() })
            }
            _ => None,
        };
        if let Some(reason) = reason {
            self.problems.add(place.clone(), "", &reason);
        } else if !has_period && !columns.has(Field::DueOn) && !columns.is_opening() {
            self.missing(place.clone(), Field::Period);
        }
        if !columns.has(Field::Item) && columns.parts().is_empty() {
            let reason = Reason::ItemAssumed { item: self.item_assumed(columns) };
            self.problems.add(place.clone(), "", &reason);
        }
    }

    /// The item of charges whose table names none: what the title says, or what is usual.
    pub(crate) fn item_assumed(&self, columns: &Columns) -> String {
        let usual = if columns.is_opening() { OPENING_ITEM } else { DEFAULT_ITEM };
        self.preamble.item.clone().unwrap_or_else(|| usual.to_owned())
    }

    fn opens_parts(&mut self, place: &At, columns: &Columns) {
        let parts = columns.parts();
        let mut times = parts.iter().filter_map(|part| Some((part.column, part.part.period?)));
        if let Some((column, first)) = times.next() {
            let at = At { column: Some(cells::letters(column)), ..place.clone() };
            let known = self.year_of(first).is_some();
            let reason = if known { Reason::MonthsUnfolded } else { Reason::MonthsWithoutYear };
            self.problems.add(at, "", &reason);
        }
        if let Some(item) = parts.iter().find(|part| part.part.item.is_some()) {
            let at = At { column: Some(cells::letters(item.column)), ..place.clone() };
            self.problems.add(at, "", &Reason::ItemsUnfolded);
        } else if !parts.is_empty() && !columns.has(Field::Item) {
            let reason = Reason::ItemAssumed { item: self.item_assumed(columns) };
            self.problems.add(place.clone(), "", &reason);
        }
    }

    /// The month of a column, with the year that a title or the day of the book gives.
    pub(crate) fn year_of(&self, month: Period) -> Option<Period> {
        let year = self.preamble.period().and_then(Period::year);
        let first = year.and_then(|year| dates::ymd(year, 1, 1).ok());
        month.in_year_of(first.or(self.preamble.as_of)).ok()
    }

    /// Says which heading a row lacks that looked like headings but opens no table. Sums by
    /// building or month are no list of units, and are left aside.
    pub(crate) fn lacks(&mut self, sheet: &str, row: u32, columns: &Columns) {
        let place = at(sheet, row, None);
        if columns.is_detailed() {
            let missing = if columns.has(Field::Room) { Field::Owner } else { Field::Room };
            self.missing(place, missing);
        } else {
            self.problems.add(place, "", &Reason::SummarySheet);
        }
    }

    fn missing(&mut self, place: At, field: Field) {
        let examples = field.examples();
        let missing = examples.split('、').next().unwrap_or_default().to_owned();
        self.problems.add(place, "", &Reason::MissingHeading { missing, looked_for: examples });
    }

    /// Every row is in: what was kept to find units again by their rooms is let go.
    pub(crate) fn close(&mut self) {
        self.registered = HashMap::new();
    }

    /// Adds a unit, or adds to it when its room was there before; a register goes before what a
    /// table of charges says beside.
    pub(crate) fn add_unit(&mut self, named: Named, mut unit: UnitRow, register: bool) {
        let owner = unit.holders.first().map(|holder| holder.name.as_str());
        let index = self.units.len();
        let row = Said { at: &unit.at, owner };
        let Some(room) = self.settle(named, Entry::Unit(index), row) else {
            self.units.push(unit);
            return;
        };
        unit.room = room.clone();
        match self.registered.get(&room) {
            None => {
                self.registered.insert(room, (index, register));
                self.units.push(unit);
            }
            Some((_, true)) if !register => {}
            Some(&(first, _)) => {
                if let Some(known) = self.units.get_mut(first)
                    && crate::units::join(known, &unit)
                {
                    let name = unit.room.to_string();
                    self.problems.add(unit.at, &name, &Reason::UnitTwice);
                }
            }
        }
    }

    /// Adds a charge.
    pub(crate) fn add_charge(&mut self, named: Named, mut charge: ChargeRow) {
        let entry = Entry::Charge(self.charges.len());
        let row = Said { at: &charge.at, owner: charge.owner_name.as_deref() };
        charge.room = self.settle(named, entry, row).unwrap_or_default();
        self.charges.push(charge);
    }

    /// Adds a payment.
    pub(crate) fn add_payment(
        &mut self,
        named: Named,
        mut payment: PaymentRow,
        owner: Option<&str>,
    ) {
        let entry = Entry::Payment(self.payments.len());
        let row = Said { at: &payment.at, owner };
        payment.room = self.settle(named, entry, row).unwrap_or_default();
        self.payments.push(payment);
    }

    /// The room as far as the row alone tells; none while it is a date.
    fn settle(&mut self, named: Named, entry: Entry, row: Said<'_>) -> Option<Room> {
        match named {
            Named::Room(room) => {
                self.buildings = true;
                Some(room)
            }
            Named::Bare(room) => {
                self.bare.push((row.at.clone(), room.number.clone()));
                Some(room)
            }
            Named::Date(dated) => {
                let owner = row.owner.map(str::to_owned);
                self.dated.push(DatedEntry { entry, dated, owner });
                None
            }
        }
    }
}
