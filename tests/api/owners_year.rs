//! A year of sales, marriages, divorces, merges and mistakes, with charges and payments in between: the sums hold, and each
//! charge stays where it was.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use guanjia::kernel::sql::Sql;
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use uuid::Uuid;

use super::owners::{done, register, send};
use crate::support::{
    Client, TestApp,
    books::{self, Company, charge, receipts},
};

const ROOMS: [&str; 3] = ["101", "102", "103"];

/// What may happen to a flat, or to two of its people.
#[derive(Clone, Debug)]
enum Event {
    Sale { undo: bool },
    Marriage,
    Divorce,
    Merge { undo: bool },
    Charge { month: u32, fen: i64 },
    Payment { fen: i64 },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => any::<bool>().prop_map(|undo| Event::Sale { undo }),
        2 => Just(Event::Marriage),
        2 => Just(Event::Divorce),
        2 => any::<bool>().prop_map(|undo| Event::Merge { undo }),
        3 => (1_u32..13, 1_i64..200_000).prop_map(|(month, fen)| Event::Charge { month, fen }),
        3 => (1_i64..300_000).prop_map(|fen| Event::Payment { fen }),
    ]
}

/// Each charge: its account and amount.
async fn charges(app: &TestApp) -> BTreeMap<Uuid, (Uuid, i64)> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        account_id: Uuid,
        amount_fen: i64,
    }
    let text = "SELECT id, account_id, amount_fen FROM charge";
    let rows: Vec<Row> = Sql::new(text, []).all(app.database().read()).await.unwrap();
    rows.into_iter().map(|row| (row.id, (row.account_id, row.amount_fen))).collect()
}

async fn fen(app: &TestApp, text: &str) -> i64 {
    #[derive(FromQueryResult)]
    struct Row {
        fen: Option<i64>,
    }
    Sql::new(text, []).one::<Row>(app.database().read()).await.unwrap().unwrap().fen.unwrap_or(0)
}

/// What must hold after each event: money is neither made nor lost, and nothing that was charged has moved.
async fn assert_sums_hold(app: &TestApp, before: &BTreeMap<Uuid, (Uuid, i64)>) {
    let now = charges(app).await;
    assert!(before.iter().all(|(id, entry)| now.get(id) == Some(entry)), "a charge has moved");
    let sum = "SELECT CAST(SUM(amount_fen) AS BIGINT) AS fen FROM";
    let charged = fen(app, &format!("{sum} charge")).await;
    let settled = fen(app, &format!("{sum} allocation")).await;
    let open = fen(app, "SELECT CAST(SUM(open_fen) AS BIGINT) AS fen FROM charge_balance").await;
    assert_eq!(charged, settled + open, "what was charged is settled or open");
    let crossed = "SELECT CAST(COUNT(*) AS BIGINT) AS fen FROM allocation l \
         JOIN charge c ON c.id = l.charge_id JOIN payment p ON p.id = l.payment_id \
         WHERE c.account_id <> p.account_id";
    assert_eq!(fen(app, crossed).await, 0, "no money of one account settles another's debt");
    let open_twice = "SELECT CAST(COUNT(*) AS BIGINT) AS fen FROM ( \
         SELECT unit_id FROM account WHERE to_on IS NULL GROUP BY unit_id HAVING COUNT(*) > 1) AS twice";
    assert_eq!(fen(app, open_twice).await, 0);
}

/// One flat's story so far.
struct Flat {
    room: &'static str,
    account: String,
    spouse: Option<Value>,
}

struct Year<'t> {
    app: &'t TestApp,
    company: &'t Company,
    manager: Client,
    today: NaiveDate,
    people: u32,
    receipts: u32,
}

