//! What books say of money beside charges and receipts: waivers, and what a file leaves out.

use serde_json::{Value, json};

use super::import_runs::{bring, owed, settled, take_back};
use crate::support::{
    TestApp,
    books::{self, Company},
    client::Client,
    fresh_key,
};

const HEAD: &str = "房号,收费项目,账期,到期日,应收金额,减免金额\n";

fn parking(due: &str, waived: &str) -> String {
    format!("{HEAD}1-1-103,停车费,2026-11,2026-11-20,{due},{waived}\n")
}

/// Statement and arrears of flat 103.
async fn ledger(app: &TestApp, company: &Company, as_of: &str) -> Value {
    let account = company.account(&app.app, "103").await.to_string();
    let days = json!({ "from": "2026-11-01", "to": "2026-11-30" });
    let asked = json!({ "id": account, "days": days, "asOf": as_of, "first": 100 });
    app.sign_in(books::CLERK).await.run("AccountLedger", asked).await["node"].clone()
}

async fn taken_back(client: &Client, run: &Value) {
    assert_eq!(take_back(client, &run["id"]).await["problems"], json!([]));
    assert_eq!(settled(client, run["id"].as_str().unwrap()).await["state"], "TAKEN_BACK");
}

#[tokio::test]
async fn a_waiver_of_a_book_is_an_adjustment_of_its_own_and_the_charge_is_entered_whole() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let dry = bring(&clerk, &company, false, &parking("150.00", "50.00")).await;
    assert_eq!(
        (&dry["state"], &dry["charges"]["createdAmount"]),
        (&json!("READY"), &json!("150.00"))
    );
    assert_eq!(
        (&dry["waivers"]["created"], &dry["waivers"]["createdAmount"]),
        (&json!(1), &json!("50.00")),
        "{dry}"
    );
    assert_eq!(owed(&app, &company, "103").await, "1000.00");
    let run = bring(&clerk, &company, true, &parking("150.00", "50.00")).await;
    assert_eq!(run["state"], "DONE", "{run}");
    assert_eq!(owed(&app, &company, "103").await, "1100.00");
    let shown = ledger(&app, &company, "2026-11-01").await;
    let lines: Vec<_> = shown["statement"]["edges"].as_array().unwrap().iter().collect();
    let of = |kind: &str, amount: &str| {
        lines.iter().any(|line| {
            let line = &line["node"];
            line["kind"] == kind && line["amount"] == amount && line["on"] == "2026-11-01"
        })
    };
    assert!(of("CHARGE", "150.00") && of("WAIVER", "-50.00"), "{shown}");
    assert_eq!(shown["statement"]["closingBalance"], "1100.00");
    assert_eq!(ledger(&app, &company, "2026-11-30").await["arrears"]["open"], "1100.00");
    let again = bring(&clerk, &company, true, &parking("150.00", "50.00")).await;
    assert_eq!(
        (&again["waivers"]["left"], &again["waivers"]["leftAmount"]),
        (&json!(1), &json!("50.00"))
    );
    assert_eq!(
        (&again["waivers"]["created"], &again["charges"]["created"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(owed(&app, &company, "103").await, "1100.00");
}

#[tokio::test]
async fn a_corrected_waiver_is_reversed_and_entered_again_and_each_import_is_taken_back_in_turn() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let mut runs = Vec::new();
    let steps = [
        // More is waived, then the charge itself is corrected, then nothing is waived, then both change.
        (("150.00", "50.00"), ("1", "1", "0", "0"), "1100.00"),
        (("150.00", "60.00"), ("0", "0", "0", "1"), "1090.00"),
        (("160.00", "60.00"), ("0", "0", "1", "0"), "1100.00"),
        (("160.00", ""), ("0", "0", "0", "1"), "1160.00"),
        (("170.00", "170"), ("0", "0", "1", "1"), "1000.00"),
    ];
    for ((due, waived), told, open) in steps {
        let run = bring(&clerk, &company, true, &parking(due, waived)).await;
        let count = |kind: &str, what: &str| run[kind][what].to_string();
        let seen = (
            count("charges", "created"),
            count("waivers", "created"),
            count("charges", "changed"),
            count("waivers", "changed"),
        );
        let told = (told.0.to_owned(), told.1.to_owned(), told.2.to_owned(), told.3.to_owned());
        assert_eq!(seen, told, "{run}");
        assert_eq!(owed(&app, &company, "103").await, open, "{due} less {waived}");
        runs.push((run, open));
    }
    // The first cannot go while a later one has corrected it.
    let told = take_back(&clerk, &runs[0].0["id"]).await;
    assert_eq!(told["problems"][0]["code"], "INCONSISTENT", "{told}");
    while let Some((run, open)) = runs.pop() {
        assert_eq!(owed(&app, &company, "103").await, open);
        taken_back(&clerk, &run).await;
    }
    assert_eq!(owed(&app, &company, "103").await, "1000.00");
    bring(&clerk, &company, true, &parking("150.00", "50.00")).await;
    assert_eq!(owed(&app, &company, "103").await, "1100.00");
}

#[tokio::test]
async fn a_waiver_that_comes_later_lies_on_the_charge_and_must_be_taken_back_before_it() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let first = bring(&clerk, &company, true, &parking("150.00", "")).await;
    let later = bring(&clerk, &company, true, &parking("150.00", "20")).await;
    assert_eq!(
        (&later["charges"]["left"], &later["waivers"]["created"]),
        (&json!(1), &json!(1)),
        "{later}"
    );
    assert_eq!(owed(&app, &company, "103").await, "1130.00");
    let told = take_back(&clerk, &first["id"]).await;
    assert_eq!(told["problems"][0]["code"], "INCONSISTENT", "{told}");
    taken_back(&clerk, &later).await;
    assert_eq!(owed(&app, &company, "103").await, "1150.00");
    taken_back(&clerk, &first).await;
    assert_eq!(owed(&app, &company, "103").await, "1000.00");
}

