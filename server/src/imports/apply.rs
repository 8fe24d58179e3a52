//! Turning the rows of a book into entries: what is new, what changed, what is known.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use chrono::{Datelike as _, NaiveDate};
use guanjia_books::{At, Book, ChargeRow, PaymentRow, Room, UnitRow};
use guanjia_entity::{payment, source_key};

use super::{
    keys,
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
pub(super) async fn plan(work: &mut Work, book: &Book, target: &Target) -> Result<Plan, Failure> {
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
    work: &mut Work,
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
async fn holders(work: &mut Work, row: &UnitRow, account: AccountId) -> Result<(), Failure> {
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
    let (fresh, mut tally) = sort(&known, named, !rows.is_empty());
    let mut replaced = Vec::new();
    for Fresh { key, print, row, old } in fresh {
        let mut new = new_charge(row, account_of(accounts, &row.room)?);
        not_negative(new.amount_fen, &row.at)?;
        new.replaces = old.map(|old| old.entry_id.into());
        replaced.extend(new.replaces.map(uuid::Uuid::from));
        tally.fen += new.amount_fen;
        plan.keys.push(key_row(work, target, ("CHARGE", key, new.id.into(), print)));
        plan.postings.charges.push(new);
    }
    plan.summary.charges = tally;
    plan.postings.reversed_charges = store::charges(work.conn(), place.0, &replaced).await?;
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
        replaces: None,
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
    let (fresh, mut tally) = sort(&known, receipts.chain(beside), spoke_of_money);
    let before = fresh.iter().filter_map(|row| row.old.as_ref()).map(|old| old.entry_id);
    let before = store::payments(work.conn(), place.0, &before.collect::<Vec<_>>()).await?;
    for Fresh { key, print, row, old } in fresh {
        let old = old.map(|old| {
            (before.iter().find(|entry| uuid::Uuid::from(entry.id) == old.entry_id), old)
        });
        let mut new = new_payment(row, account_of(accounts, row.room())?, target.book_day);
        not_negative(new.amount_fen, row.at())?;
        if let Some((Some(entry), old)) = old {
            correct(&mut new, row, (entry, &old.print))?;
            if new.replaces.is_some() {
                plan.postings.reversed_payments.push(entry.clone());
            }
        }
        tally.fen += new.amount_fen;
        plan.keys.push(key_row(work, target, ("PAYMENT", key, new.id.into(), print)));
        plan.postings.payments.push(new);
    }
    plan.summary.payments = tally;
    Ok(())
}

/// Turns a new payment into a correction. A receipt takes the place of the entry it was. A sum beside a charge only rises
/// or falls: what was known stays known since then, and only the rise is new.
fn correct(
    new: &mut NewPayment,
    row: Paid<'_>,
    (entry, before): (&payment::Model, &str),
) -> Result<(), Failure> {
    let Paid::Sometime(_) = row else {
        new.replaces = Some(entry.id);
        return Ok(());
    };
    let rise = new.amount_fen - before.parse().unwrap_or(entry.amount_fen);
    if rise > 0 {
        new.amount_fen = rise;
        return Ok(());
    }
    new.replaces = Some(entry.id);
    new.effective_on = entry.effective_on;
    new.amount_fen = entry.amount_fen + rise;
    not_negative(new.amount_fen, row.at())
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
    fn at(&self) -> &At {
        match self {
            Self::On(row) => &row.at,
            Self::Sometime(row) => &row.at,
        }
    }

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
            replaces: None,
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
            replaces: None,
        },
    }
}

/// A row that is to be entered.
struct Fresh<R> {
    key: String,
    print: String,
    row: R,
    /// What the row was before, if it is a correction.
    old: Option<source_key::Model>,
}

/// Holds rows against what is known. Rows of one name (two payments on one receipt) are paired by their content first, so
/// that a file with only some of them takes none for a correction of another; what is left pairs in order.
/// `speaks_of_it` is whether the file says anything of the kind at all: otherwise nothing of it is missing.
fn sort<R>(
    known: &Known,
    rows: impl Iterator<Item = (String, String, R)>,
    speaks_of_it: bool,
) -> (Vec<Fresh<R>>, Tally) {
    let mut by_base: BTreeMap<String, Vec<(String, R)>> = BTreeMap::new();
    for (base, print, row) in rows {
        by_base.entry(base).or_default().push((print, row));
    }
    let (mut fresh, mut tally, mut met) = (Vec::new(), Tally::default(), 0);
    for (base, rows) in by_base {
        let of_base = (1..).map(|nth| keys::numbered(&base, nth));
        let mut before: VecDeque<_> = of_base.map_while(|key| known.get(&key)).collect();
        let taken = before.len();
        let left = rows.into_iter().filter(|(print, _)| {
            let same = before.iter().position(|old| old.print == *print);
            let found = same.is_some_and(|place| before.remove(place).is_some());
            tally.left += usize::from(found);
            !found
        });
        let left: Vec<_> = left.collect();
        let mut next = taken;
        for (print, row) in left {
            let old = before.pop_front().cloned();
            let key = old.as_ref().map_or_else(
                || {
                    next += 1;
                    keys::numbered(&base, next)
                },
                |old| old.key.clone(),
            );
            if old.is_some() {
                tally.changed += 1
            } else {
                tally.created += 1
            }
            fresh.push(Fresh { key, print, row, old });
        }
        met += taken - before.len();
    }
    tally.missing = if speaks_of_it { known.len() - met } else { 0 };
    (fresh, tally)
}

/// Rows known before that this file does not have; a file that says nothing of a kind misses nothing.
fn missing(known: &Known, seen: &HashSet<String>, speaks_of_it: bool) -> usize {
    if speaks_of_it { known.keys().filter(|key| !seen.contains(*key)).count() } else { 0 }
}

/// Money given back and credits are not understood yet; taking them in and ignoring them would be worse than refusing.
fn not_negative(fen: i64, at: &At) -> Result<(), Failure> {
    if fen >= 0 {
        return Ok(());
    }
    let text = Text::new(
        format!("{}第 {} 行金额为负:暂不支持退款和红字应收", at.sheet, at.row),
        format!(
            "{}, row {}: a negative amount; refunds and credits cannot be imported yet",
            at.sheet, at.row
        ),
    );
    Err(Failure::problem(Problem::at("amount", ProblemCode::TooSmall, text)))
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
