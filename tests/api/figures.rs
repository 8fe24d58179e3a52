//! Figures as of any day and as known at any moment, against a second way to compute them: every fen of a charge is a slot,
//! and money fills slots one by one. It shares nothing with the program but the rules.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, Days, NaiveDate};
use guanjia::{
    kernel::{
        By, ids,
        ids::{AccountId, ChargeId},
        sql::Sql,
    },
    ledger::commands::{NewCharge, NewPayment, Postings, post},
};
use guanjia_books::Book;
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};

use crate::support::{TestApp, books, books::Company, client::Client, fresh_key};

/// What an office and its clerks do, one after the other. Days are counted from 1 January 2026.
#[derive(Clone, Debug)]
enum Act {
    /// A charge of a month, or a red letter.
    Charge {
        flat: usize,
        month: u32,
        fen: i64,
    },
    /// Money that the books tell of; negative is a refund.
    Books {
        flat: usize,
        day: u64,
        fen: i64,
    },
    /// Money at the desk, meant for a month or not; on site it is provisional.
    Desk {
        flat: usize,
        day: u64,
        fen: i64,
        month: Option<u32>,
        on_site: bool,
    },
    /// One of the payments entered by hand is confirmed, taken back, moved.
    Confirm(prop::sample::Index),
    Reverse {
        which: prop::sample::Index,
        bounced_after: Option<u64>,
    },
    Move {
        which: prop::sample::Index,
        share: i64,
    },
    /// Part of one of the open charges is waived.
    Waive {
        flat: usize,
        which: prop::sample::Index,
        share: i64,
    },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let flat = 0_usize..2;
    let day = 0_u64..320;
    let month = 1_u32..12;
    let index = any::<prop::sample::Index>;
    let act = prop_oneof![
        4 => (flat.clone(), month.clone(), 20_i64..200).prop_map(|(flat, month, fen)| Act::Charge { flat, month, fen }),
        1 => (flat.clone(), month.clone(), -80_i64..0).prop_map(|(flat, month, fen)| Act::Charge { flat, month, fen }),
        2 => (flat.clone(), day.clone(), 10_i64..250).prop_map(|(flat, day, fen)| Act::Books { flat, day, fen }),
        1 => (flat.clone(), day.clone(), -90_i64..0).prop_map(|(flat, day, fen)| Act::Books { flat, day, fen }),
        4 => (flat.clone(), day, 10_i64..250, prop::option::of(month), any::<bool>())
            .prop_map(|(flat, day, fen, month, on_site)| Act::Desk { flat, day, fen, month, on_site }),
        1 => index().prop_map(Act::Confirm),
        2 => (index(), prop::option::of(0_u64..200)).prop_map(|(which, bounced_after)| Act::Reverse { which, bounced_after }),
        2 => (index(), 10_i64..101).prop_map(|(which, share)| Act::Move { which, share }),
        2 => (flat, index(), 10_i64..101).prop_map(|(flat, which, share)| Act::Waive { flat, which, share }),
    ];
    prop::collection::vec(act, 14..20)
}

fn date(days: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(days)
}

/// What is true, since when it is known (the number of the act), and until when it was believed.
#[derive(Clone, Debug)]
struct Fact {
    flat: usize,
    on: NaiveDate,
    what: What,
    known: usize,
    /// The act that took it back as never true.
    void: Option<usize>,
}

#[derive(Clone, Debug)]
enum What {
    Owed { month: u32, fen: i64 },
    Red { month: u32, fen: i64 },
    Waived { month: u32, fen: i64 },
    Paid { fen: i64, month: Option<u32>, gone: Option<(NaiveDate, usize)> },
    Refunded { fen: i64 },
}

/// A fen of a charge: who filled it, and in which turn.
#[derive(Clone, Copy, PartialEq)]
enum Slot {
    Empty,
    Filled { payment: usize, turn: usize },
    Gone,
}

/// The slots of the charges by due day, and what every payment has left, at the end of a day.
#[derive(Default)]
struct World {
    slots: BTreeMap<(NaiveDate, u32), Vec<Slot>>,
    purses: BTreeMap<usize, i64>,
    /// Month, size, what is left.
    reds: BTreeMap<usize, (u32, i64, i64)>,
    to_refund: i64,
    refunded: BTreeMap<usize, i64>,
    turn: usize,
}

