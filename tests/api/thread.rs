//! The thread: one promise, from the books to the phone.

use serde_json::json;

use crate::support::{Socket, TestApp, books, client::promise, fresh_key};

#[tokio::test]
async fn a_promise_goes_from_the_books_to_the_phone_and_to_the_head_of_the_list() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();

    let before = steward.worklist().await;
    assert_eq!(before, [("QUIET", "1-1-101"), ("QUIET", "1-1-102"), ("QUIET", "1-1-103")].map(own));

    let logged = steward.log_contact(&account, promise(&account, "1240.00", "2026-11-27")).await;
    assert_eq!(logged["promises"][0]["state"], "PENDING", "{logged}");
    let version = logged["worklistVersion"].clone();
    let list = steward.run("Worklist", json!({ "atLeast": version })).await;
    assert!(list["worklist"]["version"].as_i64() >= version.as_i64());
    assert_eq!(steward.worklist().await.last().unwrap(), &own(("PROMISED", "1-1-103")));

    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    assert!(socket.is_quiet().await, "nothing is due on Monday");
    app.clock("2026-11-27T08:00:00+08:00");
    let reminder = socket.reminder().await.unwrap();
    assert_eq!(
        (reminder["sequence"].as_i64(), &reminder["followUp"]["source"]),
        (Some(1), &json!("PROMISE"))
    );
    assert_eq!(reminder["account"]["unit"]["room"], "1-1-103");
    assert_eq!(steward.worklist().await[0], own(("PROMISE_DUE", "1-1-103")));

    app.clock("2026-11-28T10:00:00+08:00");
    assert_eq!(steward.worklist().await.last().unwrap(), &own(("WAITS_FOR_BOOKS", "1-1-103")));

    set_watermark(&app, &company.community.to_string(), "2026-11-27").await;
    assert_eq!(steward.worklist().await[0], own(("BROKEN_PROMISE", "1-1-103")));
    let card = steward.card(&account).await;
    assert_eq!(
        (&card["promises"][0]["state"], &card["promises"][0]["received"]),
        (&json!("BROKEN"), &json!("0.00"))
    );
    assert_eq!(card["followUps"][0]["dueOn"], "2026-11-30", "the next working morning is Monday");

    app.clock("2026-11-30T08:00:00+08:00");
    let second = socket.reminder().await.unwrap();
    assert_eq!(
        (second["sequence"].as_i64(), &second["followUp"]["source"]),
        (Some(2), &json!("BROKEN_PROMISE"))
    );
    replays_without_gap_or_double(&mut steward.socket().await).await;
}

async fn replays_without_gap_or_double(fresh: &mut Socket) {
    fresh.subscribe(0).await;
    for sequence in 1..=2 {
        assert_eq!(fresh.reminder().await.unwrap()["sequence"], sequence);
    }
    assert!(fresh.is_quiet().await);
}

async fn set_watermark(app: &TestApp, community: &str, known_to: &str) {
    let manager = app.sign_in(books::MANAGER).await;
    let input =
        json!({ "idempotencyKey": fresh_key(), "communityId": community, "knownTo": known_to });
    let answer = manager.run("SetWatermark", json!({ "input": input })).await;
    assert_eq!(answer["setWatermark"]["problems"], json!([]));
}

fn own((reason, room): (&str, &str)) -> (String, String) {
    (reason.to_owned(), room.to_owned())
}
