//! Parties, accounts and how people are reached.

use futures_util::future::join_all;
use guanjia::kernel::{
    ids::{AccountId, PartyId},
    sql::Sql,
};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};

use crate::support::{
    Client, TestApp,
    books::{self, Company, charge, receipts},
    client::contact,
    fresh_key,
};

/// Sends a mutation of the register and answers everything.
pub(crate) async fn send(client: &Client, operation: &str, mut input: Value) -> Value {
    input["idempotencyKey"] = json!(fresh_key());
    client.answer(operation, json!({ "input": input })).await
}

/// Sends a mutation of the register that must go through; answers its payload.
pub(crate) async fn done(client: &Client, operation: &str, input: Value) -> Value {
    let answer = send(client, operation, input).await;
    assert!(answer.get("errors").is_none(), "{operation}: {answer}");
    let payload = answer["data"].as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(payload["problems"], json!([]), "{operation}: {payload}");
    payload
}

/// Sends one that must be refused; answers code and field of the first problem.
async fn refused(client: &Client, operation: &str, input: Value) -> (String, String) {
    let answer = send(client, operation, input).await;
    let payload = answer["data"].as_object().unwrap().values().next().unwrap().clone();
    let problem = &payload["problems"][0];
    let field = problem["field"].as_array().unwrap_or_else(|| panic!("{operation}: {answer}"));
    let field: Vec<&str> = field.iter().map(|part| part.as_str().unwrap()).collect();
    (problem["code"].as_str().unwrap().to_owned(), field.join("."))
}

fn no(code: &str, field: &str) -> (String, String) {
    (code.to_owned(), field.to_owned())
}

async fn party(client: &Client, id: &Value) -> Value {
    client.run("PartyCard", json!({ "id": id })).await["node"].clone()
}

pub(crate) async fn register(client: &Client, name: &str, number: &str) -> Value {
    let input = json!({ "name": name, "numbers": [number] });
    done(client, "RegisterParty", input).await
}