fn due(month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, 15).unwrap()
}

impl World {
    fn of(facts: &[Fact], flat: usize, on: NaiveDate, known: usize) -> Self {
        let facts: Vec<(usize, &Fact)> = facts
            .iter()
            .enumerate()
            .filter(|(_, fact)| {
                fact.flat == flat && fact.known <= known && fact.void.is_none_or(|act| act > known)
            })
            .collect();
        let gone = |fact: &Fact| match fact.what {
            What::Paid { gone: Some((day, act)), .. } if act <= known => Some(day),
            _ => None,
        };
        let mut days: BTreeSet<NaiveDate> = facts.iter().map(|(_, fact)| fact.on).collect();
        days.extend(facts.iter().filter_map(|(_, fact)| gone(fact)));
        // Money that waits for a month is free on the first of the next.
        days.extend((2..=12).map(|month| NaiveDate::from_ymd_opt(2026, month, 1).unwrap()));
        let mut world = Self::default();
        for today in days.into_iter().filter(|day| *day <= on) {
            let of_today = |fact: &&(usize, &Fact)| fact.1.on == today;
            for (_, fact) in facts.iter().filter(of_today) {
                if let What::Owed { month, fen } = fact.what {
                    let slots = world.slots.entry((due(month), month)).or_default();
                    slots.extend(vec![Slot::Empty; usize::try_from(fen).unwrap()]);
                }
            }
            for (_, fact) in
                facts.iter().filter(|(_, fact)| matches!(fact.what, What::Waived { .. }))
            {
                if let What::Waived { month, fen } = fact.what
                    && fact.on == today
                {
                    world.remove(month, fen);
                }
            }
            for (id, fact) in facts.iter().filter(of_today) {
                match fact.what {
                    What::Red { month, fen } => drop(world.reds.insert(*id, (month, fen, fen))),
                    What::Paid { fen, .. } => drop(world.purses.insert(*id, fen)),
                    _ => {}
                }
            }
            world.rest(&facts, today);
            for (id, fact) in &facts {
                if gone(fact) == Some(today) {
                    world.bounce(*id);
                }
            }
            for (_, fact) in facts.iter().filter(of_today) {
                if let What::Refunded { fen } = fact.what {
                    world.to_refund += fen;
                }
            }
            world.rest(&facts, today);
        }
        world
    }

    fn rest(&mut self, facts: &[(usize, &Fact)], today: NaiveDate) {
        self.refund(facts);
        self.use_reds();
        for named in [true, false] {
            // The order of days, and within a day of what was meant and of size.
            let mut order: Vec<_> = facts
                .iter()
                .filter_map(|(id, fact)| match fact.what {
                    What::Paid { fen, month, .. } => Some((fact.on, month, fen, *id)),
                    _ => None,
                })
                .collect();
            order.sort();
            for (on, month, _, id) in order {
                let waits = month.is_some_and(|month| month > on.month() && month >= today.month());
                if !self.purses.contains_key(&id) || (!named && waits) || (named && month.is_none())
                {
                    continue;
                }
                self.fill(id, if named { month } else { None });
            }
        }
    }

    fn fill(&mut self, payment: usize, month: Option<u32>) {
        let left = self.purses.get_mut(&payment).unwrap();
        for ((_, of), slots) in &mut self.slots {
            if month.is_some_and(|month| month != *of) {
                continue;
            }
            for slot in slots.iter_mut().filter(|slot| **slot == Slot::Empty) {
                if *left == 0 {
                    return;
                }
                self.turn += 1;
                *left -= 1;
                *slot = Slot::Filled { payment, turn: self.turn };
            }
        }
    }

    /// Empties slots, the last filled first; answers whether there was one.
    fn empty_last(&mut self, which: impl Fn(u32, usize) -> bool) -> bool {
        let filled = self.slots.iter_mut().flat_map(|((_, month), slots)| {
            let month = *month;
            slots.iter_mut().map(move |slot| (month, slot))
        });
        let last = filled
            .filter_map(|(month, slot)| match *slot {
                Slot::Filled { payment, turn } if which(month, payment) => {
                    Some((turn, payment, slot))
                }
                _ => None,
            })
            .max_by_key(|(turn, _, _)| *turn);
        let Some((_, payment, slot)) = last else { return false };
        *slot = Slot::Empty;
        *self.purses.get_mut(&payment).unwrap() += 1;
        true
    }

