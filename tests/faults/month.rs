//! A month of six stewards, played over the API: holidays, days off, late books, money that bounces, lost answers, a
//! program that is killed in the middle. A small oracle, written another way than the product, says how each promise must
//! stand at the end of every day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, Utc, Weekday};
use guanjia::kernel::sql::Sql;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};

use crate::support::{
    Client, TestApp,
    books::{self, Company, Estate, receipts},
    client::contact,
    eventually, fresh_key,
};

/// Flats per steward: four, or as many as `GUANJIA_TEST_ROUNDS` says.
fn flats_each() -> u32 {
    std::env::var("GUANJIA_TEST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4)
}

const STEWARDS: usize = 6;
const DAYS: u64 = 30;

/// What six people ask in a month is asked here in a minute.
const A_MONTH_IN_A_MINUTE: (&str, &str) = ("GUANJIA_FRONT__LIMITS__COST_PER_MINUTE", "1000000000");

#[tokio::test]
async fn a_month_of_six_stewards_ends_every_promise_as_it_must() {
    let mut month = Month::begin().await;
    for day in 0..DAYS {
        month.play_day(month.first + Days::new(day)).await;
    }
    // The books catch up: every promise has its end.
    let after = month.first + Days::new(DAYS + 15);
    month.open_day(after).await;
    month.bring_books(after).await;
    month.set_watermark(after - Days::new(1)).await;
    month.agrees(after).await;
    let left = month.oracle.promises.iter().filter(|one| one.stands() == "PENDING").count();
    let ends: BTreeSet<&str> = month.oracle.promises.iter().map(Given::stands).collect();
    assert_eq!(left, 0, "a promise has no end");
    assert_eq!(ends.len(), 4, "the month was too quiet to show anything: {ends:?}");
    assert!(month.retries > 5 && month.kills > 2, "{} {}", month.retries, month.kills);
}

// ---- the oracle ----------------------------------------------------------------------------------------------------

/// A promise as the oracle sees it. Grades: 2 whole, 1 at least half, 0 less.
struct Given {
    id: String,
    flat: usize,
    fen: i64,
    at: DateTime<Utc>,
    due: NaiveDate,
    grade: Option<u8>,
    over: bool,
    void: bool,
    gave_way_to: Option<usize>,
}

impl Given {
    fn stands(&self) -> &'static str {
        match (self.over, self.grade) {
            (true, _) => "CANCELLED",
            (false, None) => "PENDING",
            (false, Some(2)) => "KEPT",
            (false, Some(1)) => "PARTLY_KEPT",
            (false, Some(_)) => "BROKEN",
        }
    }

    fn open(&self) -> bool {
        !self.over && self.grade.is_none()
    }
}

/// Money in the books: a bounce leaves a fen of it and its first knowledge.
struct Money {
    flat: usize,
    day: NaiveDate,
    fen: i64,
    known: DateTime<Utc>,
}

#[derive(Default)]
struct Oracle {
    promises: Vec<Given>,
    money: Vec<Money>,
    known_to: Option<NaiveDate>,
}

fn local(at: DateTime<Utc>) -> NaiveDate {
    (at + TimeDelta::hours(8)).date_naive()
}

impl Oracle {
    /// A promise is heard of: the later of two stands, whatever the order in which they arrive.
    fn hear(&mut self, given: Given) {
        let new = self.promises.len();
        let others = 0..new;
        let later = others.clone().filter(|i| {
            let one = &self.promises[*i];
            one.flat == given.flat && !one.void && one.at > given.at
        });
        let later = later.max_by_key(|i| self.promises[*i].at);
        let mut given = given;
        given.over = later.is_some();
        given.gave_way_to = later;
        if later.is_none() {
            for one in self.promises.iter_mut().filter(|one| one.flat == given.flat && one.open()) {
                one.over = true;
                one.gave_way_to = Some(new);
            }
        }
        self.promises.push(given);
    }

    /// It was never given here: whoever gave way to it last stands again.
    fn forget(&mut self, index: usize) {
        let flat = self.promises[index].flat;
        self.promises[index].over = true;
        self.promises[index].void = true;
        if self.promises.iter().any(|one| one.flat == flat && one.open()) {
            return;
        }
        let gave_way = |one: &&mut Given| one.gave_way_to == Some(index) && !one.void;
        if let Some(one) = self.promises.iter_mut().filter(gave_way).max_by_key(|one| one.at) {
            one.over = false;
            one.gave_way_to = None;
        }
    }