async fn holder(client: &Client, company: &Company, app: &TestApp, room: &str) -> (String, Value) {
    let account = company.account(&app.app, room).await.to_string();
    let holder = client.card(&account).await["holders"][0]["party"]["id"].clone();
    (account, holder)
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

async fn count(app: &TestApp, text: &str) -> i64 {
    Sql::new(text, []).one::<Count>(app.database().read()).await.unwrap().unwrap().count
}

#[tokio::test]
async fn ten_who_register_the_same_owner_at_once_have_one_party_whoever_they_are() {
    let (app, company) = TestApp::with_company().await;
    let (one, other) = (app.sign_in(books::STEWARD).await, app.sign_in(books::OTHER_STEWARD).await);
    let clients: Vec<&Client> = (0..5).flat_map(|_| [&one, &other]).collect();
    let numbers = ["13811112222", "+86 138-1111-2222", "１３８１１１１２２２２", "138 1111 2222"];
    let all = clients.iter().enumerate();
    let all = all.map(|(nth, client)| register(client, "王小明", numbers[nth % numbers.len()]));
    let answers = join_all(all).await;
    let there = "SELECT COUNT(*) AS count FROM party WHERE name = '王小明'";
    assert_eq!(count(&app, there).await, 1);
    let points = "SELECT COUNT(*) AS count FROM contact_point WHERE value = '13811112222'";
    assert_eq!(count(&app, points).await, 1);
    let mut known = std::collections::BTreeSet::new();
    for (client, answer) in clients.iter().zip(&answers) {
        assert_eq!(answer["party"]["name"], "王小明");
        let room = if std::ptr::eq(*client, &one) { "101" } else { "105" };
        let account = company.account(&app.app, room).await.to_string();
        let unit = client.card(&account).await["unit"]["id"].clone();
        let input = json!({ "unitId": unit, "partyId": answer["party"]["id"] });
        let occupants = done(client, "AddOccupant", input).await["account"]["occupants"].clone();
        assert_eq!(occupants.as_array().unwrap().len(), 1, "they are all the same person");
        known.insert(occupants[0]["party"]["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(known.len(), 1, "every id that was told stands for the one party");
    let again = register(&one, "王小明", "13811112222").await;
    assert_eq!(again["alreadyThere"], true, "it is within reach now");
    assert!(known.contains(again["party"]["id"].as_str().unwrap()));
}

#[tokio::test]
async fn registering_tells_nothing_of_a_party_beyond_ones_reach() {
    let (app, company) = TestApp::with_company().await;
    let (steward, other) =
        (app.sign_in(books::STEWARD).await, app.sign_in(books::OTHER_STEWARD).await);
    let (_, theirs) = holder(&other, &company, &app, "105").await;
    let known = register(&steward, "业主105", "13812340105").await;
    let unknown = register(&steward, "业主999", "13812340999").await;
    assert_ne!(known["party"]["id"], theirs);
    let told = |answer: &Value| {
        let mut plain = answer.clone();
        plain["party"]["id"] = json!("");
        plain["party"]["name"] = json!("");
        plain
    };
    assert_eq!(told(&known), told(&unknown));
    let (known, unknown) = (
        party(&steward, &known["party"]["id"]).await,
        party(&steward, &unknown["party"]["id"]).await,
    );
    for card in [&known, &unknown] {
        assert_eq!(card["contactPoints"], json!([]));
        assert_eq!(card["accounts"]["edges"], json!([]));
        assert_eq!(card["history"], json!([]));
    }
    assert_eq!(party(&steward, &theirs).await, Value::Null, "the real id tells nothing either");
    assert_eq!(party(&other, &known["id"]).await["id"], theirs, "ids lead to whom one reaches");
    for card in [&known, &unknown] {
        let point = json!({ "partyId": card["id"], "kind": "MOBILE", "value": "13812340105", "source": "OWNER" });
        let wanted = no("INCONSISTENT", "partyId");
        assert_eq!(refused(&steward, "AddContactPoint", point).await, wanted, "both alike");
    }
    let within = register(&other, "业主105", "138 1234 0105").await;
    assert_eq!((&within["alreadyThere"], &within["party"]["id"]), (&json!(true), &theirs));
}

#[tokio::test]
async fn a_name_alone_is_never_the_same_and_namesakes_are_listed() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let (_, known) = holder(&steward, &company, &app, "101").await;
    let answer = done(&steward, "RegisterParty", json!({ "name": " 业主101 " })).await;
    assert_eq!(answer["alreadyThere"], false);
    assert_eq!(answer["likelyDuplicates"][0]["id"], known);
    for (input, code, field) in [
        (json!({ "name": " " }), "REQUIRED", "name"),
        (json!({ "name": "长".repeat(101) }), "TOO_LONG", "name"),
        (
            json!({ "name": "甲", "numbers": ["13812345678", "13800000000"] }),
            "INVALID",
            "numbers.1",
        ),
        (json!({ "name": "甲", "id": answer["party"]["id"] }), "DUPLICATE", "id"),
        (json!({ "name": "甲", "id": known }), "DUPLICATE", "id"),
    ] {
        assert_eq!(refused(&steward, "RegisterParty", input).await, no(code, field));
    }
}

#[tokio::test]
async fn an_id_made_offline_stands_for_the_party_that_was_there() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let (account, known) = holder(&steward, &company, &app, "101").await;
    let id = guanjia::kernel::ids::fresh::<PartyId>().to_string();
    let input = json!({ "id": id, "name": "业主101", "numbers": ["13812340101"] });
    assert_eq!(done(&steward, "RegisterParty", input).await["party"]["id"], known);
    assert_eq!(party(&steward, &json!(id)).await["id"], known);
    let logged = contact(&account, &fresh_key(), json!({ "partyId": id }));
    let logged = steward.run("LogContact", logged).await["logContact"].clone();
    assert_eq!(logged["problems"], json!([]));
}

#[tokio::test]
async fn a_name_that_is_mended_stays_one_party_and_the_mistake_is_visible() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let (account, known) = holder(&steward, &company, &app, "101").await;
    let before = steward.card(&account).await["arrears"].clone();
    done(&steward, "ChangeParty", json!({ "partyId": known, "name": "业主一零一" })).await;
    let card = steward.card(&account).await;
    assert_eq!((&card["holders"][0]["name"], &card["arrears"]), (&json!("业主一零一"), &before));
    let history = party(&steward, &known).await["history"][0].clone();
    assert_eq!((&history["before"], &history["after"]), (&json!("业主101"), &json!("业主一零一")));
    for name in ["业主101", "业主一零一"] {
        assert_eq!(register(&steward, name, "13812340101").await["party"]["id"], known, "{name}");
    }
}

#[tokio::test]
async fn a_spouse_who_comes_and_goes_does_not_split_the_arrears() {
    let (app, company) = TestApp::with_company().await;
    let (steward, clerk) = (app.sign_in(books::STEWARD).await, app.sign_in(books::CLERK).await);
    let (account, known) = holder(&steward, &company, &app, "101").await;
    let arrears = steward.card(&account).await["arrears"].clone();
    let spouse = register(&clerk, "李爱人", "13811113333").await["party"]["id"].clone();
    let half = json!({ "part": 1, "whole": 2 });
    let changes =
        |first: Value, second: Value| json!({ "accountId": account, "changes": [first, second] });
    let over = changes(
        json!({ "partyId": known, "share": { "part": 2, "whole": 3 } }),
        json!({ "partyId": spouse, "share": half }),
    );
    assert_eq!(refused(&clerk, "ChangeHolders", over).await, no("TOO_LARGE", "changes"));
    let both = changes(
        json!({ "partyId": known, "share": half }),
        json!({ "partyId": spouse, "share": half }),
    );
    let married = done(&clerk, "ChangeHolders", both).await["account"].clone();
    let names: Vec<&Value> =
        married["holders"].as_array().unwrap().iter().map(|holder| &holder["name"]).collect();
    assert_eq!(names, ["业主101", "李爱人"]);
    assert_eq!(married["holders"][1]["share"], half);
    assert_eq!(married["formerHolders"], json!([]), "a share alone makes nobody a former holder");
    assert_eq!(steward.card(&account).await["arrears"], arrears);
    let away = changes(json!({ "partyId": known, "holds": false }), json!({ "partyId": spouse }));
    let divorced = done(&clerk, "ChangeHolders", away).await["account"].clone();
    assert_eq!(divorced["holders"][0]["name"], "李爱人");
    assert_eq!(divorced["formerHolders"][0]["name"], "业主101");
    let card = steward.card(&account).await;
    assert_eq!(card["arrears"], arrears);
    assert!(card["history"].as_array().unwrap().iter().any(|one| one["kind"] == "HOLDER_ENDED"));
    let last = json!({ "accountId": account, "changes": [{ "partyId": spouse, "holds": false }] });
    assert_eq!(refused(&clerk, "ChangeHolders", last).await, no("INCONSISTENT", "changes"));
    let early =
        json!({ "accountId": account, "from": "2026-11-24", "changes": [{ "partyId": known }] });
    assert_eq!(refused(&clerk, "ChangeHolders", early).await, no("TOO_LATE", "from"));
}

#[tokio::test]
async fn a_tenant_who_pays_is_noted_and_the_owner_stays_liable() {
    let (app, company) = TestApp::with_company().await;
    let (steward, clerk) = (app.sign_in(books::STEWARD).await, app.sign_in(books::CLERK).await);
    let (account, _) = holder(&steward, &company, &app, "101").await;
    let tenant = register(&clerk, "赵租客", "13811114444").await["party"]["id"].clone();
    let paid = json!({ "accountId": account, "partyId": tenant, "from": "2026-11-01" });
    let paid = done(&clerk, "SetPayer", paid).await["account"].clone();
    assert_eq!(paid["payer"]["party"]["name"], "赵租客");
    assert_eq!(paid["holders"][0]["name"], "业主101");
    let unit = paid["unit"]["id"].clone();
    let input = json!({ "unitId": unit, "partyId": paid["payer"]["party"]["id"] });
    let lives = done(&steward, "AddOccupant", input).await["account"].clone();
    let occupant = lives["occupants"][0]["id"].clone();
    let logged =
        contact(&account, &fresh_key(), json!({ "partyId": paid["payer"]["party"]["id"] }));
    let logged = steward.run("LogContact", logged).await["logContact"].clone();
    assert_eq!(logged["problems"], json!([]), "whoever pays may be contacted");
    let gone = done(&steward, "EndOccupancy", json!({ "occupantId": occupant })).await;
    assert_eq!(gone["account"]["occupants"], json!([]));
    let own = done(&clerk, "SetPayer", json!({ "accountId": account })).await;
    assert_eq!(own["account"]["payer"], Value::Null);
}

#[tokio::test]
async fn on_a_sale_old_arrears_stay_and_books_that_come_late_still_find_the_old_account() {
    let (app, company) = TestApp::with_company().await;
    let (steward, clerk) = (app.sign_in(books::STEWARD).await, app.sign_in(books::CLERK).await);
    let (old, seller) = holder(&steward, &company, &app, "101").await;
    let buyer = register(&clerk, "新业主", "13811115555").await["party"]["id"].clone();
    let new = guanjia::kernel::ids::fresh::<AccountId>().to_string();
    let sale = json!({
        "accountId": old, "kind": "SALE", "lastOn": "2026-10-31", "newAccountId": new,
        "holders": [{ "partyId": buyer }],
    });
    let sold = done(&clerk, "TransferUnit", sale.clone()).await;
    let codes: Vec<&Value> =
        sold["notes"].as_array().unwrap().iter().map(|note| &note["code"]).collect();
    assert_eq!(codes, ["NO_ADDRESS", "CHARGED_BEYOND"], "November was charged already");
    assert_eq!(sold["notes"][1]["amount"], "1000.00");
    assert_eq!(
        (&sold["oldAccount"]["to"], &sold["newAccount"]["from"]),
        (&json!("2026-10-31"), &json!("2026-11-01"))
    );
    assert_eq!(refused(&clerk, "TransferUnit", sale).await, no("INCONSISTENT", "accountId"));
    let (card, next) = (steward.card(&old).await, steward.card(&new).await);
    assert_eq!((&card["state"], &next["state"]), (&json!("CLOSED"), &json!("OPEN")));
    assert_eq!(
        (&card["arrears"]["overdue"], &next["arrears"]["overdue"]),
        (&json!("3000.00"), &json!("0.00"))
    );
    assert_eq!(card["openCase"]["state"], "OPEN", "the case stays with the old account");
    let logged = contact(&old, &fresh_key(), json!({ "partyId": seller }));
    assert_eq!(steward.run("LogContact", logged).await["logContact"]["problems"], json!([]));
    // A book that comes after the sale: a charge and money of before, a charge of after.
    let mut book =
        receipts(&[("101", "R-old", "2026-10-20", 100_000), ("101", "R-new", "2026-11-20", 5_000)]);
    book.charges = vec![charge("101", 8, 7_000), charge("101", 12, 9_000)];
    company.import(&app.app, book).await.unwrap();
    // What is charged for December is owed from its first day on.
    app.clock("2026-12-01T10:00:00+08:00");
    let open = |card: &Value| card["arrears"]["open"].clone();
    assert_eq!(open(&steward.card(&old).await), "2070.00");
    assert_eq!(open(&steward.card(&new).await), "40.00");
    let wrong = json!({ "transferId": sold["transfer"]["id"] });
    let wanted = no("INCONSISTENT", "transferId");
    assert_eq!(refused(&clerk, "UndoTransfer", wrong).await, wanted, "something was built on it");
}

#[tokio::test]
async fn a_transfer_that_was_a_mistake_is_taken_back_while_nothing_was_built_on_it() {
    let (app, company) = TestApp::with_company().await;
    let (steward, clerk) = (app.sign_in(books::STEWARD).await, app.sign_in(books::CLERK).await);
    let (old, seller) = holder(&steward, &company, &app, "104").await;
    let buyer = register(&clerk, "新业主", "13811115555").await["party"]["id"].clone();
    let letters = json!({ "partyId": seller, "address": "杭州市西湖区文三路 1 号" });
    let sale = json!({
        "accountId": old, "kind": "INHERITANCE", "lastOn": "2026-11-20",
        "holders": [{ "partyId": buyer }], "lettersTo": letters,
    });
    let twice = join_all((0..2).map(|_| send(&clerk, "TransferUnit", sale.clone()))).await;
    let won: Vec<&Value> =
        twice.iter().filter(|one| one["data"]["transferUnit"]["problems"] == json!([])).collect();
    assert_eq!(won.len(), 1, "two who sell at once sell once: {twice:?}");
    let sold = won[0]["data"]["transferUnit"].clone();
    assert_eq!(sold["notes"], json!([]), "the old owner has an address");
    let new = sold["newAccount"]["id"].as_str().unwrap().to_owned();
    let back = json!({ "transferId": sold["transfer"]["id"] });
    for _ in 0..2 {
        let undone = done(&clerk, "UndoTransfer", back.clone()).await["account"].clone();
        assert_eq!(
            (&undone["id"], &undone["state"], &undone["to"]),
            (&json!(old), &json!("OPEN"), &Value::Null)
        );
    }
    let withdrawn = steward.card(&new).await;
    assert_eq!(withdrawn["state"], "WITHDRAWN", "what a client may hold is never deleted");
    let again = done(
        &clerk,
        "TransferUnit",
        json!({
            "accountId": old, "kind": "SALE", "lastOn": "2026-11-20", "holders": [{ "partyId": buyer }],
        }),
    );
    let next = again.await["newAccount"]["id"].as_str().unwrap().to_owned();
    let talked = contact(&next, &fresh_key(), json!({}));
    steward.run("LogContact", talked).await;
    let began = steward.card(&next).await["beganBy"]["id"].clone();
    let wanted = no("INCONSISTENT", "transferId");
    assert_eq!(refused(&clerk, "UndoTransfer", json!({ "transferId": began })).await, wanted);
}

#[tokio::test]
async fn a_unit_has_one_open_account_and_a_room_is_there_once() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let (known, _) = holder(&clerk, &company, &app, "101").await;
    let owner = register(&clerk, "新业主", "13811115555").await["party"]["id"].clone();
    let open = |unit: Value| {
        let mut input = json!({ "holders": [{ "partyId": owner }] });
        input.as_object_mut().unwrap().extend(unit.as_object().unwrap().clone());
        input
    };
    let new = |number: &str| json!({ "newUnit": { "communityId": company.community.to_string(), "building": "1", "entrance": "1", "number": number } });
    let opening = (0..5).map(|_| send(&clerk, "OpenAccount", open(new("201"))));
    let answers = join_all(opening).await;
    let opened = answers.iter().filter(|one| one["data"]["openAccount"]["problems"] == json!([]));
    assert_eq!(opened.count(), 1, "{answers:?}");
    let unit = clerk.card(&known).await["unit"]["id"].clone();
    for (input, code, field) in [
        (open(new("101")), "DUPLICATE", "newUnit"),
        (open(json!({ "unitId": unit })), "DUPLICATE", "unitId"),
        (open(json!({})), "REQUIRED", "unitId"),
        (json!({ "unitId": unit, "holders": [] }), "REQUIRED", "holders"),
    ] {
        assert_eq!(refused(&clerk, "OpenAccount", input).await, no(code, field));
    }
}

