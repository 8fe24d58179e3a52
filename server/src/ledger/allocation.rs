//! Which payment settles which charge: a pure function of an account's entries, whatever order they became known in.
//!
//! First the payer's own designation, to the charges of the month and item they named (rule 10). What is left, and what
//! was not designated, goes to the oldest due charge first, payments in the order of their days; a prepayment waits and
//! then settles the oldest charge that comes (rule 13). Nothing is allocated beyond a charge or beyond a payment.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::kernel::ids::{ChargeId, PaymentId};

/// A charge that stands.
#[derive(Clone, Debug)]
pub struct Charge {
    /// Its id.
    pub id: ChargeId,
    /// What it is for.
    pub fee_item: String,
    /// Its month, `2026-09`.
    pub period: String,
    /// Due until the end of this day.
    pub due_on: NaiveDate,
    /// True from this day on.
    pub effective_on: NaiveDate,
    /// Fen, positive.
    pub amount_fen: i64,
}

/// A payment that stands.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// True from this day on.
    pub effective_on: NaiveDate,
    /// The month the payer named.
    pub designated_period: Option<String>,
    /// The fee item the payer named.
    pub designated_item: Option<String>,
    /// Fen, positive.
    pub amount_fen: i64,
}

/// How much of a payment settles how much of a charge, and from which day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Fen, positive.
    pub amount_fen: i64,
    /// The later of the two entries' days.
    pub effective_on: NaiveDate,
}

/// Who settles whom.
pub type Allocations = BTreeMap<(PaymentId, ChargeId), Settled>;

/// Allocates payments to charges.
pub fn allocate(mut charges: Vec<Charge>, mut payments: Vec<Payment>) -> Allocations {
    charges.sort_by(|a, b| charge_order(a).cmp(&charge_order(b)));
    payments.sort_by_key(|payment| (payment.effective_on, payment.id));
    let mut open: Vec<i64> = charges.iter().map(|charge| charge.amount_fen).collect();
    let mut left: Vec<i64> = payments.iter().map(|payment| payment.amount_fen).collect();
    let mut settled = Allocations::new();
    for designated in [true, false] {
        for (payment, left) in payments.iter().zip(&mut left) {
            for (charge, open) in charges.iter().zip(&mut open) {
                let amount_fen = (*left).min(*open);
                if amount_fen <= 0 || (designated && !is_designated(payment, charge)) {
                    continue;
                }
                *left -= amount_fen;
                *open -= amount_fen;
                let effective_on = payment.effective_on.max(charge.effective_on);
                let entry = settled
                    .entry((payment.id, charge.id))
                    .or_insert(Settled { amount_fen: 0, effective_on });
                entry.amount_fen += amount_fen;
            }
        }
    }
    settled
}

fn charge_order(charge: &Charge) -> (NaiveDate, &str, &str, i64, ChargeId) {
    (charge.due_on, &charge.period, &charge.fee_item, charge.amount_fen, charge.id)
}

