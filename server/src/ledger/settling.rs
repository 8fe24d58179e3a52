//! Keeping what is stored in line with the entries: allocations, reductions and open balances of accounts.
//!
//! What stands is compared with what [`allocate`] says, and only the difference is written, as signed rows on the day it is
//! true from. So the rows known by a moment and true by a day sum up to what [`allocate`] said at that moment of that day.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use guanjia_entity::{allocation, charge, charge_balance, charge_reduction};

use super::{
    allocation::{By, Movements, allocate},
    entries::{RED, Rows},
    events::LedgerChanged,
    rows, store,
};
use crate::{
    kernel::{
        Failure, Work,
        ids::{self, AccountId, ChargeId},
    },
    owners::{self, events::AccountsChanged},
};

/// Accounts settled with one set of statements.
const ACCOUNTS_AT_ONCE: usize = 200;

/// Brings allocations and balances of accounts in line with their entries, and tells who listens.
pub(super) async fn settle(work: &mut Work, accounts: BTreeSet<AccountId>) -> Result<(), Failure> {
    let list: Vec<AccountId> = accounts.iter().copied().collect();
    for some in list.chunks(ACCOUNTS_AT_ONCE) {
        settle_some(work, some).await?;
    }
    work.emit_summed(LedgerChanged(accounts.clone()));
    work.emit_summed(AccountsChanged(accounts));
    Ok(())
}

async fn settle_some(work: &Work, accounts: &[AccountId]) -> Result<(), Failure> {
    let (conn, organization) = (work.conn(), work.organization());
    let rows = rows::of_accounts(conn, organization, accounts).await?;
    let policies = rows::policies(conn, organization, accounts).await?;
    let mut standing = store::movements(conn, organization, accounts).await?;
    let cached = store::balances(conn, organization, accounts).await?;
    let mut changes = Changes::default();
    let today = owners::queries::reach_day(work.now);
    let mut waiting = Vec::new();
    for account in accounts {
        let Some(rows) = rows.get(account) else { continue };
        let movements = allocate(&rows.known(None), policies.of(*account));
        let (come, to_come) = by_today(rows, &movements, today);
        changes.balances.extend(balances(rows, &come, &cached));
        waiting.extend(to_come.map(|day| (day, *account)));
        let before = standing.remove(account).unwrap_or_default();
        changes.compare(work, *account, (&before, &movements));
    }
    store::insert_allocations(conn, changes.allocations).await?;
    store::insert_reductions(conn, changes.reductions).await?;
    store::put_settling_days(work, waiting).await?;
    Ok(store::put_balances(conn, changes.balances).await?)
}

/// Fen that have gone from each charge by today, and the first day to come on which money that waits settles something. A
/// charge that is itself to come is shown with what will settle it.
fn by_today(
    rows: &Rows,
    movements: &Movements,
    today: NaiveDate,
) -> (HashMap<ChargeId, i64>, Option<NaiveDate>) {
    let stands =
        |id: &ChargeId| rows.charges.iter().any(|row| row.id == *id && row.effective_on <= today);
    let (mut gone, mut first) = (HashMap::new(), None::<NaiveDate>);
    for ((_, charge, on), fen) in movements {
        if *on > today && stands(charge) {
            first = Some(first.map_or(*on, |first| first.min(*on)));
            continue;
        }
        *gone.entry(*charge).or_insert(0) += fen;
    }
    (gone, first)
}

/// The balances that are not what the cache says.
fn balances(
    rows: &Rows,
    gone: &HashMap<ChargeId, i64>,
    cached: &BTreeMap<ChargeId, i64>,
) -> Vec<charge_balance::Model> {
    let taken_back: BTreeSet<ChargeId> =
        rows.charges.iter().filter_map(|row| row.reverses_id).collect();
    let debts = rows.charges.iter().filter(|row| row.reverses_id.is_none() && row.kind != RED);
    let changed = debts.filter_map(|row| {
        let whole = if taken_back.contains(&row.id) { 0 } else { row.amount_fen };
        let open_fen = whole - gone.get(&row.id).unwrap_or(&0);
        (cached.get(&row.id) != Some(&open_fen)).then(|| balance(row, open_fen))
    });
    changed.collect()
}

fn balance(charge: &charge::Model, open_fen: i64) -> charge_balance::Model {
    charge_balance::Model {
        organization_id: charge.organization_id,
        charge_id: charge.id,
        account_id: charge.account_id,
        due_on: charge.due_on,
        open_fen,
    }
}

/// The rows that lead from what stands to what should stand.
#[derive(Default)]
struct Changes {
    allocations: Vec<allocation::Model>,
    reductions: Vec<charge_reduction::Model>,
    balances: Vec<charge_balance::Model>,
}

impl Changes {
    fn compare(
        &mut self,
        work: &Work,
        account: AccountId,
        (before, after): (&Movements, &Movements),
    ) {
        let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        for key in keys {
            let fen = after.get(key).unwrap_or(&0) - before.get(key).unwrap_or(&0);
            if fen == 0 {
                continue;
            }
            let (by, charge_id, effective_on) = *key;
            let (organization_id, recorded_at) = (work.organization(), work.now);
            if let By::Payment(payment_id) = by {
                self.allocations.push(allocation::Model {
                    organization_id,
                    id: ids::fresh(),
                    account_id: account,
                    payment_id,
                    charge_id,
                    amount_fen: fen,
                    effective_on,
                    recorded_at,
                });
                continue;
            }
            self.reductions.push(charge_reduction::Model {
                organization_id,
                id: ids::fresh(),
                account_id: account,
                charge_id,
                red_charge_id: if let By::RedLetter(id) = by { Some(id) } else { None },
                adjustment_id: if let By::Adjustment(id) = by { Some(id) } else { None },
                amount_fen: fen,
                effective_on,
                recorded_at,
            });
        }
    }
}