#[tokio::test]
async fn numbers_and_addresses_have_one_form_a_source_and_a_history() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let (_, known) = holder(&steward, &company, &app, "101").await;
    let add = |kind: &str, value: &str| json!({ "partyId": known, "kind": kind, "value": value, "source": "RELATIVE", "bestTime": "晚上八点后" });
    let adding =
        (0..5).map(|_| done(&steward, "AddContactPoint", add("MOBILE", "+86 139-1111-2222")));
    let answers = join_all(adding).await;
    let point = answers[0]["contactPoint"].clone();
    assert!(
        answers.iter().all(|one| one["contactPoint"]["id"] == point["id"]),
        "one number is one"
    );
    assert_eq!((&point["value"], &point["source"]), (&json!("13911112222"), &json!("RELATIVE")));
    done(&steward, "AddContactPoint", add("WECHAT", "wx_owner-1")).await;
    done(&steward, "AddContactPoint", add("ADDRESS", "杭州市西湖区文三路 1 号")).await;
    for (kind, value) in [
        ("MOBILE", "13800000000"),
        ("LANDLINE", "13911112222"),
        ("ADDRESS", "杭州"),
        ("WECHAT", "1"),
    ] {
        assert_eq!(
            refused(&steward, "AddContactPoint", add(kind, value)).await,
            no("INVALID", "value")
        );
    }
    let named = |more: Value| {
        let mut input = json!({ "contactPointId": point["id"] });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let confirmed =
        done(&steward, "ConfirmContactPoint", named(json!({}))).await["contactPoint"].clone();
    assert!(confirmed["confirmedById"].as_str().is_some_and(|id| id.starts_with("person_")));
    done(&steward, "ChangeContactPoint", named(json!({ "status": "DO_NOT_CALL" }))).await;
    let confirmed =
        done(&steward, "ConfirmContactPoint", named(json!({}))).await["contactPoint"].clone();
    assert_eq!(confirmed["status"], "DO_NOT_CALL", "confirming a number is no leave to call it");
    let right =
        done(&steward, "ChangeContactPoint", named(json!({ "value": "13911113333" }))).await;
    assert_eq!(right["contactPoint"]["value"], "13911113333");
    let points = right["party"]["contactPoints"].as_array().unwrap().clone();
    let old = points.iter().find(|one| one["id"] == point["id"]).unwrap();
    assert_eq!(old["status"], "WRONG", "what was wrong stays, marked as such");
    let twice = named(json!({ "value": "13911114444", "status": "VALID" }));
    assert_eq!(refused(&steward, "ChangeContactPoint", twice).await, no("INCONSISTENT", "status"));
}

