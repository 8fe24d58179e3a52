//! Who may do what. Every operation of the schema stands in the list below, or this file fails.

use std::collections::BTreeSet;

use guanjia::{
    api::rights::{self, Within},
    kernel::Role,
};
use serde_json::{Value, json};

use crate::support::{
    TestApp, books,
    books::Company,
    client::{contact, input},
    fresh_key,
};

/// Each operation of the API and the one of the contract that tries it.
const OPERATIONS: &[(&str, &str)] = &[
    ("Query.viewer", "Viewer"),
    ("Query.worklist", "Worklist"),
    ("Query.tickler", "Tickler"),
    ("Query.teamWorklist", "TeamWorklist"),
    ("Query.booksBehind", "BooksBehind"),
    ("Query.lookUp", "LookUp"),
    ("Query.whoCalls", "WhoCalls"),
    ("Query.arrears", "Arrears"),
    ("Query.watermarks", "Watermarks"),
    ("Query.unconfirmedPayments", "UnconfirmedPayments"),
    ("Query.auditEntries", "AuditEntries"),
    ("Query.node", "AccountCard"),
    ("Query.escalations", "Escalations"),
    ("Query.imports", "Imports"),
    ("Query.importMappings", "ImportMappings"),
    ("Query.calendar", "Calendar"),
    ("Mutation.signIn", "SignIn"),
    ("Mutation.refreshSession", "RefreshSession"),
    ("Mutation.useCode", "UseCode"),
    ("Mutation.changePassword", "ChangePassword"),
    ("Mutation.signOut", "SignOut"),
    ("Mutation.endSession", "EndSession"),
    ("Query.people", "People"),
    ("Mutation.invitePerson", "InvitePerson"),
    ("Mutation.changePerson", "ChangePerson"),
    ("Mutation.resetPassword", "ResetPassword"),
    ("Mutation.signOutEverywhere", "SignOutEverywhere"),
    ("Mutation.endAccess", "EndAccess"),
    ("Query.units", "Units"),
    ("Query.delegations", "Delegations"),
    ("Mutation.assignUnits", "AssignUnits"),
    ("Mutation.delegate", "Delegate"),
    ("Mutation.endDelegation", "EndDelegation"),
    ("Mutation.setWatermark", "SetWatermark"),
    ("Mutation.recordPayment", "RecordPayment"),
    ("Mutation.confirmPayment", "ConfirmPayment"),
    ("Mutation.reversePayment", "ReversePayment"),
    ("Mutation.movePayment", "MovePayment"),
    ("Mutation.adjust", "Adjust"),
    ("Mutation.reverseAdjustment", "ReverseAdjustment"),
    ("Mutation.setAllocationPolicy", "SetAllocationPolicy"),
    ("Mutation.setPenaltyPolicy", "SetPenaltyPolicy"),
    ("Mutation.registerParty", "RegisterParty"),
    ("Mutation.changeParty", "ChangeParty"),
    ("Mutation.addContactPoint", "AddContactPoint"),
    ("Mutation.confirmContactPoint", "ConfirmContactPoint"),
    ("Mutation.changeContactPoint", "ChangeContactPoint"),
    ("Mutation.noteTraits", "NoteTraits"),
    ("Mutation.addVehicle", "AddVehicle"),
    ("Mutation.removeVehicle", "RemoveVehicle"),
    ("Mutation.addOccupant", "AddOccupant"),
    ("Mutation.endOccupancy", "EndOccupancy"),
    ("Mutation.openAccount", "OpenAccount"),
    ("Mutation.changeHolders", "ChangeHolders"),
    ("Mutation.setPayer", "SetPayer"),
    ("Mutation.transferUnit", "TransferUnit"),
    ("Mutation.undoTransfer", "UndoTransfer"),
    ("Mutation.mergeParties", "MergeParties"),
    ("Mutation.undoMerge", "UndoMerge"),
    ("Mutation.attach", "Attach"),
    ("Mutation.applyImport", "ApplyImport"),
    ("Mutation.takeBackImport", "TakeBackImport"),
    ("Mutation.saveImportMapping", "SaveImportMapping"),
    ("Mutation.logContact", "LogContact"),
    ("Mutation.importCalendar", "ImportCalendar"),
    ("Mutation.setCasePolicy", "SetCasePolicy"),
    ("Mutation.setCollectionPolicy", "SetCollectionPolicy"),
    ("Mutation.createCommunity", "CreateCommunity"),
    ("Mutation.renameCommunity", "RenameCommunity"),
    ("Mutation.planFollowUp", "PlanFollowUp"),
    ("Mutation.snoozeFollowUp", "SnoozeFollowUp"),
    ("Mutation.completeFollowUp", "CompleteFollowUp"),
    ("Mutation.cancelFollowUp", "CancelFollowUp"),
    ("Mutation.reassignFollowUp", "ReassignFollowUp"),
    ("Mutation.placeHold", "PlaceHold"),
    ("Mutation.liftHold", "LiftHold"),
    ("Mutation.escalateCase", "EscalateCase"),
    ("Mutation.acceptEscalation", "AcceptEscalation"),
    ("Mutation.declineEscalation", "DeclineEscalation"),
    ("Mutation.takeBackEscalation", "TakeBackEscalation"),
    ("Mutation.reveal", "Reveal"),
    ("Mutation.setIdentityNumber", "SetIdentityNumber"),
    ("Mutation.exportPerson", "ExportPerson"),
    ("Mutation.erasePerson", "ErasePerson"),
    ("Query.pendingReminders", "PendingReminders"),
    ("Mutation.acknowledgeReminders", "AcknowledgeReminders"),
    ("Mutation.correctContact", "CorrectContact"),
    ("Mutation.amendContact", "AmendContact"),
    ("Query.paymentInstructions", "PaymentInstructions"),
    ("Mutation.setPaymentDetails", "SetPaymentDetails"),
    ("Mutation.recordPromise", "RecordPromise"),
    ("Mutation.supersedePromise", "SupersedePromise"),
    ("Mutation.cancelPromise", "CancelPromise"),
    ("Query.watchList", "WatchList"),
    ("Query.mySightings", "MySightings"),
    ("Query.sightings", "Sightings"),
    ("Mutation.recordSighting", "RecordSighting"),
    ("Mutation.undoSighting", "UndoSighting"),
    ("Mutation.denySighting", "DenySighting"),
    ("Mutation.recordSightingConsent", "RecordSightingConsent"),
    ("Mutation.withdrawSightingConsent", "WithdrawSightingConsent"),
    ("Subscription.reminders", "Reminders"),
];