    fn bounce(&mut self, payment: usize) {
        while self.empty_last(|_, of| of == payment) {}
        self.purses.remove(&payment);
        self.to_refund += self.refunded.remove(&payment).unwrap_or(0);
    }

    fn refund(&mut self, facts: &[(usize, &Fact)]) {
        while self.to_refund > 0 {
            let newest = self
                .purses
                .iter()
                .filter(|(_, left)| **left > 0)
                .filter_map(|(id, _)| {
                    let fact = facts.iter().find(|(of, _)| of == id)?.1;
                    let What::Paid { fen, month, .. } = fact.what else { return None };
                    Some((fact.on, month, fen, *id))
                })
                .max();
            match newest {
                Some((_, _, _, id)) => {
                    *self.purses.get_mut(&id).unwrap() -= 1;
                    *self.refunded.entry(id).or_default() += 1;
                    self.to_refund -= 1;
                }
                None if self.empty_last(|_, _| true) => {}
                None => return,
            }
        }
    }

    /// Takes fen from the charges of a month: open ones first, then the last filled; answers how many.
    fn remove(&mut self, month: u32, fen: i64) -> i64 {
        for taken in 0..fen {
            let empty = |world: &mut Self| {
                let slots = world.slots.iter_mut().filter(|((_, of), _)| *of == month);
                let mut slots = slots.flat_map(|(_, slots)| slots.iter_mut());
                slots.find(|slot| **slot == Slot::Empty).map(|slot| *slot = Slot::Gone).is_some()
            };
            let done = empty(self) || (self.empty_last(|of, _| of == month) && empty(self));
            if !done {
                return taken;
            }
        }
        fen
    }

    fn use_reds(&mut self) {
        // The letters of one month are alike but for their size.
        let mut order: Vec<_> =
            self.reds.iter().map(|(id, (month, size, _))| (*month, *size, *id)).collect();
        order.sort();
        for (_, size, id) in order {
            let (month, _, mut left) = self.reds[&id];
            left -= self.remove(month, left);
            for slots in self.slots.values_mut() {
                for slot in slots.iter_mut().filter(|slot| **slot == Slot::Empty) {
                    if left > 0 {
                        *slot = Slot::Gone;
                        left -= 1;
                    }
                }
            }
            self.reds.insert(id, (month, size, left));
        }
    }

    /// Six buckets, what is not due, credit.
    fn figure(&self, on: NaiveDate) -> [i64; 8] {
        let mut figure = [0; 8];
        for ((due_on, _), slots) in &self.slots {
            let open =
                i64::try_from(slots.iter().filter(|slot| **slot == Slot::Empty).count()).unwrap();
            let place = match (on - *due_on).num_days() {
                ..=0 => 6,
                1..=30 => 0,
                31..=60 => 1,
                61..=90 => 2,
                91..=180 => 3,
                181..=365 => 4,
                _ => 5,
            };
            figure[place] += open;
        }
        let waiting: i64 = self.reds.values().map(|(_, _, left)| left).sum();
        figure[7] = self.purses.values().sum::<i64>() + waiting - self.to_refund;
        figure
    }
}

/// The program under test with what is known of what was done to it.
struct Play {
    app: TestApp,
    company: Company,
    clerk: Client,
    steward: Client,
    manager: Client,
    checker: Client,
    flats: [AccountId; 2],
    facts: Vec<Fact>,
    /// Payments entered by hand: the fact, the id, whether it is still to be confirmed.
    payments: Vec<(usize, Value, bool)>,
    act: usize,
}

fn moment(act: usize) -> String {
    format!("2026-11-23T{:02}:{:02}:00+08:00", 10 + act / 60, act % 60)
}

fn yuan(fen: i64) -> String {
    guanjia::kernel::Fen(fen).to_string()
}

fn fen(money: &Value) -> i64 {
    money.as_str().unwrap().parse::<guanjia::kernel::Fen>().unwrap().0
}

