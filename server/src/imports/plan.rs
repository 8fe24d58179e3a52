//! What the rows of a file would become: what is new, what changed, what is known. Reads, and writes nothing.

mod owners;
mod paid;
mod waivers;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike as _, NaiveDate};
use guanjia_books::{ChargeRow, Problem, UnitRow};
use guanjia_entity::source_key;
use sea_orm::ConnectionTrait;

use self::{
    paid::{Paid, correct, new_payment},
    waivers::Waivers,
};
use super::{
    covers::Covers,
    identities::StagedIdentity,
    keys,
    known::{self, Known, Place, RoomKey, room_key},
    notes::{self, Notes},
    rows::{self, Fresh, Row},
    sheet::{OfUnit, Sheet},
    summary::{Summary, Tally},
};
use crate::{
    kernel::{
        Failure,
        ids::{self, AccountId, ChargeId, CommunityId, OrganizationId, UnitId},
        secrets::Keyring,
        sql::BULK,
    },
    ledger::commands::{NewCharge, Postings},
};

/// A unit that is new.
pub(super) struct StagedUnit {
    pub(super) unit: UnitId,
    pub(super) account: AccountId,
    pub(super) row: UnitRow,
}

/// What a row will be called, and what it was before.
pub(super) struct StagedKey {
    pub(super) kind: &'static str,
    pub(super) key: String,
    pub(super) unit: UnitId,
    pub(super) entry: uuid::Uuid,
    pub(super) print: String,
    pub(super) before: Option<source_key::Model>,
}

/// What some units' rows will become.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) units: Vec<StagedUnit>,
    pub(super) keys: Vec<StagedKey>,
    pub(super) postings: Postings,
    pub(super) identities: Vec<StagedIdentity>,
}

impl Batch {
    /// Whether nothing would be written.
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.identities.is_empty()
    }
}

/// Plans a file, some units at a time.
pub(super) struct Planner {
    place: (OrganizationId, CommunityId),
    book_day: NaiveDate,
    today: NaiveDate,
    covers: Covers,
    places: HashMap<RoomKey, Place>,
    /// Units that the file speaks of.
    met: HashSet<UnitId>,
    summary: Summary,
    keyring: Keyring,
    /// Whether it was said that identity numbers are not taken.
    said_keyless: bool,
    /// What is wrong with rows, held against what is known.
    pub(super) notes: Notes,
}

impl Planner {
    /// Looks at what the community knows. `today` stands in for a book that gives no day.
    pub(super) async fn try_new(
        conn: &impl ConnectionTrait,
        place: (OrganizationId, CommunityId),
        (sheet, today, keyring): (&Sheet, NaiveDate, Keyring),
    ) -> Result<Self, Failure> {
        Ok(Self {
            place,
            book_day: sheet.as_of().unwrap_or(today),
            today,
            covers: sheet.covers(),
            places: known::places(conn, place).await?,
            met: HashSet::new(),
            summary: Summary::default(),
            keyring,
            said_keyless: false,
            notes: Notes::default(),
        })
    }

    /// What it comes to, once every unit has been planned. Looks for what the units have that the file leaves out.
    pub(super) async fn finish(
        mut self,
        conn: &impl ConnectionTrait,
    ) -> Result<(Summary, Notes), Failure> {
        let absent = self.places.iter().filter(|((building, ..), place)| {
            self.covers.has_building(building) && !self.met.contains(&place.unit)
        });
        let mut absent: Vec<UnitId> = absent.map(|(_, place)| place.unit).collect();
        absent.sort_unstable();
        for some in absent.chunks(BULK) {
            let known = known::keys(conn, self.place.0, some).await?;
            let mut rows: Vec<_> = known.into_values().flat_map(BTreeMap::into_values).collect();
            rows.sort_by(|a, b| (&a.kind, &a.key).cmp(&(&b.kind, &b.key)));
            self.miss(&rows);
        }
        Ok((self.summary, self.notes))
    }