/// The id of nobody.
const NOBODY: &str = "person_00000000000070008000000000000000";

/// One person per role.
const PEOPLE: [(Role, &str); 7] = [
    (Role::Steward, books::STEWARD),
    (Role::Manager, books::MANAGER),
    (Role::Director, books::DIRECTOR),
    (Role::Finance, books::CLERK),
    (Role::Legal, books::LEGAL),
    (Role::Guard, books::GUARD),
    (Role::Administrator, books::ADMINISTRATOR),
];

fn variables(operation: &str, company: &Company, account: &str) -> Value {
    match operation {
        "AccountCard" => json!({ "id": account }),
        "Reveal" => json!({ "input": {
            "contactPointId": "contactpoint_00000000000070008000000000000000",
            "reason": "核对",
        } }),
        "SetIdentityNumber" => json!({ "input": {
            "idempotencyKey": fresh_key(), "partyId": nothing("party"), "number": "11010519491231002X",
        } }),
        "ExportPerson" => json!({ "input": { "partyId": nothing("party"), "reason": "核对" } }),
        "ErasePerson" => json!({ "input": {
            "idempotencyKey": fresh_key(), "partyId": nothing("party"), "reason": "核对",
        } }),
        "LookUp" => json!({ "text": "101" }),
        "WhoCalls" => json!({ "number": "13812340101" }),
        "SignIn" => json!({ "input": { "mobile": "1", "password": "2" } }),
        "RefreshSession" => json!({ "input": { "refreshToken": "x" } }),
        "UseCode" => json!({ "input": { "code": "x", "password": "long enough" } }),
        "ChangePassword" => {
            json!({ "input": { "oldPassword": "not this one", "newPassword": "long enough" } })
        }
        "InvitePerson" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "mobile": "13900000099",
            "name": "新人",
            "roles": ["GUARD"],
        } }),
        "ChangePerson" | "ResetPassword" | "SignOutEverywhere" | "EndAccess" => {
            json!({ "input": { "idempotencyKey": fresh_key(), "personId": NOBODY } })
        }
        "AssignUnits" => json!({ "input": { "idempotencyKey": fresh_key() } }),
        "Delegate" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "absentId": NOBODY,
            "standInId": NOBODY,
            "fromOn": "2026-11-24",
            "toOn": "2026-11-25",
        } }),
        "EndDelegation" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "delegationId": "delegation_00000000000070008000000000000000",
        } }),
        "EndSession" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "sessionId": "session_00000000000070008000000000000000",
        } }),
        "LogContact" => contact(account, &fresh_key(), json!({})),
        "Attach" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "attachmentIds": [],
            "accountId": account,
        } }),
        "Imports" | "ImportMappings" => json!({ "communityId": company.community.to_string() }),
        "ApplyImport" | "TakeBackImport" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "importId": "import_00000000000070008000000000000000",
        } }),
        "SaveImportMapping" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "communityId": company.community.to_string(),
            "name": "旧系统",
            "headings": [{ "heading": "房屋代码", "field": "ROOM" }],
        } }),
        "SetWatermark" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "communityId": company.community.to_string(),
            "knownTo": "2026-11-20",
        } }),
        "Calendar" => json!({ "year": 2027 }),
        "ImportCalendar" => input(json!({ "text": "2027-01-01,off,元旦" })),
        "CreateCommunity" => input(json!({ "name": "桂花园" })),
        "RenameCommunity" => {
            input(json!({ "communityId": company.community.to_string(), "name": "梨花园" }))
        }
        "SetCollectionPolicy" => input(json!({ "communityId": company.community.to_string() })),
        "SetCasePolicy" => input(json!({ "communityId": company.community.to_string() })),
        "PlanFollowUp" => {
            input(json!({ "accountId": account, "step": { "on": "2026-11-25", "note": "x" } }))
        }
        "SnoozeFollowUp" => {
            input(json!({ "followUpId": nothing("followup"), "expectedRevision": 1,
                "on": "2026-11-25", "reason": "x" }))
        }
        "CompleteFollowUp" => {
            input(json!({ "followUpId": nothing("followup"), "expectedRevision": 1, "note": "x" }))
        }
        "CancelFollowUp" | "ReassignFollowUp" => input(
            json!({ "followUpId": nothing("followup"), "expectedRevision": 1, "reason": "x" }),
        ),
        "PlaceHold" => {
            input(json!({ "accountId": account, "reason": "DISPUTE", "until": "2026-11-30" }))
        }
        "LiftHold" => input(json!({ "holdId": nothing("hold"), "reason": "settled" })),
        "EscalateCase" => input(json!({ "caseId": nothing("case"), "reason": "too hard" })),
        "AcceptEscalation" => input(json!({ "escalationId": nothing("escalation") })),
        "DeclineEscalation" | "TakeBackEscalation" => {
            input(json!({ "escalationId": nothing("escalation"), "reason": "no" }))
        }
        "Watermarks" => json!({ "communityId": company.community.to_string() }),
        "RecordPayment" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "accountId": account,
            "amount": "0.01",
            "method": "CASH",
            "paidOn": "2026-11-20",
        } }),
        "ConfirmPayment" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "paymentId": "payment_00000000000070008000000000000000",
        } }),
        "ReversePayment" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "paymentId": "payment_00000000000070008000000000000000",
            "cause": "MISTAKE",
            "reason": "r",
        } }),
        "MovePayment" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "paymentId": "payment_00000000000070008000000000000000",
            "toAccountId": account,
            "reason": "r",
        } }),
        "Adjust" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "accountId": account,
            "kind": "WAIVER",
            "lines": [],
            "reason": "r",
        } }),
        "ReverseAdjustment" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "adjustmentId": "adjustment_00000000000070008000000000000000",
            "reason": "r",
        } }),
        "SetAllocationPolicy" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "communityId": company.community.to_string(),
            "fromOn": "2026-01-01",
            "method": "STATUTORY",
            "penaltyPlace": "BEFORE_PRINCIPAL",
            "reason": "r",
        } }),
        "SetPenaltyPolicy" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "communityId": company.community.to_string(),
            "fromOn": "2026-01-01",
            "dailyPpm": 500,
            "basis": "b",
        } }),
        "AcknowledgeReminders" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "reminderIds": ["reminder_00000000000070008000000000000000"],
        } }),
        "CorrectContact" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "contactId": "contact_00000000000070008000000000000000",
            "accountIds": [account],
        } }),
        "AmendContact" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "contactId": "contact_00000000000070008000000000000000",
            "note": "补充",
        } }),
        "PaymentInstructions" => json!({ "accountId": account }),
        "SetPaymentDetails" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "communityId": company.community.to_string(),
            "payee": "测试物业",
            "desk": "一楼前台",
        } }),
        "RecordPromise" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "givenHow": "AT_DESK",
            "way": "DESK",
            "lines": [{ "accountId": account, "amount": "1.00", "dueOn": "2026-11-27" }],
        } }),
        "SupersedePromise" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "promiseId": "promiseline_00000000000070008000000000000000",
            "givenHow": "AT_DESK",
            "amount": "1.00",
            "dueOn": "2026-11-28",
        } }),
        "CancelPromise" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "promiseId": "promiseline_00000000000070008000000000000000",
            "reason": "WITHDRAWN",
        } }),
        "WatchList" => json!({ "communityId": company.community.to_string() }),
        "Sightings" => json!({ "accountId": account }),
        "RecordSighting" => input(json!({ "communityId": company.community.to_string(),
            "watchedId": nothing("watched"), "place": "GATE" })),
        "UndoSighting" | "DenySighting" => input(json!({ "sightingId": nothing("sighting") })),
        "RecordSightingConsent" => input(json!({ "partyId": nothing("party"),
            "communityId": company.community.to_string(), "way": "ORAL", "givenOn": "2026-11-20" })),
        "WithdrawSightingConsent" => input(json!({ "partyId": nothing("party") })),
        _ => registry_variables(operation, account),
    }
}

