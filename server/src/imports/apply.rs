//! Turning the rows of a book into entries: what is new, what changed, what is known.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike as _, NaiveDate};
use guanjia_books::{Book, ChargeRow, PaymentRow, Room, UnitRow};
use guanjia_entity::source_key;

use super::{
    keys::{self, Ordinals},
    store::{self, Known},
    summary::{Summary, Tally},
};
use crate::{
    kernel::{
        Failure, Problem, ProblemCode, Text, Work,
        ids::{self, AccountId, ChargeId, CommunityId, ImportId, PaymentId},
    },
    ledger::commands::{NewCharge, NewPayment, Postings},
    owners::commands::{NewHolder, NewUnit, add_holder, open_unit},
};

/// Where the rows go.
pub(super) struct Target {
    pub(super) community: CommunityId,
    pub(super) import: ImportId,
    /// The day of the book: what was paid on an unknown day is effective on it.
    pub(super) book_day: NaiveDate,
}

/// What comes of a book: postings for the ledger and keys to remember, counted.
pub(super) struct Plan {
    pub(super) postings: Postings,
    pub(super) keys: Vec<source_key::Model>,
    pub(super) summary: Summary,
}

/// Makes the units that are new, and plans the entries of the ledger.
pub(super) async fn plan(work: &Work, book: &Book, target: &Target) -> Result<Plan, Failure> {
    let postings = Postings { import: Some(target.import), ..Postings::default() };
    let mut plan = Plan { postings, keys: Vec::new(), summary: Summary::default() };
    units(work, &book.units, target, &mut plan).await?;
    let place = (work.organization(), target.community);
    let accounts = store::accounts(work.conn(), place).await?;
    charges(work, &book.charges, target, (&accounts, &mut plan)).await?;
    payments(work, book, target, (&accounts, &mut plan)).await?;
    Ok(plan)
}

type Accounts = HashMap<(String, String, String), AccountId>;

/// A unit that is known is left as it is: what a book says of its holders is a proposal.
async fn units(
    work: &Work,
    rows: &[UnitRow],
    target: &Target,
    plan: &mut Plan,
) -> Result<(), Failure> {
    let place = (work.organization(), target.community);
    let known = store::known(work.conn(), place, "UNIT").await?;
    let mut seen = HashSet::new();
    for row in rows {
        let key = keys::unit(&row.room);
        seen.insert(key.clone());
        if known.contains_key(&key) {
            plan.summary.units.left += 1;
            continue;
        }
        let new = NewUnit {
            building: row.room.building.clone(),
            entrance: row.room.entrance.clone(),
            number: row.room.number.clone(),
            area_centi_m2: row.area_centi_m2,
            use_type: row.use_.clone(),
        };
        let (unit, account) = open_unit(work, target.community, new).await?;
        holders(work, row, account).await?;
        plan.keys.push(key_row(work, target, ("UNIT", key, unit.into(), String::new())));
        plan.summary.units.created += 1;
    }
    plan.summary.units.missing = missing(&known, &seen, !rows.is_empty());
    Ok(())
}

/// The first holder has the numbers.
async fn holders(work: &Work, row: &UnitRow, account: AccountId) -> Result<(), Failure> {
    for (position, holder) in (0..).zip(&row.holders) {
        let phones = if position == 0 { row.phones.clone() } else { Vec::new() };
        let new = NewHolder { name: holder.name.clone(), phones, source: "BOOKS".to_owned() };
        add_holder(work, account, position, &new).await?;
    }
    Ok(())
}

async fn charges(
    work: &Work,
    rows: &[ChargeRow],
    target: &Target,
    (accounts, plan): (&Accounts, &mut Plan),
) -> Result<(), Failure> {
    let place = (work.organization(), target.community);
    let known = store::known(work.conn(), place, "CHARGE").await?;
    let named = rows.iter().map(|row| (keys::charge(row), keys::charge_print(row), row));
    let mut sorted = sort(&known, named, !rows.is_empty());
    for (key, print, row) in sorted.fresh {
        let new = new_charge(row, account_of(accounts, &row.room)?);
        sorted.tally.fen += new.amount_fen;
        plan.keys.push(key_row(work, target, ("CHARGE", key, new.id.into(), print)));
        plan.postings.charges.push(new);
    }
    plan.summary.charges = sorted.tally;
    plan.postings.reversed_charges = store::charges(work.conn(), place.0, &sorted.replaced).await?;
    Ok(())
}

/// A charge is true from the first day of its month, or from its due day if that is earlier.
fn new_charge(row: &ChargeRow, account: AccountId) -> NewCharge {
    let first_day = NaiveDate::parse_from_str(&format!("{}-01", row.period), "%Y-%m-%d").ok();
    let effective_on =
        first_day.unwrap_or_else(|| row.due_on.with_day(1).unwrap_or(row.due_on)).min(row.due_on);
    NewCharge {
        id: ids::fresh::<ChargeId>(),
        account,
        fee_item: row.item.clone(),
        period: row.period.clone(),
        due_on: row.due_on,
        // What was waived was never owed, as far as these books tell.
        amount_fen: row.amount_fen - row.waived_fen.unwrap_or(0),
        effective_on,
    }
}

