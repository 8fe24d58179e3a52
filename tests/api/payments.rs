//! What clerks do with money, as they do it: over the API.

use serde_json::{Value, json};

use crate::support::{
    TestApp, books,
    books::{Company, receipts},
    client::{Client, promise},
    eventually, fresh_key,
};

/// What `RecordPayment` takes; `more` is merged into the input.
fn money(account: &str, amount: &str, paid_on: &str, more: Value) -> Value {
    let mut input = json!({
        "idempotencyKey": fresh_key(),
        "accountId": account,
        "amount": amount,
        "method": "CASH",
        "paidOn": paid_on,
    });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    json!({ "input": input })
}

async fn record(client: &Client, account: &str, amount: &str, paid_on: &str, more: Value) -> Value {
    let data = client.run("RecordPayment", money(account, amount, paid_on, more)).await;
    data["recordPayment"].clone()
}

fn on_payment(payment: &Value, more: Value) -> Value {
    let mut input = json!({ "idempotencyKey": fresh_key(), "paymentId": payment["payment"]["id"] });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    json!({ "input": input })
}

async fn overdue(client: &Client, account: &str) -> String {
    client.card(account).await["arrears"]["overdue"].as_str().unwrap().to_owned()
}

fn problem(payload: &Value) -> (&str, String) {
    let problem = &payload["problems"][0];
    let field = problem["field"].as_array().unwrap().iter().map(|part| part.as_str().unwrap());
    (problem["code"].as_str().unwrap(), field.collect::<Vec<_>>().join("."))
}

/// Figures of an account as of a day.
async fn as_of(client: &Client, account: &str, day: &str, known_at: Option<&str>) -> Value {
    let days = json!({ "from": "2026-01-01", "to": "2026-12-31" });
    let variables = json!({ "id": account, "asOf": day, "knownAt": known_at, "days": days });
    client.run("AccountLedger", variables).await["node"].clone()
}

async fn company() -> (TestApp, Company, Client, String) {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let account = company.account(&app.app, "101").await.to_string();
    (app, company, clerk, account)
}