/// An id that nothing has.
fn nothing(kind: &str) -> String {
    format!("{kind}_00000000000070008000000000000000")
}

/// Variables of the mutations of the register.
fn registry_variables(operation: &str, account: &str) -> Value {
    let fields = match operation {
        "RegisterParty" => json!({ "name": "甲" }),
        "ChangeParty" => json!({ "partyId": nothing("party") }),
        "AddContactPoint" => {
            json!({ "partyId": nothing("party"), "kind": "MOBILE", "value": "13812345678", "source": "OWNER" })
        }
        "ConfirmContactPoint" => json!({ "contactPointId": nothing("contactpoint") }),
        "ChangeContactPoint" => json!({ "contactPointId": nothing("contactpoint") }),
        "NoteTraits" => json!({ "partyId": nothing("party"), "traits": [] }),
        "AddVehicle" => json!({ "partyId": nothing("party"), "plate": "浙A12345" }),
        "RemoveVehicle" => json!({ "vehicleId": nothing("vehicle") }),
        "AddOccupant" => json!({ "unitId": nothing("unit"), "partyId": nothing("party") }),
        "EndOccupancy" => json!({ "occupantId": nothing("occupant") }),
        "OpenAccount" => json!({ "unitId": nothing("unit"), "holders": [] }),
        "ChangeHolders" => json!({ "accountId": account, "changes": [] }),
        "SetPayer" => json!({ "accountId": account }),
        "TransferUnit" => {
            json!({ "accountId": account, "kind": "SALE", "lastOn": "2026-10-31", "holders": [] })
        }
        "UndoTransfer" => json!({ "transferId": nothing("transfer") }),
        "MergeParties" => json!({ "keepId": nothing("party"), "mergeId": nothing("party") }),
        "UndoMerge" => json!({ "mergeId": nothing("merge") }),
        _ => return json!({}),
    };
    input(fields)
}