async fn payments(
    work: &Work,
    book: &Book,
    target: &Target,
    (accounts, plan): (&Accounts, &mut Plan),
) -> Result<(), Failure> {
    let place = (work.organization(), target.community);
    let known = store::known(work.conn(), place, "PAYMENT").await?;
    let receipts = book.payments.iter();
    let receipts =
        receipts.map(|row| (keys::payment(row), keys::payment_print(row), Paid::On(row)));
    // Nothing paid is no payment, unless something was paid by an earlier book.
    let beside = book.charges.iter().filter_map(|row| Some((keys::paid(row), row.paid_fen?, row)));
    let beside = beside.filter(|(key, fen, _)| *fen != 0 || known.contains_key(key));
    let beside = beside.map(|(key, fen, row)| (key, fen.to_string(), Paid::Sometime(row)));
    let spoke_of_money =
        !book.payments.is_empty() || book.charges.iter().any(|row| row.paid_fen.is_some());
    let mut sorted = sort(&known, receipts.chain(beside), spoke_of_money);
    for (key, print, row) in sorted.fresh {
        let new = new_payment(row, account_of(accounts, row.room())?, target.book_day);
        sorted.tally.fen += new.amount_fen;
        plan.keys.push(key_row(work, target, ("PAYMENT", key, new.id.into(), print)));
        plan.postings.payments.push(new);
    }
    plan.summary.payments = sorted.tally;
    plan.postings.reversed_payments =
        store::payments(work.conn(), place.0, &sorted.replaced).await?;
    Ok(())
}

/// Money as a book tells of it.
#[derive(Clone, Copy)]
enum Paid<'b> {
    /// A receipt, on its day.
    On(&'b PaymentRow),
    /// A sum beside a charge, on a day nobody wrote down.
    Sometime(&'b ChargeRow),
}

impl Paid<'_> {
    fn room(&self) -> &Room {
        match self {
            Self::On(row) => &row.room,
            Self::Sometime(row) => &row.room,
        }
    }
}

fn new_payment(row: Paid<'_>, account: AccountId, book_day: NaiveDate) -> NewPayment {
    let id = ids::fresh::<PaymentId>();
    match row {
        Paid::On(row) => NewPayment {
            id,
            account,
            amount_fen: row.amount_fen,
            method: row.method.clone(),
            receipt: row.receipt.clone(),
            designated_period: row.period.clone(),
            designated_item: row.item.clone(),
            effective_on: row.received_on,
            day_unknown: false,
        },
        Paid::Sometime(row) => NewPayment {
            id,
            account,
            amount_fen: row.paid_fen.unwrap_or(0),
            method: None,
            receipt: None,
            designated_period: Some(row.period.clone()),
            designated_item: Some(row.item.clone()),
            effective_on: book_day,
            day_unknown: true,
        },
    }
}

/// Rows sorted into what is to be entered and what they replace.
struct Sorted<R> {
    /// Key, print and row of what is new or changed.
    fresh: Vec<(String, String, R)>,
    /// The entries that changed rows were.
    replaced: Vec<uuid::Uuid>,
    tally: Tally,
}

/// Holds rows against what is known. `speaks_of_it` is whether the file says anything of the kind at all.
fn sort<R>(
    known: &Known,
    rows: impl Iterator<Item = (String, String, R)>,
    speaks_of_it: bool,
) -> Sorted<R> {
    let (mut ordinals, mut seen) = (Ordinals::default(), HashSet::new());
    let mut sorted = Sorted { fresh: Vec::new(), replaced: Vec::new(), tally: Tally::default() };
    for (base, print, row) in rows {
        let key = ordinals.name(base);
        seen.insert(key.clone());
        match known.get(&key) {
            Some(same) if same.print == print => {
                sorted.tally.left += 1;
                continue;
            }
            Some(old) => {
                sorted.tally.changed += 1;
                sorted.replaced.push(old.entry_id);
            }
            None => sorted.tally.created += 1,
        }
        sorted.fresh.push((key, print, row));
    }
    sorted.tally.missing = missing(known, &seen, speaks_of_it);
    sorted
}

/// Rows known before that this file does not have; a file that says nothing of a kind misses nothing.
fn missing(known: &Known, seen: &HashSet<String>, speaks_of_it: bool) -> usize {
    if speaks_of_it { known.keys().filter(|key| !seen.contains(*key)).count() } else { 0 }
}

fn account_of(accounts: &Accounts, room: &Room) -> Result<AccountId, Failure> {
    let key = (room.building.clone(), room.entrance.clone(), room.number.clone());
    accounts.get(&key).copied().ok_or_else(|| {
        let text = Text::new(
            format!("房号 {room} 不在业主台账中,也未曾导入"),
            format!(
                "room {room} stands in no register, neither in this file nor in an earlier one"
            ),
        );
        Failure::problem(Problem::at("room", ProblemCode::NotFound, text))
    })
}

fn key_row(
    work: &Work,
    target: &Target,
    (kind, key, entry_id, print): (&str, String, uuid::Uuid, String),
) -> source_key::Model {
    source_key::Model {
        organization_id: work.organization(),
        community_id: target.community,
        kind: kind.to_owned(),
        key,
        entry_id,
        print,
        import_id: target.import,
    }
}