/// Designated is what fits everything that was named, if anything was.
fn is_designated(payment: &Payment, charge: &Charge) -> bool {
    let (period, item) = (&payment.designated_period, &payment.designated_item);
    let fits =
        |named: &Option<String>, own: &String| named.as_ref().is_none_or(|named| named == own);
    (period.is_some() || item.is_some())
        && fits(period, &charge.period)
        && fits(item, &charge.fee_item)
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn day(offset: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(offset)
    }

    fn charge(id: u128, month: u32, amount_fen: i64) -> Charge {
        let due_on = NaiveDate::from_ymd_opt(2026, month, 15).unwrap();
        let period = format!("2026-{month:02}");
        let id = ChargeId(Uuid::from_u128(id));
        Charge {
            id,
            fee_item: "物业费".to_owned(),
            period,
            due_on,
            effective_on: due_on,
            amount_fen,
        }
    }

    fn payment(id: u128, offset: u64, period: Option<&str>, amount_fen: i64) -> Payment {
        Payment {
            id: PaymentId(Uuid::from_u128(id)),
            effective_on: day(offset),
            designated_period: period.map(str::to_owned),
            designated_item: None,
            amount_fen,
        }
    }

    fn paid_to(settled: &Allocations, charge: u128) -> i64 {
        let charge = ChargeId(Uuid::from_u128(charge));
        settled.iter().filter(|((_, c), _)| *c == charge).map(|(_, s)| s.amount_fen).sum()
    }

    #[test]
    fn the_payers_designation_comes_before_older_debt() {
        let settled = allocate(
            vec![charge(1, 1, 100), charge(2, 2, 100)],
            vec![payment(9, 50, Some("2026-02"), 100)],
        );
        assert_eq!((paid_to(&settled, 1), paid_to(&settled, 2)), (0, 100));
    }

    #[test]
    fn naming_only_the_item_designates_too() {
        let mut parking = charge(2, 2, 100);
        parking.fee_item = "停车费".to_owned();
        let mut named = payment(9, 50, None, 100);
        named.designated_item = Some("停车费".to_owned());
        let settled = allocate(vec![charge(1, 1, 100), parking], vec![named]);
        assert_eq!((paid_to(&settled, 1), paid_to(&settled, 2)), (0, 100));
    }

    #[test]
    fn without_designation_and_for_a_surplus_the_oldest_comes_first() {
        let charges = vec![charge(2, 2, 100), charge(1, 1, 100), charge(3, 3, 100)];
        let settled = allocate(charges, vec![payment(9, 80, Some("2026-03"), 150)]);
        assert_eq!(
            (paid_to(&settled, 1), paid_to(&settled, 2), paid_to(&settled, 3)),
            (50, 0, 100)
        );
    }

    #[test]
    fn a_prepayment_settles_a_later_charge_on_the_charges_day() {
        let settled = allocate(vec![charge(1, 6, 100)], vec![payment(9, 0, None, 40)]);
        let first = settled.values().next().unwrap();
        assert_eq!((first.amount_fen, first.effective_on), (40, charge(1, 6, 100).due_on));
    }

    fn entries() -> impl Strategy<Value = (Vec<Charge>, Vec<Payment>)> {
        let charges = prop::collection::vec((1_u32..13, 1_i64..50_000), 0..12);
        let payments =
            prop::collection::vec((0_u64..400, prop::option::of(1_u32..13), 1_i64..80_000), 0..12);
        (charges, payments).prop_map(|(charges, payments)| {
            let charges =
                (1..).zip(charges).map(|(id, (month, fen))| charge(id, month, fen)).collect();
            let payments = (100..).zip(payments).map(|(id, (offset, month, fen))| {
                payment(id, offset, month.map(|m| format!("2026-{m:02}")).as_deref(), fen)
            });
            (charges, payments.collect())
        })
    }

    proptest! {
        #[test]
        fn nothing_is_allocated_beyond_a_charge_or_a_payment_and_nothing_waits_while_something_is_open(
            (charges, payments) in entries()
        ) {
            let settled = allocate(charges.clone(), payments.clone());
            let to = |id| settled.iter().filter(|((_, c), _)| *c == id).map(|(_, s)| s.amount_fen).sum::<i64>();
            let of = |id| settled.iter().filter(|((p, _), _)| *p == id).map(|(_, s)| s.amount_fen).sum::<i64>();
            let open: i64 = charges.iter().map(|c| c.amount_fen - to(c.id)).sum();
            let credit: i64 = payments.iter().map(|p| p.amount_fen - of(p.id)).sum();
            prop_assert!(charges.iter().all(|c| to(c.id) <= c.amount_fen));
            prop_assert!(payments.iter().all(|p| of(p.id) <= p.amount_fen));
            prop_assert!(open == 0 || credit == 0);
        }

        #[test]
        fn the_order_of_arrival_does_not_matter((charges, payments) in entries()) {
            let backwards = allocate(charges.iter().rev().cloned().collect(), payments.iter().rev().cloned().collect());
            prop_assert_eq!(allocate(charges, payments), backwards);
        }
    }
}