/// The code of the first error, or nothing.
fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

/// Subscriptions are tried over a socket, elsewhere; over POST nobody may run one.
fn over_post() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    OPERATIONS.iter().filter(|(field, _)| !field.starts_with("Subscription."))
}

#[tokio::test]
async fn who_is_not_signed_in_is_told_so_by_everything_that_is_not_open() {
    let (app, company) = TestApp::with_company().await;
    let account = company.account(&app.app, "101").await.to_string();
    for (field, operation) in over_post() {
        let answer = app.client().answer(operation, variables(operation, &company, &account)).await;
        let open = rights::of(field).unwrap().within == Within::Open;
        let wanted = if open { "" } else { "UNAUTHENTICATED" };
        assert_eq!(code(&answer), wanted, "{field}: {answer}");
    }
}

#[tokio::test]
async fn every_role_may_do_what_the_table_says_and_nothing_else() {
    let (app, company) = TestApp::with_company().await;
    let account = company.account(&app.app, "101").await.to_string();
    for (role, mobile) in PEOPLE {
        let client = app.sign_in(mobile).await;
        for (field, operation) in over_post() {
            // Whoever signs out or is made another has to come in again for the next one.
            let client =
                if *operation == "SignOut" { app.sign_in(mobile).await } else { client.clone() };
            let answer = client.answer(operation, variables(operation, &company, &account)).await;
            let right = rights::of(field).unwrap();
            if right.within == Within::Open || right.roles.contains(&role) {
                let refused = ["FORBIDDEN", "UNAUTHENTICATED", "INTERNAL"];
                assert!(!refused.contains(&code(&answer)), "{role} {field}: {answer}");
            } else {
                assert_eq!(code(&answer), "FORBIDDEN", "{role} {field}: {answer}");
            }
        }
    }
}