#[tokio::test]
async fn a_waiver_that_somebody_reversed_is_not_corrected_by_a_file() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let run = bring(&clerk, &company, true, &parking("150.00", "50.00")).await;
    let id = waiver(&app, &company).await;
    let manager = app.sign_in(books::MANAGER).await;
    let input = json!({ "idempotencyKey": fresh_key(), "adjustmentId": id, "reason": "未批准" });
    let done = manager.run("ReverseAdjustment", json!({ "input": input })).await;
    assert_eq!(done["reverseAdjustment"]["problems"], json!([]), "{done}");
    assert_eq!(owed(&app, &company, "103").await, "1150.00");
    let same = bring(&clerk, &company, true, &parking("150.00", "50.00")).await;
    assert_eq!((&same["state"], &same["waivers"]["left"]), (&json!("DONE"), &json!(1)), "{same}");
    let other = bring(&clerk, &company, true, &parking("150.00", "40.00")).await;
    assert_eq!(other["state"], "REFUSED", "{other}");
    assert_eq!(other["problems"]["edges"][0]["node"]["code"], "entry_taken_back", "{other}");
    assert_eq!(take_back(&clerk, &run["id"]).await["problems"][0]["code"], "INCONSISTENT");
}

/// The id of the only adjustment of flat 103.
async fn waiver(app: &TestApp, company: &Company) -> String {
    use guanjia::kernel::{ids::AdjustmentId, sql::Sql};
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        id: AdjustmentId,
    }
    let account = company.account(&app.app, "103").await;
    let text = "SELECT id FROM adjustment WHERE account_id = $1";
    let row = Sql::new(text, [account.into()]).one::<Row>(app.database().read()).await.unwrap();
    row.unwrap().id.to_string()
}

#[tokio::test]
async fn a_waiver_has_the_day_of_its_column_and_neither_sign_nor_excess_makes_it_more() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let csv = "房号,收费项目,账期,到期日,应收金额,减免金额,减免日期\n\
        1-1-103,停车费,2026-11,2026-11-20,150.00,-50.00,2026-11-18\n\
        1-1-101,停车费,2026-11,2026-11-20,150.00,200,\n\
        1-1-102,停车费,2026-11,2026-11-20,-30,-10,\n";
    let run = bring(&clerk, &company, true, csv).await;
    assert_eq!(run["state"], "DONE", "{run}");
    assert_eq!(run["waivers"]["createdAmount"], "200.00");
    let codes: Vec<_> = run["problems"]["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["node"]["code"].clone())
        .collect();
    assert!(
        codes.contains(&json!("waiver_negative")) && codes.contains(&json!("waiver_too_large")),
        "{run}"
    );
    assert_eq!(ledger(&app, &company, "2026-11-17").await["arrears"]["open"], "1150.00");
    assert_eq!(ledger(&app, &company, "2026-11-18").await["arrears"]["open"], "1100.00");
    assert_eq!(owed(&app, &company, "101").await, "3000.00");
    assert_eq!(owed(&app, &company, "102").await, "1980.00");
}

#[tokio::test]
async fn missing_is_only_what_the_file_speaks_of() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    // The flats were charged 物业费 of September to November: another item misses nothing of it.
    let other = "房号,收费项目,账期,到期日,应收金额\n1-1-103,停车费,2026-10,2026-10-20,150\n";
    let run = bring(&clerk, &company, true, other).await;
    let missing = |run: &Value| {
        ["units", "charges", "waivers", "payments"]
            .map(|kind| run[kind]["missing"].as_i64().unwrap())
    };
    assert_eq!(missing(&run), [0, 0, 0, 0], "{run}");
    // 物业费 of October: five other flats have it, and nobody's September or November is missing.
    let october = "房号,收费项目,账期,到期日,应收金额\n1-1-103,物业费,2026-10,2026-10-15,1000\n";
    let run = bring(&clerk, &company, true, october).await;
    assert_eq!(missing(&run), [0, 5, 0, 0], "{run}");
    let named = run["problems"]["edges"].as_array().unwrap().iter();
    let named = named.filter(|edge| edge["node"]["code"] == "row_missing");
    let values: Vec<_> = named.map(|edge| edge["node"]["value"].as_str().unwrap()).collect();
    assert_eq!(values.len(), 5, "{values:?}");
    assert!(values.iter().all(|value| value.ends_with("|物业费|2026-10")), "{values:?}");
    // A building of its own is no other building's.
    let elsewhere = "房号,业主姓名\n9-1-101,王九\n\n房号,收费项目,账期,到期日,应收金额\n9-1-101,物业费,2026-10,2026-10-15,1000\n";
    assert_eq!(missing(&bring(&clerk, &company, true, elsewhere).await), [0, 0, 0, 0]);
}
