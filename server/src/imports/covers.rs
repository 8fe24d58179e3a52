//! Of what a file speaks, so that only rows of that are missing from it. Pure.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use guanjia_books::{Book, ChargeRow};
use guanjia_entity::source_key;

use crate::ledger::periods::Span;

/// Of what a file speaks: buildings, and for each kind of row the fee items with their time.
#[derive(Clone, Debug, Default)]
pub(super) struct Covers {
    buildings: HashSet<String>,
    /// Whether it has a register.
    units: bool,
    charges: HashMap<String, Span>,
    /// Sums paid beside charges.
    paid: HashMap<String, Span>,
    waivers: HashMap<String, Span>,
    /// Receipts by the item that they name, `""` for none; the first and the last day.
    receipts: HashMap<String, (NaiveDate, NaiveDate)>,
}

impl Covers {
    /// Of what a book speaks.
    pub(super) fn of(book: &Book) -> Self {
        let mut covers = Self { units: !book.units.is_empty(), ..Self::default() };
        let rooms = book.units.iter().map(|row| &row.room);
        let rooms = rooms.chain(book.charges.iter().map(|row| &row.room));
        for room in rooms.chain(book.payments.iter().map(|row| &row.room)) {
            if !covers.buildings.contains(&room.building) {
                covers.buildings.insert(room.building.clone());
            }
        }
        for row in &book.charges {
            widen(&mut covers.charges, row);
            row.paid_fen.iter().for_each(|_| widen(&mut covers.paid, row));
            row.waived_fen.iter().for_each(|_| widen(&mut covers.waivers, row));
        }
        for row in &book.payments {
            let (day, item) = (row.received_on, row.item.as_deref().unwrap_or_default());
            match covers.receipts.get_mut(item) {
                Some((first, last)) => (*first, *last) = (day.min(*first), day.max(*last)),
                None => drop(covers.receipts.insert(item.to_owned(), (day, day))),
            }
        }
        covers
    }

    /// Whether it says anything of a building.
    pub(super) fn has_building(&self, building: &str) -> bool {
        self.buildings.contains(building)
    }

    /// Whether a known row of a building of the file is of a kind, an item and a time that the file speaks of: a book of one
    /// month misses nothing of another, and a book of parking fees no heating.
    pub(super) fn has(&self, row: &source_key::Model) -> bool {
        match (row.kind.as_str(), row.key.split_once('|')) {
            ("UNIT", _) => self.units,
            ("CHARGE", Some((_, rest))) => is_within(&self.charges, rest),
            ("WAIVER", Some((_, rest))) => is_within(&self.waivers, after_room(rest)),
            ("PAYMENT", Some(("paid", rest))) => is_within(&self.paid, after_room(rest)),
            ("PAYMENT", _) => self.has_receipt(&row.print),
            _ => false,
        }
    }

    /// The print of a receipt is `fen|day|period|item|method`.
    fn has_receipt(&self, print: &str) -> bool {
        let mut parts = print.split('|').skip(1);
        let day = parts.next().and_then(|day| day.parse::<NaiveDate>().ok());
        let days = self.receipts.get(parts.nth(1).unwrap_or_default());
        day.zip(days).is_some_and(|(day, (first, last))| (*first..=*last).contains(&day))
    }
}

fn after_room(rest: &str) -> &str {
    rest.split_once('|').map_or("", |(_, rest)| rest)
}

fn widen(of: &mut HashMap<String, Span>, row: &ChargeRow) {
    let Some(span) = Span::of(&row.period) else { return };
    match of.get_mut(&row.item) {
        Some(known) => *known = known.with(span),
        None => drop(of.insert(row.item.clone(), span)),
    }
}

/// `物业费|2026-09#2` is of its item and within its time.
fn is_within(of: &HashMap<String, Span>, item_and_period: &str) -> bool {
    let Some((item, period)) = item_and_period.rsplit_once('|') else { return false };
    let span = Span::of(period.split('#').next().unwrap_or_default());
    of.get(item).zip(span).is_some_and(|(covered, span)| covered.has(span))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use guanjia_books::{At, PaymentRow, Room};
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn charge(item: &str, period: &str, paid_fen: Option<i64>) -> ChargeRow {
        ChargeRow {
            at: At { sheet: String::new(), row: 1, column: None },
            room: Room { building: "1".into(), entrance: "1".into(), number: "101".into() },
            item: item.into(),
            period: period.into(),
            due_on: day("2026-09-30"),
            amount_fen: 100,
            paid_fen,
            waived_fen: None,
            waived_on: None,
            owner_name: None,
        }
    }

    fn known(kind: &str, key: &str, print: &str) -> source_key::Model {
        let id = Uuid::from_u128(1);
        source_key::Model {
            organization_id: id.into(),
            community_id: id.into(),
            kind: kind.into(),
            key: key.into(),
            entry_id: id,
            print: print.into(),
            import_id: id.into(),
            unit_id: None,
        }
    }

    #[test]
    fn a_file_covers_its_items_from_their_first_to_their_last_month_and_nothing_beside() {
        let charges = vec![
            charge("物业费", "2026-07", None),
            charge("物业费", "2026-09", Some(0)),
            charge("停车费", "2026-09", None),
        ];
        let covers = Covers::of(&Book { charges, ..Book::default() });
        let has = |kind: &str, key: &str| covers.has(&known(kind, key, ""));
        assert!(has("CHARGE", "1-1-102|物业费|2026-08#2"));
        assert!(!has("CHARGE", "1-1-102|物业费|2026-06"));
        assert!(!has("CHARGE", "1-1-102|物业费|2026"));
        assert!(!has("CHARGE", "1-1-102|停车费|2026-08"));
        assert!(!has("CHARGE", "1-1-102|水费|2026-09"));
        assert!(has("PAYMENT", "paid|1-1-102|物业费|2026-09"));
        assert!(!has("PAYMENT", "paid|1-1-102|物业费|2026-07"));
        assert!(!has("WAIVER", "waived|1-1-102|物业费|2026-09"));
        assert!(!has("UNIT", "1-1-102"));
        assert!(!has("PAYMENT", "receipt|A1|1-1-102"));
    }

    #[test]
    fn receipts_are_covered_by_the_days_of_their_item() {
        let at = At { sheet: String::new(), row: 1, column: None };
        let receipt = |item: Option<&str>, on: &str| PaymentRow {
            at: at.clone(),
            room: Room::default(),
            receipt: None,
            period: None,
            item: item.map(str::to_owned),
            received_on: day(on),
            amount_fen: 1,
            method: None,
            print: String::new(),
        };
        let payments = vec![
            receipt(Some("物业费"), "2026-09-01"),
            receipt(Some("物业费"), "2026-09-30"),
            receipt(None, "2026-08-01"),
        ];
        let covers = Covers::of(&Book { payments, ..Book::default() });
        let has = |print: &str| covers.has(&known("PAYMENT", "receipt|A1|1-1-102", print));
        assert!(has("5|2026-09-15|2026-09|物业费|微信"));
        assert!(!has("5|2026-10-15|2026-09|物业费|微信"));
        assert!(!has("5|2026-09-15||停车费|"));
        assert!(has("5|2026-08-01|||"));
        assert!(!has("5|2026-09-15|||"));
    }
}