#[tokio::test]
async fn a_refused_act_leaves_no_trace() {
    let (app, company) = TestApp::with_company().await;
    let account = company.account(&app.app, "101").await.to_string();
    let guard = app.sign_in(books::GUARD).await;
    assert_eq!(
        guard.code("LogContact", contact(&account, &fresh_key(), json!({}))).await,
        "FORBIDDEN"
    );
    let card = app.sign_in(books::STEWARD).await.card(&account).await;
    let entries = card["timeline"].as_array().unwrap();
    assert!(entries.iter().all(|entry| entry["happening"] != "CONTACTED"));
}

#[tokio::test]
async fn every_operation_of_the_schema_has_a_right_and_is_tried() {
    let sdl = guanjia::api::schema::sdl();
    let fields: BTreeSet<String> = ["Query", "Mutation", "Subscription"]
        .iter()
        .flat_map(|root| root_fields(&sdl, root))
        .collect();
    let in_table: BTreeSet<String> =
        rights::RIGHTS.iter().map(|right| right.field.to_owned()).collect();
    let tried: BTreeSet<String> = OPERATIONS.iter().map(|(field, _)| (*field).to_owned()).collect();
    assert_eq!(fields, in_table);
    assert_eq!(fields, tried);
}

#[test]
fn the_page_shows_the_table_as_it_is() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/authorization.md");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains(&rights::matrix()), "write it anew: make rights");
}

/// Names of the fields of a root type.
fn root_fields(sdl: &str, root: &str) -> Vec<String> {
    let document = async_graphql::parser::parse_schema(sdl).unwrap();
    let of_root = document.definitions.into_iter().filter_map(|definition| match definition {
        async_graphql::parser::types::TypeSystemDefinition::Type(found)
            if found.node.name.node == root =>
        {
            Some(found.node)
        }
        _ => None,
    });
    of_root
        .flat_map(|found| match found.kind {
            async_graphql::parser::types::TypeKind::Object(object) => object.fields,
            _ => Vec::new(),
        })
        .map(|field| format!("{root}.{}", field.node.name.node))
        .collect()
}

#[tokio::test]
async fn what_is_another_stewards_looks_as_if_it_were_not_there() {
    let (app, company) = TestApp::with_company().await;
    let other = app.sign_in(books::OTHER_STEWARD).await;
    let theirs = company.account(&app.app, "101").await.to_string();
    let nobodys = "account_00000000000070008000000000000000";
    for id in [theirs.as_str(), nobodys] {
        assert_eq!(other.card(id).await, Value::Null);
        assert_eq!(
            other.code("LogContact", contact(id, &fresh_key(), json!({}))).await,
            "NOT_FOUND"
        );
    }
    let case = app.sign_in(books::STEWARD).await.card(&theirs).await["openCase"]["id"].clone();
    assert_eq!(other.run("AccountCard", json!({ "id": case })).await["node"], Value::Null);
}

#[tokio::test]
async fn an_id_of_another_kind_is_refused() {
    let (app, _) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let wrong = contact("case_00000000000070008000000000000000", &fresh_key(), json!({}));
    let answer = steward.answer("LogContact", wrong).await;
    let error = &answer["errors"][0];
    assert_eq!(error["path"], json!(["logContact"]));
    assert!(error["extensions"]["detail"].as_str().unwrap().contains("account_"), "{answer}");
}

#[tokio::test]
async fn a_manager_and_finance_may_say_how_far_the_books_are_known_a_steward_may_not() {
    let (app, company) = TestApp::with_company().await;
    let account = company.account(&app.app, "101").await.to_string();
    for (mobile, allowed) in [(books::MANAGER, true), (books::CLERK, true), (books::STEWARD, false)]
    {
        let client = app.sign_in(mobile).await;
        let answer =
            client.answer("SetWatermark", variables("SetWatermark", &company, &account)).await;
        assert_eq!(answer.get("errors").is_none(), allowed, "{answer}");
    }
}