    /// What the books say now, on this day: who is ripe is graded, who was graded only gains.
    fn grade(&mut self, today: NaiveDate) {
        for one in self.promises.iter_mut().filter(|one| !one.over) {
            let first = local(one.at);
            let mut sum = 0;
            for money in self.money.iter().filter(|money| money.flat == one.flat) {
                let on_the_way = money.day > first || money.known > one.at;
                if money.day >= first && money.day <= one.due && on_the_way {
                    sum += money.fen;
                }
            }
            let grade = if sum >= one.fen { 2 } else { u8::from(sum > 0 && sum * 2 >= one.fen) };
            let ripe = today > one.due && self.known_to.is_some_and(|known| known >= one.due);
            one.grade = match one.grade {
                None => ripe.then_some(grade),
                Some(before) => Some(before.max(grade)),
            };
        }
    }

    /// How many promises of a flat were not kept since the last one that was.
    fn unkept(&self, flat: usize) -> usize {
        let mut own: Vec<&Given> =
            self.promises.iter().filter(|one| one.flat == flat && !one.void).collect();
        own.sort_by_key(|one| std::cmp::Reverse(one.at));
        own.iter().take_while(|one| one.over || one.grade != Some(2)).count()
    }

    fn open_of(&self, flat: usize) -> Option<&Given> {
        self.promises.iter().find(|one| one.flat == flat && one.open())
    }
}

// ---- the month -----------------------------------------------------------------------------------------------------

/// Money that was paid and is not in the books yet.
struct Paid {
    flat: usize,
    day: NaiveDate,
    fen: i64,
    receipt: String,
}

struct Month {
    app: TestApp,
    company: Company,
    estate: Estate,
    stewards: Vec<Client>,
    manager: Client,
    first: NaiveDate,
    oracle: Oracle,
    paid: Vec<Paid>,
    booked: Vec<(usize, String)>,
    chance: u64,
    receipts: u32,
    retries: u32,
    kills: u32,
}

/// Work is done on weekdays, except in the holidays of October; the 10th, a Saturday, is worked.
fn is_worked(day: NaiveDate) -> bool {
    let holiday = day.month() == 10 && (1..=7).contains(&day.day());
    let make_up = day.month() == 10 && day.day() == 10;
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    make_up || !(holiday || weekend)
}

impl Month {
    async fn begin() -> Self {
        let app = TestApp::start_with(&[A_MONTH_IN_A_MINUTE]).await;
        let first = NaiveDate::from_ymd_opt(2026, 9, 24).unwrap();
        app.clock(&format!("{first}T08:00:00+08:00"));
        let (company, estate) = books::found_estate(&app.app, STEWARDS, flats_each()).await;
        let mut stewards = Vec::new();
        for mobile in &estate.stewards {
            stewards.push(app.sign_in(mobile).await);
        }
        let manager = app.sign_in(books::MANAGER).await;
        Self {
            app,
            company,
            estate,
            stewards,
            manager,
            first,
            oracle: Oracle::default(),
            paid: Vec::new(),
            booked: Vec::new(),
            chance: 7,
            receipts: 0,
            retries: 0,
            kills: 0,
        }
    }