impl Play {
    async fn start() -> Self {
        let (app, company) = TestApp::with_company().await;
        let units = books::book(&[("107", 0), ("108", 0)]).units;
        company.import(&app.app, Book { units, ..Book::default() }).await.unwrap();
        let flats =
            [company.account(&app.app, "107").await, company.account(&app.app, "108").await];
        for flat in ["107", "108"] {
            books::look_after(&app.app, &company, flat, books::STEWARD).await;
        }
        Self {
            clerk: app.sign_in(books::CLERK).await,
            steward: app.sign_in(books::STEWARD).await,
            manager: app.sign_in(books::MANAGER).await,
            checker: app.sign_in(books::CLERK).await,
            facts: Vec::new(),
            payments: Vec::new(),
            act: 0,
            app,
            company,
            flats,
        }
    }

    fn fact(&mut self, flat: usize, on: NaiveDate, what: What) -> usize {
        self.facts.push(Fact { flat, on, what, known: self.act, void: None });
        self.facts.len() - 1
    }

    async fn post(&self, postings: Postings) {
        let by = By::System(self.company.organization);
        self.app.app.kernel.write(by, |work| Box::pin(post(work, postings))).await.unwrap();
    }

    async fn mutate(&self, client: &Client, name: &str, mut input: Value) -> Value {
        input["idempotencyKey"] = json!(fresh_key());
        let data = client.run(name, json!({ "input": input })).await;
        let payload = data.as_object().unwrap().values().next().unwrap().clone();
        assert_eq!(payload["problems"], json!([]), "{name}");
        payload
    }

    async fn play(&mut self, act: Act) {
        self.act += 1;
        self.app.clock(&moment(self.act));
        match act {
            Act::Charge { flat, month, fen } => self.charge(flat, month, fen).await,
            Act::Books { flat, day, fen } => self.books(flat, date(day), fen).await,
            Act::Desk { flat, day, fen, month, on_site } => {
                self.desk((flat, date(day)), fen, month, on_site).await;
            }
            Act::Confirm(which) => self.confirm(which).await,
            Act::Reverse { which, bounced_after } => self.reverse(which, bounced_after).await,
            Act::Move { which, share } => self.move_one(which, share).await,
            Act::Waive { flat, which, share } => self.waive(flat, which, share).await,
        }
    }

    /// One charge a month and flat, so that nobody shares.
    async fn charge(&mut self, flat: usize, month: u32, fen: i64) {
        let there = |fact: &Fact| {
            fact.flat == flat && matches!(fact.what, What::Owed { month: of, .. } if of == month)
        };
        if fen > 0 && self.facts.iter().any(there) {
            return;
        }
        let first = NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
        let new = NewCharge {
            id: ids::fresh::<ChargeId>(),
            account: self.flats[flat],
            fee_item: "物业费".to_owned(),
            period: format!("2026-{month:02}"),
            due_on: due(month),
            amount_fen: fen,
            effective_on: first,
            replaces: None,
        };
        self.post(Postings { charges: vec![new], ..Postings::default() }).await;
        let what = if fen > 0 { What::Owed { month, fen } } else { What::Red { month, fen: -fen } };
        self.fact(flat, first, what);
    }

    async fn books(&mut self, flat: usize, on: NaiveDate, fen: i64) {
        let new = NewPayment {
            id: ids::fresh(),
            account: self.flats[flat],
            amount_fen: fen,
            method: None,
            receipt: None,
            designated_period: None,
            designated_item: None,
            effective_on: on,
            day_unknown: false,
            replaces: None,
        };
        self.post(Postings { payments: vec![new], ..Postings::default() }).await;
        let paid = What::Paid { fen, month: None, gone: None };
        self.fact(flat, on, if fen > 0 { paid } else { What::Refunded { fen: -fen } });
    }