fn happenings(card: &Value) -> Vec<&str> {
    let entries = card["timeline"].as_array().unwrap();
    entries.iter().map(|entry| entry["happening"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_finance_enters_counts_at_once_and_goes_where_its_payer_said() {
    let (_app, _, clerk, account) = company().await;
    let card = clerk.card(&account).await;
    let november = card["openCharges"][2]["id"].clone();
    let more = json!({ "receipt": "S1", "designation": { "chargeIds": [november] } });
    let entered = record(&clerk, &account, "1000.00", "2026-11-20", more).await;
    assert_eq!(entered["payment"]["provisional"], false, "{entered}");
    assert_eq!(entered["accounts"][0]["arrears"]["overdue"], "2000.00");
    let open: Vec<_> = clerk.card(&account).await["openCharges"].as_array().unwrap().clone();
    let periods: Vec<_> = open.iter().map(|charge| charge["period"].as_str().unwrap()).collect();
    assert_eq!(periods, ["2026-09", "2026-10"]);
}

#[tokio::test]
async fn the_same_key_enters_money_once_and_the_same_receipt_is_a_problem_that_names_it() {
    let (_app, _, clerk, account) = company().await;
    let input = money(&account, "10.00", "2026-11-20", json!({ "receipt": "S1" }));
    let first = clerk.run("RecordPayment", input.clone()).await["recordPayment"].clone();
    let again = clerk.run("RecordPayment", input).await["recordPayment"].clone();
    assert_eq!(first["payment"]["id"], again["payment"]["id"]);
    assert_eq!(overdue(&clerk, &account).await, "2990.00");
    let twice = record(&clerk, &account, "5.00", "2026-11-20", json!({ "receipt": "S1" })).await;
    assert_eq!(problem(&twice), ("DUPLICATE", "receipt".to_owned()));
    assert!(twice["problems"][0]["message"].as_str().unwrap().contains("S1"), "{twice}");
    assert_eq!(overdue(&clerk, &account).await, "2990.00");
    // A receipt that was taken back is free again.
    let back = json!({ "cause": "MISTAKE", "reason": "票号录错" });
    clerk.run("ReversePayment", on_payment(&first, back)).await;
    let fine = record(&clerk, &account, "5.00", "2026-11-20", json!({ "receipt": "S1" })).await;
    assert_eq!(fine["problems"], json!([]));
}

#[tokio::test]
async fn wrong_input_is_told_by_field_and_changes_nothing() {
    let (app, company, clerk, account) = company().await;
    let other = company.account(&app.app, "102").await.to_string();
    let theirs = clerk.card(&other).await["openCharges"][0]["id"].clone();
    for (amount, day, more, wrong) in [
        ("0.00", "2026-11-20", json!({}), ("TOO_SMALL", "amount")),
        ("-5.00", "2026-11-20", json!({}), ("TOO_SMALL", "amount")),
        ("1.00", "2026-11-24", json!({}), ("TOO_LATE", "paidOn")),
        ("1.00", "2026-11-20", json!({ "receipt": " S1" }), ("INVALID", "receipt")),
        (
            "1.00",
            "2026-11-20",
            json!({ "designation": { "chargeIds": [theirs] } }),
            ("NOT_FOUND", "designation.chargeIds.0"),
        ),
        (
            "1.00",
            "2026-11-20",
            json!({ "designation": { "period": "九月" } }),
            ("INVALID", "designation.period"),
        ),
    ] {
        let told = record(&clerk, &account, amount, day, more).await;
        assert_eq!(problem(&told), (wrong.0, wrong.1.to_owned()), "{told}");
    }
    assert_eq!(overdue(&clerk, &account).await, "3000.00");
}

#[tokio::test]
async fn money_taken_on_site_settles_nothing_until_somebody_else_has_confirmed_it() {
    let (app, _, clerk, account) = company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let noted =
        record(&steward, &account, "3000.00", "2026-11-23", json!({ "receipt": "S9" })).await;
    assert_eq!(noted["payment"]["provisional"], true);
    let card = steward.card(&account).await;
    assert_eq!(card["arrears"]["overdue"], "3000.00");
    assert_eq!(card["openCase"]["state"], "OPEN");
    assert!(happenings(&card).contains(&"PAYMENT_NOTED"));

    let list = clerk.run("UnconfirmedPayments", json!({})).await["unconfirmedPayments"].clone();
    assert_eq!(list["edges"][0]["node"]["id"], noted["payment"]["id"], "{list}");
    assert_eq!(list["edges"][0]["account"]["id"], account);
    assert_eq!(
        steward.code("ConfirmPayment", on_payment(&noted, json!({}))).await,
        "FORBIDDEN",
        "a steward confirms nothing"
    );

    app.clock("2026-11-24T09:00:00+08:00");
    let done = clerk.run("ConfirmPayment", on_payment(&noted, json!({}))).await;
    assert_eq!(done["confirmPayment"]["problems"], json!([]), "{done}");
    assert_eq!(done["confirmPayment"]["payment"]["confirmedAt"], "2026-11-24T01:00:00.000000Z");
    let card = steward.card(&account).await;
    assert_eq!(card["arrears"]["overdue"], "0.00");
    assert_eq!(card["openCase"], Value::Null);
    // It is true from its own day, and known to count from the confirmation.
    let then = as_of(&clerk, &account, "2026-11-23", None).await;
    assert_eq!(then["arrears"]["overdue"], "0.00");
    let known = as_of(&clerk, &account, "2026-11-23", Some("2026-11-23T23:00:00+08:00")).await;
    assert_eq!(known["arrears"]["overdue"], "3000.00");
    let again = clerk.run("ConfirmPayment", on_payment(&noted, json!({}))).await;
    assert_eq!(problem(&again["confirmPayment"]), ("INCONSISTENT", "paymentId".to_owned()));
    let list = clerk.run("UnconfirmedPayments", json!({})).await["unconfirmedPayments"].clone();
    assert_eq!(list["edges"], json!([]));
}

#[tokio::test]
async fn a_promise_is_kept_by_provisional_money_only_once_it_is_confirmed() {
    let (app, company, clerk, account) = company().await;
    let steward = app.sign_in(books::STEWARD).await;
    steward.log_contact(&account, promise(&account, "3000.00", "2026-11-24")).await;
    app.clock("2026-11-24T09:00:00+08:00");
    let noted = record(&steward, &account, "3000.00", "2026-11-24", json!({})).await;
    app.clock("2026-11-25T09:00:00+08:00");
    let set = json!({ "input": {
        "idempotencyKey": fresh_key(),
        "communityId": company.community.to_string(),
        "knownTo": "2026-11-24",
        "reason": "日结",
    } });
    clerk.run("SetWatermark", set).await;
    let waiting = steward.card(&account).await["promises"][0].clone();
    assert_eq!(waiting["state"], "PENDING", "the verdict waits for money that could keep it");
    clerk.run("ConfirmPayment", on_payment(&noted, json!({}))).await;
    assert_eq!(steward.card(&account).await["promises"][0]["state"], "KEPT");
}

#[tokio::test]
async fn a_mistake_was_never_true_and_a_bounce_was_until_its_day() {
    let (app, _, clerk, account) = company().await;
    let mistake = record(&clerk, &account, "1000.00", "2026-10-05", json!({})).await;
    let bounce = record(&clerk, &account, "500.00", "2026-10-10", json!({})).await;
    app.clock("2026-11-23T11:00:00+08:00");
    let why = json!({ "cause": "MISTAKE", "reason": "录错户" });
    clerk.run("ReversePayment", on_payment(&mistake, why)).await;
    let why = json!({ "cause": "BOUNCE", "reason": "支票退票", "on": "2026-11-01" });
    let gone =
        clerk.run("ReversePayment", on_payment(&bounce, why)).await["reversePayment"].clone();
    assert_eq!(gone["payment"]["cause"], "BOUNCE", "{gone}");
    // September's charge, due on the 15th, is all that is overdue in October.
    for (day, known_at, overdue) in [
        ("2026-10-09", None, "1000.00"),
        ("2026-10-10", None, "500.00"),
        ("2026-10-31", None, "1500.00"),
        ("2026-11-01", None, "2000.00"),
        ("2026-10-09", Some("2026-11-23T10:30:00+08:00"), "0.00"),
        ("2026-11-01", Some("2026-11-23T10:30:00+08:00"), "500.00"),
    ] {
        let figure = as_of(&clerk, &account, day, known_at).await;
        assert_eq!(figure["arrears"]["overdue"], overdue, "{day} as known {known_at:?}");
    }
    let card = clerk.card(&account).await;
    assert_eq!(happenings(&card)[..2], ["PAYMENT_BOUNCED", "PAYMENT_REVERSED"]);
    let twice = json!({ "cause": "MISTAKE", "reason": "再一次" });
    let told = clerk.run("ReversePayment", on_payment(&bounce, twice)).await;
    assert_eq!(problem(&told["reversePayment"]), ("INCONSISTENT", "paymentId".to_owned()));
}

#[tokio::test]
async fn a_reversal_opens_the_case_again() {
    let (_app, _, clerk, account) = company().await;
    let all = record(&clerk, &account, "3000.00", "2026-11-20", json!({})).await;
    assert_eq!(clerk.card(&account).await["openCase"], Value::Null);
    let why = json!({ "cause": "BOUNCE", "reason": "退票" });
    clerk.run("ReversePayment", on_payment(&all, why)).await;
    let card = clerk.card(&account).await;
    assert_eq!(card["openCase"]["state"], "OPEN");
    assert!(happenings(&card).contains(&"CASE_REOPENED"));
}

#[tokio::test]
async fn a_part_of_a_payment_moves_to_the_account_to_which_it_always_belonged() {
    let (app, company, clerk, account) = company().await;
    let other = company.account(&app.app, "105").await.to_string();
    let paid = record(&clerk, &account, "1500.00", "2026-10-20", json!({ "receipt": "S3" })).await;
    let move_it = |amount: &str, to: &str| {
        on_payment(&paid, json!({ "toAccountId": to, "amount": amount, "reason": "交错房号" }))
    };
    let told = clerk.run("MovePayment", move_it("1500.01", &other)).await["movePayment"].clone();
    assert_eq!(problem(&told), ("TOO_LARGE", "amount".to_owned()));
    let told = clerk.run("MovePayment", move_it("1.00", &account)).await["movePayment"].clone();
    assert_eq!(problem(&told), ("INCONSISTENT", "toAccountId".to_owned()));
    app.clock("2026-11-23T11:00:00+08:00");
    let moved = clerk.run("MovePayment", move_it("1000.00", &other)).await["movePayment"].clone();
    assert_eq!(moved["payment"]["amount"], "1000.00", "{moved}");
    assert_eq!(moved["payment"]["movedFromId"], paid["payment"]["id"]);
    assert_eq!(overdue(&clerk, &account).await, "2500.00");
    // 105 owed November alone; the money of October is a prepayment until then.
    assert_eq!(overdue(&clerk, &other).await, "0.00");
    let then = as_of(&clerk, &other, "2026-10-20", None).await;
    assert_eq!(then["arrears"]["credit"], "1000.00");
    let known = as_of(&clerk, &other, "2026-10-20", Some("2026-11-23T10:30:00+08:00")).await;
    assert_eq!(known["arrears"]["credit"], "0.00");
    assert_eq!(happenings(&clerk.card(&account).await)[0], "PAYMENT_MOVED_AWAY");
    assert!(happenings(&clerk.card(&other).await).contains(&"PAYMENT_MOVED_HERE"));
}

#[tokio::test]
async fn a_payment_out_of_reach_looks_as_if_it_were_not_there() {
    let (app, _, clerk, account) = company().await;
    let stranger = "payment_00000000000070008000000000000000";
    let paid = json!({ "payment": { "id": stranger } });
    let why = json!({ "cause": "MISTAKE", "reason": "无" });
    assert_eq!(clerk.code("ReversePayment", on_payment(&paid, why)).await, "NOT_FOUND");
    let other = app.sign_in(books::OTHER_STEWARD).await;
    let input = money(&account, "1.00", "2026-11-20", json!({}));
    assert_eq!(other.code("RecordPayment", input).await, "NOT_FOUND");
}

fn adjust(account: &str, kind: &str, charge: &Value, amount: &str) -> Value {
    json!({ "input": {
        "idempotencyKey": fresh_key(),
        "accountId": account,
        "kind": kind,
        "lines": [{ "chargeId": charge, "amount": amount }],
        "reason": "协商",
    } })
}

#[tokio::test]
async fn a_waiver_takes_from_one_charge_by_whoever_has_the_authority_and_can_be_taken_back() {
    let (app, _, clerk, account) = company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let october = clerk.card(&account).await["openCharges"][1]["id"].clone();
    let told = clerk.run("Adjust", adjust(&account, "WAIVER", &october, "100.00")).await;
    assert_eq!(problem(&told["adjust"]), ("INVALID", "kind".to_owned()));
    let told = manager.run("Adjust", adjust(&account, "WAIVER", &october, "1000.01")).await;
    assert_eq!(problem(&told["adjust"]), ("TOO_LARGE", "lines.0.amount".to_owned()));
    let done = manager.run("Adjust", adjust(&account, "WAIVER", &october, "400.00")).await;
    let done = &done["adjust"];
    assert_eq!(done["account"]["arrears"]["overdue"], "2600.00", "{done}");
    let card = clerk.card(&account).await;
    assert_eq!(card["openCharges"][1]["open"], "600.00");
    assert_eq!(card["timeline"][0]["outcome"], "WAIVER");
    let before = as_of(&clerk, &account, "2026-11-22", None).await;
    assert_eq!(before["arrears"]["overdue"], "3000.00", "it is true from today on");
    let back = json!({ "input": {
        "idempotencyKey": fresh_key(),
        "adjustmentId": done["adjustmentIds"][0],
        "reason": "撤销",
    } });
    manager.run("ReverseAdjustment", back).await;
    assert_eq!(overdue(&clerk, &account).await, "3000.00");
}

#[tokio::test]
async fn a_penalty_is_computed_until_it_is_billed_and_then_owed_apart_from_the_principal() {
    let (app, company, clerk, account) = company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let september = clerk.card(&account).await["openCharges"][0]["id"].clone();
    let today = as_of(&clerk, &account, "2026-11-23", None).await;
    assert_eq!(
        today["penalty"]["accrued"], "0.00",
        "without a basis in the contract there is none"
    );
    let terms = json!({ "input": {
        "idempotencyKey": fresh_key(),
        "communityId": company.community.to_string(),
        "fromOn": "2026-01-01",
        "feeItem": "物业费",
        "dailyPpm": 500,
        "capPercent": 10,
        "basis": "前期物业服务合同第十二条",
    } });
    let set = manager.run("SetPenaltyPolicy", terms).await["setPenaltyPolicy"].clone();
    assert_eq!(set["problems"], json!([]), "{set}");
    // 69, 39 and 8 days at 0.50 a day.
    let today = as_of(&clerk, &account, "2026-11-23", None).await;
    assert_eq!(today["penalty"]["accrued"], "58.00", "{today}");
    assert_eq!(today["penalty"]["charges"][0]["accrued"], "34.50");
    assert_eq!(today["arrears"]["overdue"], "3000.00");
    let far = as_of(&clerk, &account, "2027-12-31", None).await;
    assert_eq!(far["penalty"]["accrued"], "300.00", "the cap");

    let told = clerk.run("Adjust", adjust(&account, "PENALTY", &september, "34.51")).await;
    assert_eq!(problem(&told["adjust"]), ("TOO_LARGE", "lines.0.amount".to_owned()));
    let billed = clerk.run("Adjust", adjust(&account, "PENALTY", &september, "30.00")).await;
    assert_eq!(billed["adjust"]["account"]["arrears"]["open"], "3030.00", "{billed}");
    manager.run("Adjust", adjust(&account, "PENALTY_WAIVER", &september, "4.50")).await;
    let today = as_of(&clerk, &account, "2026-11-23", None).await;
    assert_eq!(today["penalty"]["unbilled"], "23.50");
    assert_eq!(today["arrears"]["penalty"], "30.00");
    // By law a penalty stands before the principal of its own debt.
    app.clock("2026-11-24T10:00:00+08:00");
    record(&clerk, &account, "50.00", "2026-11-24", json!({})).await;
    let now = as_of(&clerk, &account, "2026-11-24", None).await;
    assert_eq!(
        (now["arrears"]["penalty"].as_str(), now["arrears"]["overdue"].as_str()),
        (Some("0.00"), Some("2980.00"))
    );
}

#[tokio::test]
async fn days_of_a_hold_bear_no_penalty_where_the_contract_says_so() {
    let (app, company, clerk, account) = company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let terms = json!({ "input": {
        "idempotencyKey": fresh_key(),
        "communityId": company.community.to_string(),
        "fromOn": "2026-01-01",
        "dailyPpm": 500,
        "basis": "合同",
    } });
    manager.run("SetPenaltyPolicy", terms).await;
    let hold = json!({ "input": {
        "idempotencyKey": fresh_key(),
        "accountId": account,
        "reason": "DISPUTE",
        "until": "2026-11-30",
    } });
    let placed = manager.run("PlaceHold", hold).await["placeHold"].clone();
    assert_eq!(placed["problems"], json!([]), "{placed}");
    let accrued = async |day: &str| {
        as_of(&clerk, &account, day, None).await["penalty"]["accrued"].as_str().unwrap().to_owned()
    };
    // Until the 22nd 113 days at 0.50; from the 23rd to the 30th nothing; three charges a day after it.
    assert_eq!(accrued("2026-11-22").await, "56.50");
    assert_eq!(accrued("2026-11-30").await, "56.50");
    assert_eq!(accrued("2026-12-01").await, "58.00");
    app.clock("2026-11-25T10:00:00+08:00");
    let lift = json!({ "input": {
        "idempotencyKey": fresh_key(),
        "holdId": placed["hold"]["id"],
        "reason": "已解决",
    } });
    manager.run("LiftHold", lift).await;
    assert_eq!(accrued("2026-11-24").await, "56.50");
    assert_eq!(accrued("2026-11-25").await, "58.00");
}

#[tokio::test]
async fn a_community_may_set_another_order_and_is_settled_anew() {
    let (app, company, clerk, account) = company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let mut parking = books::charge("101", 8, 60_000);
    parking.item = "停车费".to_owned();
    let book = guanjia_books::Book { charges: vec![parking], ..Default::default() };
    company.import(&app.app, book).await.unwrap();
    let terms = json!({ "input": {
        "idempotencyKey": fresh_key(),
        "communityId": company.community.to_string(),
        "fromOn": "2026-01-01",
        "feeItem": "物业费",
        "dailyPpm": 500,
        "basis": "合同",
    } });
    manager.run("SetPenaltyPolicy", terms).await;
    record(&clerk, &account, "600.00", "2026-11-20", json!({})).await;
    // By law the fee that bears a penalty is the heavier one, though parking is older.
    let items = async || {
        let card = clerk.card(&account).await;
        let open = card["openCharges"].as_array().unwrap().clone();
        open.iter()
            .map(|charge| {
                format!(
                    "{} {}",
                    charge["period"].as_str().unwrap(),
                    charge["open"].as_str().unwrap()
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        items().await,
        ["2026-08 600.00", "2026-09 400.00", "2026-10 1000.00", "2026-11 1000.00"]
    );
    let order = json!({ "input": {
        "idempotencyKey": fresh_key(),
        "communityId": company.community.to_string(),
        "fromOn": "2026-01-01",
        "method": "OLDEST_FIRST",
        "penaltyPlace": "LAST",
        "reason": "合同约定先旧后新",
    } });
    manager.run("SetAllocationPolicy", order).await;
    assert_eq!(items().await, ["2026-09 1000.00", "2026-10 1000.00", "2026-11 1000.00"]);
}

#[tokio::test]
async fn a_statement_has_opening_and_closing_balances_and_pages_in_order() {
    let (_app, _, clerk, account) = company().await;
    record(&clerk, &account, "700.00", "2026-09-20", json!({ "receipt": "S1" })).await;
    record(&clerk, &account, "300.00", "2026-10-05", json!({ "receipt": "S2" })).await;
    let days = json!({ "from": "2026-10-01", "to": "2026-11-30" });
    let page = async |first: i32, after: Option<String>| {
        let variables = json!({ "id": account, "days": days, "first": first, "after": after });
        clerk.run("AccountLedger", variables).await["node"]["statement"].clone()
    };
    let whole = page(10, None).await;
    assert_eq!(
        (whole["openingBalance"].as_str(), whole["closingBalance"].as_str()),
        (Some("300.00"), Some("2000.00"))
    );
    let shown: Vec<_> = whole["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| {
            let node = &edge["node"];
            format!(
                "{} {} {} {}",
                node["on"].as_str().unwrap(),
                node["kind"].as_str().unwrap(),
                node["amount"].as_str().unwrap(),
                node["balance"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "2026-10-01 CHARGE 1000.00 1300.00",
            "2026-10-05 PAYMENT -300.00 1000.00",
            "2026-11-01 CHARGE 1000.00 2000.00",
        ]
    );
    let first = page(2, None).await;
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let rest = page(2, first["pageInfo"]["endCursor"].as_str().map(str::to_owned)).await;
    assert_eq!(rest["edges"][0]["node"], whole["edges"][2]["node"]);
    assert_eq!(
        (rest["openingBalance"].as_str(), rest["pageInfo"]["hasNextPage"].as_bool()),
        (Some("300.00"), Some(false))
    );
}

#[tokio::test]
async fn before_the_day_of_a_book_without_days_the_answer_is_not_known() {
    let (app, company, clerk, account) = company().await;
    let mut paid = books::charge("101", 9, 100_000);
    paid.paid_fen = Some(30_000);
    let as_of_book = "2026-11-20".parse().ok();
    let book = guanjia_books::Book { charges: vec![paid], as_of: as_of_book, ..Default::default() };
    company.import(&app.app, book).await.unwrap();
    let before = as_of(&clerk, &account, "2026-10-14", None).await["arrears"].clone();
    assert_eq!(before["notKnown"]["reason"], "PAID_ON_UNKNOWN_DAY", "{before}");
    assert_eq!(
        (before["notKnown"]["amount"].as_str(), before["notKnown"]["knownFrom"].as_str()),
        (Some("300.00"), Some("2026-11-20"))
    );
    assert_eq!(before["overdue"], "1000.00", "at most");
    let after = as_of(&clerk, &account, "2026-11-20", None).await["arrears"].clone();
    assert_eq!((after["notKnown"].is_null(), after["overdue"].as_str()), (true, Some("2700.00")));
    let all = clerk.run("Arrears", json!({ "asOf": "2026-10-14" })).await["arrears"].clone();
    assert_eq!(all["notKnown"]["amount"], "300.00", "{all}");
}

#[tokio::test]
async fn the_history_of_a_watermark_says_who_said_what_and_why() {
    let (app, company, clerk, _) = company().await;
    for (day, reason) in [("2026-11-20", "周结"), ("2026-11-18", "更正")] {
        let set = json!({ "input": {
            "idempotencyKey": fresh_key(),
            "communityId": company.community.to_string(),
            "knownTo": day,
            "reason": reason,
        } });
        clerk.run("SetWatermark", set).await;
    }
    let manager = app.sign_in(books::MANAGER).await;
    let variables = json!({ "communityId": company.community.to_string(), "first": 1 });
    let page = manager.run("Watermarks", variables).await["watermarks"].clone();
    let newest = &page["edges"][0]["node"];
    assert_eq!(
        (newest["knownTo"].as_str(), newest["reason"].as_str()),
        (Some("2026-11-18"), Some("更正"))
    );
    assert_eq!(newest["setByName"], format!("员工{}", books::CLERK));
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let variables = json!({ "communityId": company.community.to_string(), "after": page["pageInfo"]["endCursor"] });
    let rest = manager.run("Watermarks", variables).await["watermarks"].clone();
    assert_eq!(rest["edges"][0]["node"]["knownTo"], "2026-11-20");
}

#[tokio::test]
async fn what_the_books_correct_after_a_clerk_moved_it_is_for_a_person_to_look_at() {
    let (app, company, clerk, account) = company().await;
    company.import(&app.app, receipts(&[("101", "P1", "2026-10-20", 5_000)])).await.unwrap();
    let other = company.account(&app.app, "102").await.to_string();
    let days = json!({ "from": "2026-10-01", "to": "2026-10-31" });
    let variables = json!({ "id": account, "days": days });
    clerk.run("AccountLedger", variables).await;
    let id = payment_of(&app, "P1").await;
    let paid = json!({ "payment": { "id": id } });
    let away = json!({ "toAccountId": other, "reason": "交错房号" });
    let moved = clerk.run("MovePayment", on_payment(&paid, away)).await["movePayment"].clone();
    assert_eq!(moved["problems"], json!([]), "{moved}");
    let corrected = company.import(&app.app, receipts(&[("101", "P1", "2026-10-20", 6_000)])).await;
    assert!(corrected.is_err(), "nobody's decision is overwritten by a file");
    assert_eq!(overdue(&clerk, &account).await, "3000.00");
}

async fn payment_of(app: &TestApp, receipt: &str) -> String {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        id: guanjia::kernel::ids::PaymentId,
    }
    let text = "SELECT id FROM payment WHERE receipt = $1";
    let row = guanjia::kernel::sql::Sql::new(text, [receipt.into()]);
    row.one::<Row>(app.database().read()).await.unwrap().unwrap().id.to_string()
}

#[tokio::test]
async fn money_for_a_month_to_come_leaves_todays_debt_open_until_that_month_is_over() {
    let (app, company, clerk, _) = company().await;
    let account = company.account(&app.app, "103").await.to_string();
    let december = json!({ "designation": { "period": "2026-12" } });
    let entered = record(&clerk, &account, "1000.00", "2026-11-20", december).await;
    assert_eq!(entered["problems"], json!([]));
    assert_eq!(overdue(&clerk, &account).await, "1000.00");
    assert!(clerk.card(&account).await["openCase"].is_object());
    let dated = as_of(&clerk, &account, "2026-11-23", None).await;
    assert_eq!(
        (&dated["arrears"]["overdue"], &dated["arrears"]["credit"]),
        (&json!("1000.00"), &json!("1000.00"))
    );
    app.clock("2027-01-04T09:00:00+08:00");
    eventually("the money to be free", async || {
        (overdue(&clerk, &account).await == "0.00").then_some(())
    })
    .await;
    assert!(clerk.card(&account).await["openCase"].is_null());
}

#[tokio::test]
async fn what_a_reversed_provisional_payment_had_held_is_let_go() {
    let (app, company, clerk, _) = company().await;
    let account = company.account(&app.app, "103").await.to_string();
    let steward = app.sign_in(books::STEWARD).await;
    let noted = record(&steward, &account, "1000.00", "2026-11-20", json!({})).await;
    assert_eq!(steward.card(&account).await["holds"][0]["reason"], "CLAIMS_PAID");
    let mistake = json!({ "cause": "MISTAKE", "reason": "another flat" });
    clerk.run("ReversePayment", on_payment(&noted, mistake)).await;
    assert_eq!(steward.card(&account).await["holds"], json!([]));
}

#[tokio::test]
async fn an_item_or_a_period_that_names_nothing_is_refused() {
    let (_app, _, clerk, account) = company().await;
    for (designation, expected) in [
        (json!({ "feeItem": " 物业费" }), ("INVALID", "designation.feeItem")),
        (json!({ "feeItem": "费".repeat(65) }), ("TOO_LONG", "designation.feeItem")),
        (json!({ "period": "2026-07/2026-01" }), ("INVALID", "designation.period")),
    ] {
        let more = json!({ "designation": designation });
        let told = record(&clerk, &account, "1.00", "2026-11-20", more).await;
        assert_eq!(problem(&told), (expected.0, expected.1.to_owned()));
    }
}

#[tokio::test]
async fn a_receipt_that_a_person_entered_is_not_entered_again_by_the_books() {
    let (app, company, clerk, account) = company().await;
    let typed = record(&clerk, &account, "70.00", "2026-11-20", json!({ "receipt": "R9" })).await;
    assert_eq!(typed["problems"], json!([]));
    let owed = overdue(&clerk, &account).await;
    let bring = async |number: &str, fen: i64| {
        company.import(&app.app, receipts(&[(number, "R9", "2026-11-20", fen)])).await
    };
    let same = bring("101", 7_000).await.unwrap();
    assert_eq!((same.payments.left, same.payments.created), (1, 0));
    assert_eq!(overdue(&clerk, &account).await, owed);
    assert!(bring("101", 7_500).await.is_err(), "the clerk has to correct one of them");
    // One receipt may cover two flats.
    let other = bring("102", 3_000).await.unwrap();
    assert_eq!((other.payments.left, other.payments.created), (0, 1));
    // What was moved by hand lies where the corrected book has it.
    let there = company.account(&app.app, "104").await.to_string();
    let to = json!({ "toAccountId": there, "reason": "wrong flat" });
    clerk.run("MovePayment", on_payment(&typed, to)).await;
    let moved = bring("104", 7_000).await.unwrap();
    assert_eq!((moved.payments.left, moved.payments.created), (1, 0));
}