#[tokio::test]
async fn vehicles_and_traits_are_kept_once() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let (_, known) = holder(&steward, &company, &app, "101").await;
    for plate in ["浙A·12345", "浙a12345"] {
        let added = done(&steward, "AddVehicle", json!({ "partyId": known, "plate": plate })).await;
        assert_eq!(added["party"]["vehicles"].as_array().unwrap().len(), 1);
        assert_eq!(added["party"]["vehicles"][0]["plate"], "浙A12345");
    }
    let wrong = json!({ "partyId": known, "plate": "12345" });
    assert_eq!(refused(&steward, "AddVehicle", wrong).await, no("INVALID", "plate"));
    let vehicle = party(&steward, &known).await["vehicles"][0]["id"].clone();
    let off = done(&steward, "RemoveVehicle", json!({ "vehicleId": vehicle })).await;
    assert_eq!(off["party"]["vehicles"], json!([]));
    for traits in [json!(["BUSY", "QUICK_TEMPERED"]), json!(["BUSY"])] {
        let noted =
            done(&steward, "NoteTraits", json!({ "partyId": known, "traits": traits })).await;
        assert_eq!(noted["party"]["traits"], traits);
    }
}

#[tokio::test]
async fn a_merge_makes_one_of_two_and_taking_it_back_makes_exactly_the_two() {
    let (app, company) = TestApp::with_company().await;
    let (steward, manager) = (app.sign_in(books::STEWARD).await, app.sign_in(books::MANAGER).await);
    let (first, keep) = holder(&steward, &company, &app, "101").await;
    let (second, merge) = holder(&steward, &company, &app, "102").await;
    let before = (party(&steward, &keep).await, party(&steward, &merge).await);
    let two = json!({ "keepId": keep, "mergeId": merge });
    let merging = join_all((0..3).map(|_| send(&manager, "MergeParties", two.clone()))).await;
    let merged =
        merging.iter().find(|one| one["data"]["mergeParties"]["problems"] == json!([])).unwrap();
    let merged = merged["data"]["mergeParties"].clone();
    assert_eq!(merged["party"]["id"], keep);
    let one = party(&steward, &merge).await;
    assert_eq!(one["id"], keep, "the other id goes on working");
    assert_eq!(one["contactPoints"].as_array().unwrap().len(), 2);
    assert_eq!(one["accounts"]["edges"].as_array().unwrap().len(), 2);
    assert_eq!(steward.card(&second).await["holders"][0]["name"], "业主101");
    for id in [&keep, &merge] {
        let talk = json!({ "accountIds": [first, second], "partyId": id });
        let talk = steward.run("LogContact", contact(&first, &fresh_key(), talk)).await;
        assert_eq!(talk["logContact"]["problems"], json!([]), "one owner of both");
    }
    let back = json!({ "mergeId": merged["merge"]["id"] });
    for _ in 0..2 {
        let parties = done(&manager, "UndoMerge", back.clone()).await["parties"].clone();
        assert_eq!((&parties[0]["id"], &parties[1]["id"]), (&keep, &merge));
    }
    let history = |card: &Value| {
        let mut card = card.clone();
        card["history"] = json!(null);
        card
    };
    let after = (party(&steward, &keep).await, party(&steward, &merge).await);
    assert_eq!((history(&after.0), history(&after.1)), (history(&before.0), history(&before.1)));
    assert_eq!(steward.card(&second).await["holders"][0]["name"], "业主102");
    assert_eq!(
        refused(&manager, "MergeParties", json!({ "keepId": keep, "mergeId": keep })).await,
        no("DUPLICATE", "mergeId")
    );
}