    async fn desk(
        &mut self,
        (flat, on): (usize, NaiveDate),
        fen: i64,
        month: Option<u32>,
        on_site: bool,
    ) {
        let input = json!({
            "accountId": self.flats[flat].to_string(),
            "amount": yuan(fen),
            "method": "WECHAT",
            "paidOn": on,
            "designation": month.map(|month| json!({ "period": format!("2026-{month:02}") })),
        });
        let client = if on_site { &self.steward } else { &self.clerk };
        let payload = self.mutate(client, "RecordPayment", input).await;
        let fact = self.fact(flat, on, What::Paid { fen, month, gone: None });
        if on_site {
            // Until it is confirmed it is nothing.
            self.facts[fact].known = usize::MAX;
        }
        self.payments.push((fact, payload["payment"]["id"].clone(), on_site));
    }

    async fn confirm(&mut self, which: prop::sample::Index) {
        let open: Vec<usize> = (0..self.payments.len()).filter(|at| self.payments[*at].2).collect();
        if open.is_empty() {
            return;
        }
        let at = *which.get(&open);
        let (fact, id, _) = self.payments[at].clone();
        self.mutate(&self.checker, "ConfirmPayment", json!({ "paymentId": id })).await;
        self.facts[fact].known = self.act;
        self.payments[at].2 = false;
    }

    async fn reverse(&mut self, which: prop::sample::Index, bounced_after: Option<u64>) {
        if self.payments.is_empty() {
            return;
        }
        let (fact, id, _) = self.payments.remove(which.index(self.payments.len()));
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let on = bounced_after.map(|days| (self.facts[fact].on + Days::new(days)).min(today));
        let cause = if on.is_some() { "BOUNCE" } else { "MISTAKE" };
        let input = json!({ "paymentId": id, "cause": cause, "reason": "试", "on": on });
        self.mutate(&self.clerk, "ReversePayment", input).await;
        let act = self.act;
        let at = self.facts[fact].on;
        match (&mut self.facts[fact].what, on) {
            (What::Paid { gone, .. }, Some(day)) if day > at => *gone = Some((day, act)),
            _ => self.facts[fact].void = Some(act),
        }
    }

    async fn move_one(&mut self, which: prop::sample::Index, share: i64) {
        let sure: Vec<usize> =
            (0..self.payments.len()).filter(|at| !self.payments[*at].2).collect();
        if sure.is_empty() {
            return;
        }
        let (fact, id, _) = self.payments.remove(*which.get(&sure));
        let Fact { flat, on, what, .. } = self.facts[fact].clone();
        let What::Paid { fen, month, .. } = what else { return };
        let part = (fen * share / 100).max(1);
        let input = json!({
            "paymentId": id,
            "toAccountId": self.flats[1 - flat].to_string(),
            "amount": yuan(part),
            "reason": "试",
        });
        let payload = self.mutate(&self.clerk, "MovePayment", input).await;
        self.facts[fact].void = Some(self.act);
        let there = self.fact(1 - flat, on, What::Paid { fen: part, month, gone: None });
        self.payments.push((there, payload["payment"]["id"].clone(), false));
        if part < fen {
            self.fact(flat, on, What::Paid { fen: fen - part, month, gone: None });
        }
    }

    async fn waive(&mut self, flat: usize, which: prop::sample::Index, share: i64) {
        let account = self.flats[flat].to_string();
        let open = self.manager.card(&account).await["openCharges"].as_array().unwrap().clone();
        // What is to come cannot be waived from today on.
        let now: Vec<&Value> =
            open.iter().filter(|charge| charge["period"].as_str() < Some("2026-12")).collect();
        if now.is_empty() {
            return;
        }
        let charge = *which.get(&now);
        let part = (fen(&charge["open"]) * share / 100).max(1);
        let input = json!({
            "accountId": account,
            "kind": "WAIVER",
            "lines": [{ "chargeId": charge["id"], "amount": yuan(part) }],
            "reason": "试",
        });
        self.mutate(&self.manager, "Adjust", input).await;
        let month = charge["period"].as_str().unwrap()[5..].parse().unwrap();
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        self.fact(flat, today, What::Waived { month, fen: part });
    }

