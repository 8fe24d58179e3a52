//! In which order one payment settles several debts, and how equals share it (rule 10). Pure.

use std::{cmp::Reverse, collections::BTreeMap};

use chrono::NaiveDate;

use super::policy::{Method, Order, PenaltyPlace};

/// A debt that is open, as the order sees it. A penalty stands with its principal.
#[derive(Clone, Copy, Debug)]
pub struct Debt {
    /// Its place among the charges.
    pub at: usize,
    /// The place of its principal, or its own.
    pub head: usize,
    /// Whether it is a penalty.
    pub is_penalty: bool,
    /// Whether its principal is due.
    pub is_late: bool,
    /// Whether its principal is secured.
    pub is_secured: bool,
    /// Millionths a day that its principal bears, the heaviest first.
    pub burden: Reverse<i64>,
    /// When its principal is due.
    pub due_on: NaiveDate,
    /// Fen open, positive.
    pub open: i64,
}

/// What decides the order; equals share. The last is used where nobody shares.
type Rank = (bool, bool, bool, Reverse<i64>, NaiveDate, usize);

/// Spreads an amount over debts: places and fen.
pub fn in_turn(order: &Order, mut debts: Vec<Debt>, mut left: i64) -> Vec<(usize, i64)> {
    debts.sort_by_key(|debt| (rank(order, debt), debt.head, part(order, debt), debt.at));
    let mut shares = Vec::new();
    for equals in debts.chunk_by(|a, b| rank(order, a) == rank(order, b)) {
        if left == 0 {
            break;
        }
        let mut wholes = BTreeMap::<usize, i64>::new();
        for debt in equals {
            *wholes.entry(debt.head).or_default() += debt.open;
        }
        let mut shared = in_proportion(&wholes, left);
        for debt in equals {
            let share = shared.entry(debt.head).or_default();
            let fen = debt.open.min(*share);
            *share -= fen;
            left -= fen;
            if fen > 0 {
                shares.push((debt.at, fen));
            }
        }
    }
    shares
}

fn rank(order: &Order, debt: &Debt) -> Rank {
    let last = debt.is_penalty && order.penalty_place == PenaltyPlace::Last;
    match order.method {
        Method::Statutory => (last, !debt.is_late, debt.is_secured, debt.burden, debt.due_on, 0),
        Method::OldestFirst => (last, false, false, Reverse(0), debt.due_on, debt.head),
    }
}

/// Inside one debt.
fn part(order: &Order, debt: &Debt) -> bool {
    debt.is_penalty != (order.penalty_place == PenaltyPlace::BeforePrincipal)
}

/// Everything, if there is enough; else in proportion, each share cut to whole fen, and the fen that are left over one by
/// one to those who lost most by the cut.
fn in_proportion(wholes: &BTreeMap<usize, i64>, left: i64) -> BTreeMap<usize, i64> {
    let total: i64 = wholes.values().sum();
    if left >= total {
        return wholes.clone();
    }
    let (wide_left, wide_total) = (i128::from(left), i128::from(total));
    let cut = |whole: i64| (i128::from(whole) * wide_left).div_euclid(wide_total);
    let lost = |whole: i64| (i128::from(whole) * wide_left).rem_euclid(wide_total);
    let mut shares: BTreeMap<usize, i64> = wholes
        .iter()
        .map(|(head, whole)| (*head, i64::try_from(cut(*whole)).unwrap_or_default()))
        .collect();
    let over = left - shares.values().sum::<i64>();
    let mut losers: Vec<_> =
        wholes.iter().map(|(head, whole)| (Reverse(lost(*whole)), *head)).collect();
    losers.sort();
    for (_, head) in losers.into_iter().take(usize::try_from(over).unwrap_or_default()) {
        *shares.entry(head).or_default() += 1;
    }
    shares
}