impl Year<'_> {
    async fn somebody(&mut self) -> Value {
        self.people += 1;
        let number = format!("139{:08}", 12_340_000 + self.people);
        register(&self.manager, &format!("某人{}", self.people), &number).await["party"]["id"]
            .clone()
    }

    async fn happen(&mut self, flat: &mut Flat, event: Event) {
        match event {
            Event::Sale { undo } => self.sell(flat, undo).await,
            Event::Marriage if flat.spouse.is_none() => {
                let spouse = self.somebody().await;
                let change = json!([{ "partyId": spouse }]);
                let input = json!({ "accountId": flat.account, "changes": change });
                done(&self.manager, "ChangeHolders", input).await;
                flat.spouse = Some(spouse);
            }
            Event::Divorce => {
                let Some(spouse) = flat.spouse.take() else { return };
                let change = json!([{ "partyId": spouse, "holds": false }]);
                let input = json!({ "accountId": flat.account, "changes": change });
                done(&self.manager, "ChangeHolders", input).await;
            }
            Event::Merge { undo } => self.merge(flat, undo).await,
            Event::Charge { month, fen } => {
                let book = guanjia_books::Book {
                    charges: vec![charge(flat.room, month, fen)],
                    ..guanjia_books::Book::default()
                };
                // A month that was charged before is corrected: reversal and new entry.
                self.company.import(&self.app.app, book).await.unwrap();
            }
            Event::Payment { fen } => {
                self.receipts += 1;
                let receipt = format!("Y{}", self.receipts);
                let day = self.today.to_string();
                let book = receipts(&[(flat.room, &receipt, &day, fen)]);
                self.company.import(&self.app.app, book).await.unwrap();
            }
            Event::Marriage => {}
        }
    }

    async fn sell(&mut self, flat: &mut Flat, undo: bool) {
        let buyer = self.somebody().await;
        let last_on = self.today - Days::new(1);
        let input = json!({
            "accountId": flat.account, "kind": "SALE", "lastOn": last_on.to_string(),
            "holders": [{ "partyId": buyer }],
        });
        let answer = send(&self.manager, "TransferUnit", input).await;
        let sold = answer["data"]["transferUnit"].clone();
        if sold["problems"] != json!([]) {
            assert_eq!(sold["problems"][0]["code"], "TOO_EARLY", "{answer}");
            return;
        }
        if undo {
            let back = json!({ "transferId": sold["transfer"]["id"] });
            done(&self.manager, "UndoTransfer", back).await;
            return;
        }
        flat.account = sold["newAccount"]["id"].as_str().unwrap().to_owned();
        flat.spouse = None;
    }

    /// Whoever holds the flat turns out to be somebody who was registered for another.
    async fn merge(&mut self, flat: &Flat, undo: bool) {
        let other = self.somebody().await;
        let card = self.manager.card(&flat.account).await;
        let input = json!({ "unitId": card["unit"]["id"], "partyId": other });
        done(&self.manager, "AddOccupant", input).await;
        let holders = card["holders"].clone();
        let two = json!({ "keepId": other, "mergeId": holders[0]["party"]["id"] });
        let merged = done(&self.manager, "MergeParties", two).await;
        if undo {
            let back = json!({ "mergeId": merged["merge"]["id"] });
            done(&self.manager, "UndoMerge", back).await;
            assert_eq!(self.manager.card(&flat.account).await["holders"], holders);
        }
    }
}

#[tokio::test]
async fn a_year_of_sales_divorces_and_merges_leaves_every_charge_with_its_account() {
    let mut runner = TestRunner::deterministic();
    let events = prop::collection::vec((0_usize..ROOMS.len(), 1_u64..8, event()), 60);
    let events = events.new_tree(&mut runner).unwrap().current();
    let (app, company) = TestApp::with_company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let mut flats = Vec::new();
    for room in ROOMS {
        let account = company.account(&app.app, room).await.to_string();
        flats.push(Flat { room, account, spouse: None });
    }
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let mut year = Year { app: &app, company: &company, manager, today, people: 0, receipts: 0 };
    let mut known = charges(&app).await;
    for (flat, days, event) in events {
        year.today = year.today + Days::new(days);
        app.clock(&format!("{}T10:00:00+08:00", year.today));
        year.happen(&mut flats[flat], event).await;
        assert_sums_hold(&app, &known).await;
        known = charges(&app).await;
    }
    for flat in &flats {
        let history = year.manager.card(&flat.account).await["history"].clone();
        assert!(!history.as_array().unwrap().is_empty(), "{}: what changed is visible", flat.room);
    }
}