    /// The kept balances equal the sums of the entries.
    async fn assert_balances_hold(&self) {
        #[derive(FromQueryResult)]
        struct Off {
            open_fen: i64,
            fen: i64,
        }
        let text = "SELECT b.open_fen, CAST(COALESCE((SELECT SUM(c.amount_fen) FROM charge c \
             WHERE c.id = b.charge_id OR c.reverses_id = b.charge_id), 0) \
             - COALESCE((SELECT SUM(a.amount_fen) FROM allocation a WHERE a.charge_id = b.charge_id), 0) \
             - COALESCE((SELECT SUM(r.amount_fen) FROM charge_reduction r WHERE r.charge_id = b.charge_id), 0) AS BIGINT) AS fen \
             FROM charge_balance b";
        let rows = Sql::new(text, []).all::<Off>(self.app.database().read()).await.unwrap();
        for row in rows {
            assert_eq!(row.open_fen, row.fen);
            assert!(row.open_fen >= 0);
        }
    }

    async fn account(&self, account: AccountId, on: NaiveDate, known: Option<usize>) -> Value {
        let days = json!({ "from": "2026-03-01", "to": on });
        let known_at = known.map(moment);
        let variables = json!({ "id": account.to_string(), "asOf": on, "knownAt": known_at, "days": days, "first": 100 });
        self.clerk.run("AccountLedger", variables).await["node"].clone()
    }

    async fn assert_figures_are_right(&self, on: NaiveDate, known: usize) {
        for (flat, account) in self.flats.iter().enumerate() {
            let told = self.account(*account, on, Some(known)).await["arrears"].clone();
            let right = World::of(&self.facts, flat, on, known).figure(on);
            let mut of: Vec<i64> =
                told["buckets"].as_array().unwrap().iter().map(|one| fen(&one["amount"])).collect();
            assert_eq!(fen(&told["overdue"]), of.iter().sum::<i64>());
            of.push(fen(&told["open"]) - fen(&told["overdue"]));
            of.push(fen(&told["credit"]));
            assert_eq!(
                of, right,
                "flat {flat} on {on} as known after act {known}: {:#?}",
                self.facts
            );
        }
    }

    /// The sum in the database is the sum of all accounts.
    async fn assert_totals_are_right(&self, on: NaiveDate, known: usize) {
        let names = ["overdue", "open", "current", "historical", "penalty", "credit", "balance"];
        let variables = json!({ "asOf": on, "knownAt": moment(known) });
        let told = self.clerk.run("Arrears", variables).await["arrears"].clone();
        let mut sums = BTreeMap::<&str, i64>::new();
        let mut buckets = [0; 6];
        let mut overdue = 0;
        for number in 101..=108 {
            let account = self.company.account(&self.app.app, &number.to_string()).await;
            let one = self.account(account, on, Some(known)).await["arrears"].clone();
            for name in names {
                *sums.entry(name).or_default() += fen(&one[name]);
            }
            for (at, bucket) in buckets.iter_mut().enumerate() {
                *bucket += fen(&one["buckets"][at]["amount"]);
            }
            overdue += one["accountsOverdue"].as_i64().unwrap();
        }
        for name in names {
            assert_eq!(fen(&told[name]), sums[name], "{name} on {on} as known after act {known}");
        }
        for (at, bucket) in buckets.iter().enumerate() {
            assert_eq!(fen(&told["buckets"][at]["amount"]), *bucket);
        }
        assert_eq!(told["accountsOverdue"], overdue);
    }
}

#[tokio::test]
async fn as_of_any_day_and_as_known_at_any_moment_every_fen_is_where_it_is_by_hand() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..5 {
        let history = acts().new_tree(&mut runner).unwrap().current();
        let mut play = Play::start().await;
        for act in history {
            play.play(act).await;
            play.assert_balances_hold().await;
        }
        for known in [play.act / 3, play.act * 2 / 3, play.act] {
            for on in [31, 75, 120, 166, 200, 258, 290, 326] {
                play.assert_figures_are_right(date(on), known).await;
            }
            play.assert_totals_are_right(date(258), known).await;
        }
        play.assert_totals_are_right(date(365 + 40), play.act).await;
        // The plain sums of the card are the computed ones, and a statement ends at the balance.
        for account in play.flats {
            let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
            let computed = play.account(account, today, Some(play.act)).await;
            let card = play.clerk.card(&account.to_string()).await;
            for name in ["overdue", "open", "oldestDueOn"] {
                assert_eq!(card["arrears"][name], computed["arrears"][name]);
            }
            assert_eq!(computed["statement"]["closingBalance"], computed["arrears"]["balance"]);
        }
    }
}