#[tokio::test]
async fn ids_that_were_guessed_look_like_ids_that_are_not_there() {
    let (app, company) = TestApp::with_company().await;
    let (steward, other) =
        (app.sign_in(books::STEWARD).await, app.sign_in(books::OTHER_STEWARD).await);
    let (account, theirs) = holder(&steward, &company, &app, "101").await;
    let card = steward.card(&account).await;
    let point = card["holders"][0]["contactPoints"][0]["id"].clone();
    let unit = card["unit"]["id"].clone();
    let added =
        done(&steward, "AddVehicle", json!({ "partyId": theirs, "plate": "浙A12345" })).await;
    let vehicle = added["party"]["vehicles"][0]["id"].clone();
    let input = json!({ "unitId": unit, "partyId": theirs });
    let lives = done(&steward, "AddOccupant", input).await["account"]["occupants"][0]["id"].clone();
    let (_, mine) = holder(&other, &company, &app, "105").await;
    let nobody = |id: &Value| {
        let kind = id.as_str().unwrap().split_once('_').unwrap().0.to_owned();
        json!(format!("{kind}_00000000000070008000000000000000"))
    };
    for (operation, field, id, more) in [
        ("ChangeParty", "partyId", &theirs, json!({ "name": "甲" })),
        (
            "AddContactPoint",
            "partyId",
            &theirs,
            json!({ "kind": "MOBILE", "value": "13812345678", "source": "OWNER" }),
        ),
        ("ConfirmContactPoint", "contactPointId", &point, json!({})),
        ("ChangeContactPoint", "contactPointId", &point, json!({ "status": "DEAD" })),
        ("NoteTraits", "partyId", &theirs, json!({ "traits": [] })),
        ("AddVehicle", "partyId", &theirs, json!({ "plate": "浙A12345" })),
        ("RemoveVehicle", "vehicleId", &vehicle, json!({})),
        ("AddOccupant", "unitId", &unit, json!({ "partyId": mine })),
        ("EndOccupancy", "occupantId", &lives, json!({})),
    ] {
        let mut answers = Vec::new();
        for id in [id.clone(), nobody(id)] {
            let mut input = more.clone();
            input[field] = id;
            let mut answer = send(&other, operation, input).await;
            answer["errors"][0]["extensions"]["requestId"] = json!("");
            answers.push(answer);
        }
        assert_eq!(answers[0], answers[1], "{operation}");
        assert_eq!(answers[0]["errors"][0]["extensions"]["code"], "NOT_FOUND", "{operation}");
    }
    assert_eq!(steward.card(&account).await["holders"], card["holders"], "nothing was changed");
}