    /// Plans some units.
    pub(super) async fn plan(
        &mut self,
        conn: &impl ConnectionTrait,
        units: &[OfUnit<'_>],
    ) -> Result<Batch, Failure> {
        let there = units.iter().filter_map(|of| self.places.get(&room_key(of.room)));
        let ids: Vec<UnitId> = there.map(|place| place.unit).collect();
        let mut known = known::keys(conn, self.place.0, &ids).await?;
        let mut batch = Batch::default();
        let (mut charges, mut payments) = (Vec::new(), Vec::new());
        let mut waivers = Waivers::default();
        for of in units {
            let Some(place) = self.place_of(of, &mut known, &mut batch) else { continue };
            let mut take = |kind: &str| known.remove(&(place.unit, kind.to_owned()));
            let of_charges = take("CHARGE").unwrap_or_default();
            let of_payments = take("PAYMENT").unwrap_or_default();
            let of_waivers = take("WAIVER").unwrap_or_default();
            self.sort_waivers((of, &place), of_waivers, &mut waivers);
            let sorted = self.sort_charges(of, of_charges);
            waivers.stand(place.unit, &sorted.left);
            charges.extend(sorted.fresh.into_iter().map(|fresh| (place.clone(), fresh)));
            let fresh = self.sort_payments(of, of_payments).into_iter();
            payments.extend(fresh.map(|fresh| (place.clone(), fresh)));
        }
        let owed = self.enter_charges(conn, charges, &mut batch).await?;
        self.enter_waivers(conn, (waivers, owed), &mut batch).await?;
        self.enter_payments(conn, payments, &mut batch).await?;
        self.take_identities(conn, units, &mut batch).await?;
        Ok(batch)
    }

    /// Where the rows of a unit go: a unit that is known, or a new one. What a book says of the holders of a known unit is a
    /// proposal, so it is left as it is.
    fn place_of(
        &mut self,
        of: &OfUnit<'_>,
        known: &mut HashMap<(UnitId, String), Known>,
        batch: &mut Batch,
    ) -> Option<Place> {
        let key = room_key(of.room);
        if let Some(place) = self.places.get(&key) {
            let place = place.clone();
            self.met.insert(place.unit);
            let named = known.remove(&(place.unit, "UNIT".to_owned())).unwrap_or_default();
            if of.unit.is_some() {
                self.summary.units.left += 1;
            } else {
                self.miss(&named.into_values().collect::<Vec<_>>());
            }
            return Some(place);
        }
        let Some(row) = of.unit else {
            let charges = of.charges.iter().map(|row| &row.at);
            for at in charges.chain(of.payments.iter().map(|row| &row.at)) {
                self.notes.add(notes::unknown_room(at, of.room));
            }
            return None;
        };
        let (unit, account) = (ids::fresh(), ids::fresh());
        batch.units.push(StagedUnit { unit, account, row: row.clone() });
        batch.keys.push(StagedKey {
            kind: "UNIT",
            key: keys::unit(of.room),
            unit,
            entry: unit.into(),
            print: String::new(),
            before: None,
        });
        self.summary.units.created += 1;
        let place = Place { unit, accounts: vec![(None, None, account)] };
        self.places.insert(key, place.clone());
        self.met.insert(unit);
        Some(place)
    }

    fn sort_charges<'b>(&mut self, of: &OfUnit<'b>, known: Known) -> rows::Sorted<Nth<'b>> {
        let rows = of.charges.iter().enumerate().map(|(nth, row)| Row {
            base: keys::charge(row),
            print: keys::charge_print(row),
            row: (nth, row),
        });
        let sorted = rows::sort(known, rows);
        self.miss(&sorted.missing);
        let tally = &mut self.summary.charges;
        tally.left += sorted.left.len();
        tally.left_fen += sorted.left.iter().map(|left| left.row.1.amount_fen).sum::<i64>();
        sorted
    }

    fn sort_payments<'b>(&mut self, of: &OfUnit<'b>, known: Known) -> Vec<Fresh<Paid<'b>>> {
        let receipts = of.payments.iter().map(|row| Row {
            base: keys::payment(row),
            print: keys::payment_print(row),
            row: Paid::On(row),
        });
        // Nothing paid is no payment, unless something was paid by an earlier book.
        let beside =
            of.charges.iter().filter_map(|row| Some((keys::paid(row), row.paid_fen?, row)));
        let beside = beside.filter(|(base, fen, _)| *fen != 0 || known.contains_key(base));
        let beside: Vec<_> = beside
            .map(|(base, fen, row)| Row { base, print: fen.to_string(), row: Paid::Sometime(row) })
            .collect();
        let sorted = rows::sort(known, receipts.chain(beside));
        self.miss(&sorted.missing);
        let tally = &mut self.summary.payments;
        tally.left += sorted.left.len();
        tally.left_fen += sorted.left.iter().map(|left| left.row.fen()).sum::<i64>();
        sorted.fresh
    }

    /// Counts and names known rows that the file has not, as far as it speaks of the like.
    fn miss(&mut self, rows: &[source_key::Model]) {
        for row in rows.iter().filter(|row| self.covers.has(row)) {
            let tally = match row.kind.as_str() {
                "UNIT" => &mut self.summary.units,
                "CHARGE" => &mut self.summary.charges,
                "WAIVER" => &mut self.summary.waivers,
                _ => &mut self.summary.payments,
            };
            tally.missing += 1;
            self.notes.add(notes::missing(&row.key));
        }
    }

    /// Answers what became of rows that a waiver may be on.
    async fn enter_charges(
        &mut self,
        conn: &impl ConnectionTrait,
        fresh: Vec<(Place, Fresh<Nth<'_>>)>,
        batch: &mut Batch,
    ) -> Result<HashMap<(UnitId, usize), Owed>, Failure> {
        let before = fresh.iter().filter_map(|(_, row)| row.old.as_ref()).map(|old| old.entry_id);
        let before = known::charges(conn, self.place.0, &before.collect::<Vec<_>>()).await?;
        let mut owed = HashMap::new();
        for (place, Fresh { key, print, row: (nth, row), old }) in fresh {
            let effective_on = effective_on(row);
            let old_entry = old.as_ref().and_then(|old| before.get(&old.entry_id));
            // A corrected charge stays with whoever owed it.
            let account =
                old_entry.map(|old| old.row.account_id).or_else(|| place.account_on(effective_on));
            let Some(account) = account else {
                self.notes.add(notes::unknown_room(&row.at, &row.room));
                continue;
            };
            if old_entry.is_some_and(|old| old.taken_back) {
                self.notes.add(notes::taken_back(&row.at));
                continue;
            }
            let mut new = new_charge(row, (account, effective_on));
            let stood = old_entry.map(|old| old.row.amount_fen);
            count(&mut self.summary.charges, old.is_some(), (new.amount_fen, stood));
            new.replaces = old_entry.map(|old| old.row.id);
            batch.postings.reversed_charges.extend(old_entry.map(|old| old.row.clone()));
            if row.waived_fen.is_some() {
                owed.insert((place.unit, nth), Owed { charge: new.id, account });
            }
            let entry = new.id.into();
            let (kind, unit) = ("CHARGE", place.unit);
            batch.keys.push(StagedKey { kind, key, unit, entry, print, before: old });
            batch.postings.charges.push(new);
        }
        Ok(owed)
    }

    async fn enter_payments(
        &mut self,
        conn: &impl ConnectionTrait,
        fresh: Vec<(Place, Fresh<Paid<'_>>)>,
        batch: &mut Batch,
    ) -> Result<(), Failure> {
        let before = fresh.iter().filter_map(|(_, row)| row.old.as_ref()).map(|old| old.entry_id);
        let before = known::payments(conn, self.place.0, &before.collect::<Vec<_>>()).await?;
        let new = fresh.iter().filter(|(_, row)| row.old.is_none());
        let receipts: Vec<&str> = new.filter_map(|(_, row)| row.row.receipt()).collect();
        let mut by_hand = known::by_hand(conn, self.place, &receipts).await?;
        for (place, Fresh { key, print, row, old }) in fresh {
            if old.is_none() && self.is_by_hand(&place, row, &mut by_hand) {
                continue;
            }
            let old_entry = old.as_ref().and_then(|old| before.get(&old.entry_id));
            let account = old_entry
                .map(|old| old.row.account_id)
                .or_else(|| place.account_on(row.day(self.book_day)));
            let Some(account) = account else {
                self.notes.add(notes::unknown_room(row.at(), row.room()));
                continue;
            };
            if old_entry.is_some_and(|old| old.taken_back) {
                self.notes.add(notes::taken_back(row.at()));
                continue;
            }
            if let Paid::On(paid) = row
                && paid.received_on > self.today
            {
                self.notes.add(notes::ahead(&paid.at, paid.received_on));
            }
            let mut new = new_payment(row, account, self.book_day);
            if let (Some(entry), Some(old)) = (old_entry, &old) {
                correct(&mut new, row, (&entry.row, &old.print));
            }
            let replaced = old_entry.filter(|_| new.replaces.is_some());
            let stood = replaced.map(|old| old.row.amount_fen);
            count(&mut self.summary.payments, old.is_some(), (new.amount_fen, stood));
            batch.postings.reversed_payments.extend(replaced.map(|old| old.row.clone()));
            let entry = new.id.into();
            let (kind, unit) = ("PAYMENT", place.unit);
            batch.keys.push(StagedKey { kind, key, unit, entry, print, before: old });
            batch.postings.payments.push(new);
        }
        Ok(())
    }
}

fn count(tally: &mut Tally, corrects: bool, (new_fen, stood): (i64, Option<i64>)) {
    if corrects {
        tally.changed += 1;
        tally.changed_fen += new_fen - stood.unwrap_or(0);
    } else {
        tally.created += 1;
        tally.created_fen += new_fen;
    }
}

/// A row of charges with its place among those of its unit.
type Nth<'b> = (usize, &'b ChargeRow);

/// The charge that a row becomes or became.
struct Owed {
    charge: ChargeId,
    account: AccountId,
}

/// A charge is true from the first day of its month, or from its due day if that is earlier.
fn effective_on(row: &ChargeRow) -> NaiveDate {
    let first_day = NaiveDate::parse_from_str(&format!("{}-01", row.period), "%Y-%m-%d").ok();
    first_day.unwrap_or_else(|| row.due_on.with_day(1).unwrap_or(row.due_on)).min(row.due_on)
}

fn new_charge(row: &ChargeRow, (account, effective_on): (AccountId, NaiveDate)) -> NewCharge {
    NewCharge {
        id: ids::fresh::<ChargeId>(),
        account,
        fee_item: row.item.clone(),
        period: row.period.clone(),
        due_on: row.due_on,
        amount_fen: row.amount_fen,
        effective_on,
        replaces: None,
    }
}

/// The worst of some problems forbids the file.
pub(super) fn is_blocked(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == guanjia_books::Severity::Blocking)
}
