//! Redis is an accelerator: without it the answer is the same, only slower.

use serde_json::json;

use crate::support::{TestApp, books};

#[tokio::test]
async fn reminders_come_when_no_wake_up_does() {
    let (app, company) = TestApp::with_company().await;
    let replica = app.replica().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    steward.log_contact(&account, json!({ "next": { "on": "2026-11-24" } })).await;
    let mut socket = steward.at(replica.address).socket().await;
    socket.subscribe(0).await;
    // The replica that reminds may be the other one; on SQLite there is no Redis between them at all.
    app.clock("2026-11-24T08:00:00+08:00");
    assert_eq!(socket.reminder().await.unwrap()["sequence"], 1);
}
