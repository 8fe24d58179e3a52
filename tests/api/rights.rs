//! Who may do what. Every operation of the schema stands in the list below, or this file fails.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{TestApp, books, books::Company, client::contact, fresh_key};

/// What somebody without the right is answered.
enum Refused {
    /// An error with this code.
    Code(&'static str),
    /// Null, as if it were not there.
    Nothing,
    /// Open to everybody.
    Open,
}

struct Case {
    field: &'static str,
    operation: &'static str,
    stranger: Refused,
    guard: Refused,
}

const CASES: &[Case] = &[
    Case {
        field: "Query.viewer",
        operation: "Viewer",
        stranger: Refused::Open,
        guard: Refused::Open,
    },
    Case {
        field: "Query.worklist",
        operation: "Worklist",
        stranger: Refused::Code("UNAUTHENTICATED"),
        guard: Refused::Open,
    },
    Case {
        field: "Query.node",
        operation: "AccountCard",
        stranger: Refused::Code("UNAUTHENTICATED"),
        guard: Refused::Nothing,
    },
    Case {
        field: "Mutation.signIn",
        operation: "SignIn",
        stranger: Refused::Open,
        guard: Refused::Open,
    },
    Case {
        field: "Mutation.signOut",
        operation: "SignOut",
        stranger: Refused::Code("UNAUTHENTICATED"),
        guard: Refused::Open,
    },
    Case {
        field: "Mutation.setWatermark",
        operation: "SetWatermark",
        stranger: Refused::Code("UNAUTHENTICATED"),
        guard: Refused::Code("FORBIDDEN"),
    },
    Case {
        field: "Mutation.logContact",
        operation: "LogContact",
        stranger: Refused::Code("UNAUTHENTICATED"),
        guard: Refused::Code("FORBIDDEN"),
    },
    Case {
        field: "Subscription.reminders",
        operation: "Reminders",
        stranger: Refused::Code("UNAUTHENTICATED"),
        guard: Refused::Open,
    },
];

fn variables(operation: &str, company: &Company, account: &str) -> Value {
    match operation {
        "AccountCard" => json!({ "id": account }),
        "SignIn" => json!({ "input": { "mobile": "1", "password": "2" } }),
        "LogContact" => contact(account, &fresh_key(), json!({})),
        "SetWatermark" => json!({ "input": {
            "idempotencyKey": fresh_key(),
            "communityId": company.community.to_string(),
            "knownTo": "2026-11-20",
        } }),
        _ => json!({}),
    }
}

#[tokio::test]
async fn without_the_right_nothing_is_done_and_nothing_is_shown() {
    let (app, company) = TestApp::with_company().await;
    let account = company.account(&app.app, "101").await.to_string();
    let (stranger, guard) = (app.client(), app.sign_in(books::GUARD).await);
    for case in CASES {
        for (who, client, refused) in
            [("stranger", &stranger, &case.stranger), ("guard", &guard, &case.guard)]
        {
            // A subscription is refused over the socket; over POST nobody may run one.
            if case.operation == "Reminders" || (case.operation == "SignOut" && who == "guard") {
                continue;
            }
            let answer =
                client.answer(case.operation, variables(case.operation, &company, &account)).await;
            match refused {
                Refused::Code(code) => {
                    assert_eq!(answer["errors"][0]["extensions"]["code"], *code, "{who}: {answer}")
                }
                Refused::Nothing => {
                    assert_eq!(answer["data"]["node"], Value::Null, "{who}: {answer}")
                }
                Refused::Open => assert!(answer.get("errors").is_none(), "{who}: {answer}"),
            }
        }
    }
    let card = app.sign_in(books::STEWARD).await.card(&account).await;
    assert!(
        card["timeline"].as_array().unwrap().iter().all(|entry| entry["happening"] != "CONTACTED")
    );
}

#[tokio::test]
async fn every_operation_of_the_schema_is_in_the_list() {
    let sdl = guanjia::api::schema::sdl();
    let known: BTreeSet<String> = CASES.iter().map(|case| case.field.to_owned()).collect();
    let fields =
        ["Query", "Mutation", "Subscription"].iter().flat_map(|root| root_fields(&sdl, root));
    assert_eq!(fields.collect::<BTreeSet<_>>(), known);
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
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("account_"), "{answer}");
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
