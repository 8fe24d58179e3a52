use std::collections::BTreeSet;

use chrono::Days;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::ledger::{
    entries::Designation,
    policy::{Method, Order, PenaltyPlace, Terms},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A charge for a month of 2026, true from its first day, due on the 15th.
fn charge(id: u128, month: u32, amount_fen: i64) -> Charge {
    Charge {
        id: ChargeId(Uuid::from_u128(id)),
        is_penalty: false,
        principal: None,
        fee_item: "物业费".to_owned(),
        period: format!("2026-{month:02}"),
        due_on: NaiveDate::from_ymd_opt(2026, month, 15).unwrap(),
        effective_on: NaiveDate::from_ymd_opt(2026, month, 1).unwrap(),
        amount_fen,
    }
}

fn payment(id: u128, on: &str, amount_fen: i64) -> Payment {
    Payment {
        id: PaymentId(Uuid::from_u128(id)),
        effective_on: day(on),
        day_unknown: false,
        designations: Vec::new(),
        amount_fen,
        gone_on: None,
    }
}

fn named(period: Option<&str>, fee_item: Option<&str>) -> Designation {
    Designation { fee_item: fee_item.map(str::to_owned), period: period.map(str::to_owned) }
}

fn for_month(mut payment: Payment, period: &str) -> Payment {
    payment.designations.push(named(Some(period), None));
    payment
}

fn entries(charges: Vec<Charge>, payments: Vec<Payment>) -> Entries {
    Entries { charges, payments, ..Entries::default() }
}

/// What is open of charges 1, 2, 3 … at the end of a day.
fn open_on(entries: &Entries, policy: &Policy, on: &str) -> Vec<i64> {
    let moved = allocate(entries, policy);
    let open = |charge: &Charge| {
        let gone = moved.iter().filter(|((_, of, when), _)| *of == charge.id && *when <= day(on));
        charge.amount_fen - gone.map(|(_, fen)| fen).sum::<i64>()
    };
    let mut charges: Vec<_> =
        entries.charges.iter().filter(|one| one.effective_on <= day(on)).collect();
    charges.sort_by_key(|one| one.id);
    charges.into_iter().map(open).collect()
}

fn open(entries: &Entries) -> Vec<i64> {
    open_on(entries, &Policy::default(), "2030-01-01")
}

#[test]
fn the_payers_designation_comes_before_older_debt() {
    let charges = vec![charge(1, 1, 100), charge(2, 2, 100)];
    let paid = for_month(payment(9, "2026-02-20", 100), "2026-02");
    assert_eq!(open(&entries(charges, vec![paid])), [100, 0]);
}

#[test]
fn naming_only_the_item_designates_too() {
    let mut parking = charge(2, 2, 100);
    parking.fee_item = "停车费".to_owned();
    let mut paid = payment(9, "2026-02-20", 100);
    paid.designations.push(named(None, Some("停车费")));
    assert_eq!(open(&entries(vec![charge(1, 1, 100), parking], vec![paid])), [100, 0]);
}

#[test]
fn several_charges_are_filled_in_the_order_in_which_they_were_named() {
    let charges = vec![charge(1, 1, 100), charge(2, 2, 100), charge(3, 3, 100)];
    let paid = for_month(for_month(payment(9, "2026-03-20", 150), "2026-03"), "2026-02");
    assert_eq!(open(&entries(charges, vec![paid])), [100, 50, 0]);
}

#[test]
fn without_designation_and_for_a_surplus_the_oldest_comes_first() {
    let charges = vec![charge(1, 1, 100), charge(2, 2, 100), charge(3, 3, 100)];
    let paid = for_month(payment(9, "2026-03-22", 150), "2026-03");
    assert_eq!(open(&entries(charges, vec![paid])), [50, 100, 0]);
}

#[test]
fn a_prepayment_settles_a_later_charge_on_the_charges_day() {
    let all = entries(vec![charge(1, 6, 100)], vec![payment(9, "2026-01-05", 40)]);
    let moved = allocate(&all, &Policy::default());
    let ((_, _, on), fen) = moved.first_key_value().unwrap();
    assert_eq!((*on, *fen), (day("2026-06-01"), 40));
}

#[test]
fn money_for_a_month_to_come_waits_for_it_and_is_free_when_the_month_is_over() {
    let ahead = for_month(payment(9, "2026-01-20", 300), "2026-03");
    let all = entries(vec![charge(1, 1, 100), charge(2, 3, 100)], vec![ahead]);
    let preset = Policy::default();
    assert_eq!(open_on(&all, &preset, "2026-02-28"), [100]);
    assert_eq!(open_on(&all, &preset, "2026-03-31"), [100, 0]);
    assert_eq!(open_on(&all, &preset, "2026-04-01"), [0, 0]);
}

#[test]
fn a_bounce_opens_on_its_own_day_what_its_money_had_settled() {
    let mut bounced = payment(9, "2026-01-20", 150);
    bounced.gone_on = Some(day("2026-02-10"));
    let all = entries(vec![charge(1, 1, 100), charge(2, 2, 100)], vec![bounced]);
    let preset = Policy::default();
    assert_eq!(open_on(&all, &preset, "2026-02-09"), [0, 50]);
    assert_eq!(open_on(&all, &preset, "2026-02-10"), [100, 100]);
}

#[test]
fn a_refund_takes_unused_credit_first_and_then_what_was_settled_last() {
    let charges = vec![charge(1, 1, 100), charge(2, 2, 100)];
    let mut all = entries(charges, vec![payment(9, "2026-02-20", 250)]);
    all.refunds.push(Refund {
        id: PaymentId(Uuid::from_u128(8)),
        effective_on: day("2026-03-01"),
        amount_fen: 80,
    });
    assert_eq!(open(&all), [0, 30]);
}

#[test]
fn a_red_letter_takes_from_its_own_charge_even_when_that_is_paid_and_the_money_goes_on() {
    let mut all =
        entries(vec![charge(1, 1, 100), charge(2, 2, 100)], vec![payment(9, "2026-01-20", 100)]);
    all.red_letters.push(RedLetter {
        id: ChargeId(Uuid::from_u128(7)),
        fee_item: "物业费".to_owned(),
        period: "2026-01".to_owned(),
        effective_on: day("2026-02-20"),
        amount_fen: 30,
    });
    // What is left of the first charge is 70, all paid; 30 of the money settle the second.
    let moved = allocate(&all, &Policy::default());
    let cut: i64 =
        moved.iter().filter(|((by, _, _), _)| matches!(by, By::RedLetter(_))).map(|(_, f)| f).sum();
    assert_eq!((cut, open(&all)), (30, vec![0, 70]));
}

#[test]
fn a_red_letter_of_a_period_that_was_never_charged_takes_from_the_oldest_and_then_waits() {
    let mut all = entries(vec![charge(1, 1, 100), charge(2, 5, 100)], Vec::new());
    all.red_letters.push(RedLetter {
        id: ChargeId(Uuid::from_u128(7)),
        fee_item: "停车费".to_owned(),
        period: "2026-02".to_owned(),
        effective_on: day("2026-02-01"),
        amount_fen: 130,
    });
    assert_eq!(open_on(&all, &Policy::default(), "2026-04-30"), [0]);
    assert_eq!(open(&all), [0, 70]);
}

#[test]
fn a_waiver_takes_from_its_charge_and_never_below_nothing() {
    let mut all =
        entries(vec![charge(1, 1, 100), charge(2, 2, 100)], vec![payment(9, "2026-01-20", 80)]);
    all.reductions.push(Reduction {
        id: AdjustmentId(Uuid::from_u128(6)),
        charge: ChargeId(Uuid::from_u128(1)),
        effective_on: day("2026-02-20"),
        amount_fen: 150,
    });
    assert_eq!(open(&all), [0, 20]);
}

fn parking(id: u128, month: u32, amount_fen: i64) -> Charge {
    Charge { fee_item: "停车费".to_owned(), ..charge(id, month, amount_fen) }
}

#[test]
fn by_law_equals_share_in_proportion_to_the_fen() {
    let charges = vec![charge(1, 1, 200), parking(2, 1, 101), charge(3, 2, 100)];
    let all = entries(charges, vec![payment(9, "2026-02-20", 100)]);
    // 100 × 200 ÷ 301 is 66.4, 100 × 101 ÷ 301 is 33.6: the fen goes to the second.
    assert_eq!(open(&all), [200 - 66, 101 - 34, 100]);
}

fn terms(fee_item: &str, daily_ppm: i64) -> Terms {
    Terms {
        from_on: day("2020-01-01"),
        fee_item: Some(fee_item.to_owned()),
        daily_ppm,
        cap_percent: None,
        free_days: 0,
        frozen_in_hold: true,
    }
}

#[test]
fn by_law_what_is_due_comes_before_the_heaviest_and_that_before_the_earliest() {
    let policy = Policy { terms: vec![terms("停车费", 500)], ..Policy::default() };
    let charges = vec![charge(1, 1, 100), parking(2, 2, 100), parking(3, 4, 100)];
    let all = entries(charges.clone(), vec![payment(9, "2026-04-10", 100)]);
    assert_eq!(open_on(&all, &policy, "2026-04-10"), [100, 0, 100]);
    let secured = Order {
        from_on: day("2026-01-01"),
        method: Method::Statutory,
        penalty_place: PenaltyPlace::BeforePrincipal,
        secured: BTreeSet::from(["停车费".to_owned()]),
    };
    let policy = Policy { orders: vec![secured.clone()], ..policy };
    assert_eq!(open_on(&all, &policy, "2026-04-10"), [0, 100, 100]);
    let oldest = Order { method: Method::OldestFirst, secured: BTreeSet::new(), ..secured };
    let policy = Policy { orders: vec![oldest], ..policy };
    assert_eq!(open_on(&all, &policy, "2026-04-10"), [0, 100, 100]);
}

#[test]
fn where_a_penalty_stands_is_policy() {
    let mut penalty = charge(3, 1, 10);
    (penalty.is_penalty, penalty.principal) = (true, Some(ChargeId(Uuid::from_u128(1))));
    (penalty.effective_on, penalty.due_on) = (day("2026-03-01"), day("2026-03-01"));
    let charges = vec![charge(1, 1, 100), charge(2, 2, 100), penalty];
    let all = entries(charges, vec![payment(9, "2026-03-20", 105)]);
    let at = |penalty_place| {
        let order = Order {
            from_on: day("2026-01-01"),
            method: Method::Statutory,
            penalty_place,
            secured: BTreeSet::new(),
        };
        open_on(&all, &Policy { orders: vec![order], ..Policy::default() }, "2026-03-20")
    };
    assert_eq!(at(PenaltyPlace::BeforePrincipal), [5, 100, 0]);
    assert_eq!(at(PenaltyPlace::AfterPrincipal), [0, 100, 5]);
    assert_eq!(at(PenaltyPlace::Last), [0, 95, 10]);
}

fn from_new_year(days: u64) -> NaiveDate {
    day("2026-01-01") + Days::new(days)
}

/// Random entries: charges of two items, some of them penalties; payments with designations, some of which bounce; refunds,
/// red letters, waivers.
fn histories() -> impl Strategy<Value = Entries> {
    let charges = prop::collection::vec((1_u32..13, any::<bool>(), 1_i64..50_000), 0..10);
    let bounce = prop::option::weighted(0.3, 1_u64..200);
    let names = prop::collection::vec(1_u32..13, 0..3);
    let payments = prop::collection::vec((0_u64..400, names, 1_i64..80_000, bounce), 0..10);
    let refunds = prop::collection::vec((0_u64..400, 1_i64..60_000), 0..3);
    let reds = prop::collection::vec((0_u64..400, 1_u32..13, 1_i64..40_000), 0..3);
    let waivers =
        prop::collection::vec((0_u64..400, any::<prop::sample::Index>(), 1_i64..40_000), 0..3);
    (charges, payments, refunds, reds, waivers).prop_map(
        |(charges, payments, refunds, reds, waivers)| {
            let charges: Vec<Charge> = (1..)
                .zip(charges)
                .map(
                    |(id, (month, parks, fen))| {
                        if parks { parking(id, month, fen) } else { charge(id, month, fen) }
                    },
                )
                .collect();
            let payments = (100..).zip(payments).map(|(id, (on, names, fen, bounce))| Payment {
                effective_on: from_new_year(on),
                designations: names
                    .into_iter()
                    .map(|month| named(Some(&format!("2026-{month:02}")), None))
                    .collect(),
                gone_on: bounce.map(|later| from_new_year(on + later)),
                ..payment(id, "2026-01-01", fen)
            });
            let refunds = (200..).zip(refunds).map(|(id, (on, amount_fen))| Refund {
                id: PaymentId(Uuid::from_u128(id)),
                effective_on: from_new_year(on),
                amount_fen,
            });
            let red_letters = (300..).zip(reds).map(|(id, (on, month, amount_fen))| RedLetter {
                id: ChargeId(Uuid::from_u128(id)),
                fee_item: "物业费".to_owned(),
                period: format!("2026-{month:02}"),
                effective_on: from_new_year(on),
                amount_fen,
            });
            let reductions = (400..).zip(waivers).filter(|_| !charges.is_empty());
            let reductions = reductions.map(|(id, (on, of, amount_fen))| Reduction {
                id: AdjustmentId(Uuid::from_u128(id)),
                charge: of.get(&charges).id,
                effective_on: from_new_year(on),
                amount_fen,
            });
            Entries {
                penalties: Vec::new(),
                reductions: reductions.collect(),
                payments: payments.collect(),
                refunds: refunds.collect(),
                red_letters: red_letters.collect(),
                charges,
            }
        },
    )
}

fn policies() -> impl Strategy<Value = Policy> {
    let place = prop_oneof![
        Just(PenaltyPlace::BeforePrincipal),
        Just(PenaltyPlace::AfterPrincipal),
        Just(PenaltyPlace::Last)
    ];
    let method = prop_oneof![Just(Method::Statutory), Just(Method::OldestFirst)];
    let order = (0_u64..300, method, place).prop_map(|(on, method, penalty_place)| Order {
        from_on: from_new_year(on),
        method,
        penalty_place,
        secured: BTreeSet::new(),
    });
    (prop::collection::vec(order, 0..3), 0_i64..600)
        .prop_map(|(orders, ppm)| Policy { orders, terms: vec![terms("停车费", ppm)] })
}

/// The entries of which the world knew at the end of a day.
fn up_to(all: &Entries, on: NaiveDate) -> Entries {
    let mut all = all.clone();
    all.charges.retain(|one| one.effective_on <= on);
    all.payments.retain(|one| one.effective_on <= on);
    for one in &mut all.payments {
        one.gone_on = one.gone_on.filter(|day| *day <= on);
    }
    all.refunds.retain(|one| one.effective_on <= on);
    all.red_letters.retain(|one| one.effective_on <= on);
    all.reductions.retain(|one| one.effective_on <= on);
    all
}

fn sums(moved: &Movements, on: NaiveDate) -> BTreeMap<(By, ChargeId), i64> {
    let mut sums = BTreeMap::new();
    for ((by, charge, _), fen) in moved.iter().filter(|((_, _, when), _)| *when <= on) {
        *sums.entry((*by, *charge)).or_default() += fen;
    }
    sums.retain(|_, fen| *fen != 0);
    sums
}

proptest! {
    #[test]
    fn on_every_day_nothing_is_given_beyond_a_charge_or_an_entry((all, policy) in (histories(), policies())) {
        let moved = allocate(&all, &policy);
        for on in (0..620).step_by(7).map(from_new_year) {
            let sums = sums(&moved, on);
            prop_assert!(sums.values().all(|fen| *fen > 0));
            let of = |which: &dyn Fn(&By, &ChargeId) -> bool| {
                sums.iter().filter(|((by, charge), _)| which(by, charge)).map(|(_, fen)| fen).sum::<i64>()
            };
            for charge in &all.charges {
                let gone = of(&|_, id| *id == charge.id);
                let owed = if charge.effective_on <= on { charge.amount_fen } else { 0 };
                prop_assert!(gone <= owed);
            }
            for payment in &all.payments {
                let there = payment.effective_on <= on && payment.gone_on.is_none_or(|day| day > on);
                let given = of(&|by, _| *by == By::Payment(payment.id));
                let came = if there { payment.amount_fen } else { 0 };
                prop_assert!(given <= came);
            }
            for red in &all.red_letters {
                prop_assert!(of(&|by, _| *by == By::RedLetter(red.id)) <= red.amount_fen);
            }
            for cut in &all.reductions {
                prop_assert!(of(&|by, _| *by == By::Adjustment(cut.id)) <= cut.amount_fen);
            }
        }
    }

    #[test]
    fn money_lies_idle_only_when_nothing_is_open((mut all, policy) in (histories(), policies())) {
        let on = day("2028-01-01");
        all.payments.iter_mut().for_each(|one| one.designations.clear());
        let sums = sums(&allocate(&all, &policy), on);
        let given: i64 = sums.iter().filter(|((by, _), _)| matches!(by, By::Payment(_))).map(|(_, fen)| fen).sum();
        let came: i64 = all.payments.iter().filter(|one| one.gone_on.is_none()).map(|one| one.amount_fen).sum();
        let went: i64 = all.refunds.iter().map(|one| one.amount_fen).sum();
        let owed: i64 = all.charges.iter().map(|one| one.amount_fen).sum();
        let open = owed - sums.values().sum::<i64>();
        prop_assert!(open == 0 || came - went - given <= 0, "{open} open, {came} - {went} - {given} idle");
    }

    #[test]
    fn what_happened_up_to_a_day_does_not_depend_on_what_came_after_it((all, policy) in (histories(), policies())) {
        let moved = allocate(&all, &policy);
        for on in (0..620).step_by(31).map(from_new_year) {
            prop_assert_eq!(sums(&moved, on), sums(&allocate(&up_to(&all, on), &policy), on));
        }
    }

    #[test]
    fn the_order_of_arrival_does_not_matter((all, policy) in (histories(), policies())) {
        let mut backwards = all.clone();
        backwards.charges.reverse();
        backwards.payments.reverse();
        backwards.refunds.reverse();
        backwards.red_letters.reverse();
        backwards.reductions.reverse();
        prop_assert_eq!(allocate(&all, &policy), allocate(&backwards, &policy));
    }
}