    /// A number that looks random and is the same in every run.
    fn random(&mut self, below: u64) -> u64 {
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) % below
    }

    async fn open_day(&mut self, day: NaiveDate) {
        self.app.clock(&format!("{day}T08:30:00+08:00"));
        self.oracle.grade(day);
        self.agrees(day).await;
    }

    async fn play_day(&mut self, day: NaiveDate) {
        self.open_day(day).await;
        for who in 0..STEWARDS {
            let absent = self.random(6) == 0;
            let on_duty = is_worked(day) || self.random(8) == 0;
            if on_duty && !absent {
                self.work(who, day).await;
            }
        }
        self.pay_what_falls_due(day);
        if self.random(3) == 0 {
            self.bring_books(day).await;
            let lag = self.random(4);
            self.set_watermark(day - Days::new(lag)).await;
        }
        self.agrees(day).await;
        self.nobody_is_dunned_who_should_not_be(day).await;
    }

    /// A steward's day: a few of the flats on the list, each with an outcome.
    async fn work(&mut self, who: usize, day: NaiveDate) {
        let list = self.stewards[who].worklist().await;
        let rooms: Vec<String> = list.into_iter().map(|(_, room)| room).collect();
        for number in 0..self.random(4) {
            if rooms.is_empty() {
                return;
            }
            let pick = usize::try_from(self.random(rooms.len() as u64)).unwrap();
            let Some(flat) = self.estate.flat_of_room(&rooms[pick]) else { continue };
            let hour = 9 + 2 * number;
            let minute = self.random(50);
            self.app.clock(&format!("{day}T{hour:02}:{minute:02}:00+08:00"));
            match self.random(10) {
                0..=4 => self.promise(who, flat, day).await,
                5 => self.cancel(who, flat, day).await,
                _ => self.other_outcome(who, flat).await,
            }
        }
    }

    async fn other_outcome(&mut self, who: usize, flat: usize) {
        let outcomes = [
            "NO_ANSWER",
            "BUSY",
            "REJECTED",
            "POWERED_OFF",
            "OUT_OF_SERVICE",
            "INVALID_NUMBER",
            "WRONG_NUMBER",
            "THIRD_PARTY",
            "MESSAGE_LEFT",
            "MESSAGE_SENT",
            "CLAIMS_PAID",
            "PLAN_REQUESTED",
            "DISPUTED",
            "DEFECT_CLAIMED",
            "HARDSHIP",
            "REFUSED",
            "HUNG_UP",
            "ABUSIVE",
            "DECEASED",
            "SOLD",
            "MOVED",
            "MET",
            "NOT_HOME",
        ];
        let pick = usize::try_from(self.random(outcomes.len() as u64)).unwrap();
        let variables = contact(
            &self.estate.accounts[flat],
            &fresh_key(),
            json!({ "disposition": outcomes[pick] }),
        );
        let answer = self.send(who, "LogContact", variables).await;
        assert_eq!(answer["logContact"]["problems"], json!([]), "{answer}");
    }

    /// Somebody promises; now and then it is reported hours late, on the wrong flat, or twice.
    async fn promise(&mut self, who: usize, flat: usize, day: NaiveDate) {
        let fen = [100_000, 60_000, 33_333, 200_000][usize::try_from(self.random(4)).unwrap()];
        let due = day + Days::new(self.random(9));
        let now = self.now();
        let late = if self.random(5) == 0 { TimeDelta::minutes(90) } else { TimeDelta::zero() };
        let at = now - late;
        let account = self.estate.accounts[flat].clone();
        let line = json!({ "accountId": account, "amount": yuan(fen), "dueOn": due.to_string() });
        let more = json!({
            "disposition": "PROMISED",
            "promise": { "way": "WECHAT", "lines": [line] },
            "occurredAt": at.to_rfc3339(),
        });
        let answer = self.send(who, "LogContact", contact(&account, &fresh_key(), more)).await;
        let made = &answer["logContact"];
        if let Some(problem) = made["problems"].get(0) {
            assert_eq!(problem["code"], "TOO_MANY", "{answer}");
            assert!(self.oracle.unkept(flat) > 3, "refused too early: {answer}");
            return;
        }
        let id = made["promises"][0]["id"].as_str().unwrap().to_owned();
        self.oracle.hear(given(id, (flat, fen), at, due));
        if self.random(8) == 0 {
            let contact = made["contact"]["id"].clone();
            self.correct(who, flat, (contact, fen), (at, due)).await;
        } else {
            self.decide_how_it_ends(flat, fen, (day, due));
        }
    }

    /// It was another of the steward's flats.
    async fn correct(
        &mut self,
        who: usize,
        flat: usize,
        (contact, fen): (Value, i64),
        (at, due): (DateTime<Utc>, NaiveDate),
    ) {
        let wrong = self.oracle.promises.len() - 1;
        let own = self.estate.flats_of(who);
        let right = own[(own.iter().position(|one| *one == flat).unwrap() + 1) % own.len()];
        let input = json!({ "input": {
            "idempotencyKey": fresh_key(),
            "contactId": contact,
            "accountIds": [self.estate.accounts[right]],
        } });
        let answer = self.send(who, "CorrectContact", input).await;
        let made = &answer["correctContact"];
        if let Some(problem) = made["problems"].get(0) {
            assert_eq!(problem["code"], "TOO_MANY", "{answer}");
            return;
        }
        let id = made["promises"][0]["id"].as_str().unwrap().to_owned();
        self.oracle.forget(wrong);
        self.oracle.hear(given(id, (right, fen), at, due));
    }

    /// The owner takes it back before its day; from its day on nobody but a manager can.
    async fn cancel(&mut self, who: usize, flat: usize, day: NaiveDate) {
        let Some(open) = self.oracle.open_of(flat) else { return };
        let (id, due) = (open.id.clone(), open.due);
        let input = json!({ "input": {
            "idempotencyKey": fresh_key(), "promiseId": id, "reason": "WITHDRAWN",
        } });
        let answer = self.send(who, "CancelPromise", input).await;
        let problems = answer["cancelPromise"]["problems"].clone();
        if day >= due {
            assert_eq!(problems[0]["code"], "TOO_LATE", "{answer}");
            return;
        }
        assert_eq!(problems, json!([]), "{answer}");
        self.oracle.promises.iter_mut().find(|one| one.id == id).unwrap().over = true;
    }

    /// Sends an act as a phone over a bad line does: sometimes the answer is lost, sometimes the server dies with it.
    async fn send(&mut self, who: usize, name: &str, variables: Value) -> Value {
        let client = self.stewards[who].clone();
        match self.random(40) {
            0..=5 => {
                let first = client.run(name, variables.clone()).await;
                let again = client.run(name, variables).await;
                self.retries += 1;
                let id = |answer: &Value| {
                    let payload = answer.as_object().unwrap().values().next().unwrap().clone();
                    (payload["contact"]["id"].clone(), payload["promise"]["id"].clone())
                };
                assert_eq!(id(&first), id(&again), "a retry is the same act");
                again
            }
            6 | 7 => {
                let mut program = self.app.program().await;
                let there = client.at(program.address);
                let sent = tokio::spawn({
                    let (name, variables) = (name.to_owned(), variables.clone());
                    async move { there.try_answer(&name, variables).await }
                });
                tokio::time::sleep(std::time::Duration::from_micros(self.random(20_000))).await;
                program.kill();
                drop(sent.await);
                self.kills += 1;
                client.run(name, variables).await
            }
            _ => client.run(name, variables).await,
        }
    }

    fn now(&self) -> DateTime<Utc> {
        self.app.app.kernel.clock.domain()
    }

    /// Whole, half, nothing, too late, in two parts, or money that bounces.
    fn decide_how_it_ends(&mut self, flat: usize, fen: i64, (day, due): (NaiveDate, NaiveDate)) {
        let parts: &[(i64, u64)] = match self.random(6) {
            0 => &[(100, 0)],
            1 => &[(50, 0)],
            2 => &[(30, 0), (70, 0)],
            3 => &[(100, 3)],
            4 => &[(30, 0)],
            _ => &[],
        };
        for (percent, late) in parts {
            let early = self.random(u64::try_from((due - day).num_days()).unwrap() + 1);
            let on = if *late > 0 { due + Days::new(*late) } else { day + Days::new(early) };
            self.receipts += 1;
            let receipt = format!("M{}", self.receipts);
            self.paid.push(Paid { flat, day: on, fen: (fen * percent + 99) / 100, receipt });
        }
    }

    /// A payment that is in the books now and then turns out to have bounced.
    fn pay_what_falls_due(&mut self, day: NaiveDate) {
        if self.random(7) == 0 && !self.booked.is_empty() {
            let pick = usize::try_from(self.random(self.booked.len() as u64)).unwrap();
            let (index, receipt) = self.booked[pick].clone();
            let money = &self.oracle.money[index];
            let told = self.paid.iter().any(|paid| paid.receipt == receipt);
            if money.fen > 1 && money.day <= day && !told {
                self.paid.push(Paid { flat: money.flat, day: money.day, fen: 1, receipt });
            }
        }
    }

    /// The office's file: everything paid so far that it had not brought yet.
    async fn bring_books(&mut self, day: NaiveDate) {
        let (now, later): (Vec<Paid>, Vec<Paid>) =
            std::mem::take(&mut self.paid).into_iter().partition(|paid| paid.day <= day);
        self.paid = later;
        if now.is_empty() {
            return;
        }
        let days: Vec<String> = now.iter().map(|paid| paid.day.to_string()).collect();
        let rows: Vec<(&str, &str, &str, i64)> = now
            .iter()
            .zip(&days)
            .map(|(paid, day)| {
                (
                    self.estate.numbers[paid.flat].as_str(),
                    paid.receipt.as_str(),
                    day.as_str(),
                    paid.fen,
                )
            })
            .collect();
        self.company.import(&self.app.app, receipts(&rows)).await.unwrap();
        let known = self.now();
        for paid in &now {
            let old = self.booked.iter().find(|(_, receipt)| *receipt == paid.receipt);
            if let Some((index, _)) = old {
                self.oracle.money[*index].fen = paid.fen;
                continue;
            }
            self.booked.push((self.oracle.money.len(), paid.receipt.clone()));
            let (flat, day, fen) = (paid.flat, paid.day, paid.fen);
            self.oracle.money.push(Money { flat, day, fen, known });
        }
        self.oracle.grade(day);
    }

    async fn set_watermark(&mut self, known_to: NaiveDate) {
        let input = json!({ "input": {
            "idempotencyKey": fresh_key(),
            "communityId": self.company.community.to_string(),
            "knownTo": known_to.to_string(),
        } });
        let answer = self.manager.run("SetWatermark", input).await;
        assert_eq!(answer["setWatermark"]["problems"], json!([]), "{answer}");
        self.oracle.known_to = Some(known_to);
        self.oracle.grade(local(self.now()));
    }

    // ---- what must hold ------------------------------------------------------------------------------------------

    /// Every promise stands as the oracle says, every open case has a next step, and every reminder came once.
    async fn agrees(&self, day: NaiveDate) {
        let wanted: BTreeMap<String, String> = self
            .oracle
            .promises
            .iter()
            .map(|one| (one.id.clone(), one.stands().to_owned()))
            .collect();
        let what = format!("the promises of {day} to stand as they must");
        eventually(&what, async || {
            let found = self.states().await;
            if found != wanted {
                let other = wanted.iter().find(|(id, state)| found.get(*id) != Some(state));
                eprintln!(
                    "{day}: wanted {other:?}, found {:?}",
                    other.map(|(id, _)| found.get(id))
                );
            }
            (found == wanted).then_some(())
        })
        .await;
        for (what, text) in [
            (
                "an open case has no next step",
                "SELECT COUNT(*) AS n FROM case_file k WHERE k.state = 'OPEN' AND NOT EXISTS (SELECT 1 FROM follow_up f \
                 WHERE f.organization_id = k.organization_id AND f.account_id = k.account_id AND f.state = 'OPEN')",
            ),
            (
                "a number is missing or came twice",
                "SELECT COUNT(*) AS n FROM (SELECT recipient_id FROM reminder GROUP BY recipient_id \
                 HAVING COUNT(*) <> MAX(sequence)) AS gaps",
            ),
            (
                "something was reminded of twice",
                "SELECT COUNT(*) AS n FROM (SELECT follow_up_id FROM reminder GROUP BY follow_up_id, revision \
                 HAVING COUNT(*) > 1) AS twice",
            ),
        ] {
            assert_eq!(self.count(text).await, 0, "{day}: {what}");
        }
    }

    async fn states(&self) -> BTreeMap<String, String> {
        #[derive(FromQueryResult)]
        struct Row {
            id: guanjia::kernel::ids::PromiseLineId,
            state: String,
        }
        let rows = Sql::new("SELECT id, state FROM promise_line", [])
            .all::<Row>(self.app.database().read())
            .await
            .unwrap();
        rows.into_iter().map(|row| (row.id.to_string(), row.state)).collect()
    }

    async fn count(&self, text: &str) -> i64 {
        #[derive(FromQueryResult)]
        struct Number {
            n: i64,
        }
        let found = Sql::new(text, []).one::<Number>(self.app.database().read()).await;
        found.unwrap().unwrap().n
    }

    /// Rule 6: while a promise is open and its day is to come, its flat is not in the part of the list that duns.
    async fn nobody_is_dunned_who_should_not_be(&self, day: NaiveDate) {
        for client in &self.stewards {
            for (reason, room) in client.worklist().await {
                let Some(flat) = self.estate.flat_of_room(&room) else { continue };
                let dunned =
                    ["BROKEN_PROMISE", "DUE", "SLIPPED", "QUIET"].contains(&reason.as_str());
                let open = self.oracle.open_of(flat).filter(|one| one.due > day);
                assert!(!dunned || open.is_none(), "{day}: {room} is {reason} with a promise open");
            }
        }
    }
}

fn given(id: String, (flat, fen): (usize, i64), at: DateTime<Utc>, due: NaiveDate) -> Given {
    Given { id, flat, fen, at, due, grade: None, over: false, void: false, gave_way_to: None }
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}
