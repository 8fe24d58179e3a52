//! Documents that are made to hurt. Each is refused before it costs anything, while others are
//! served.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::house::{House, answer, settings};

/// Generous for a debug build on a busy machine; what is not stopped takes half a minute.
const AT_ONCE: Duration = Duration::from_millis(1500);

async fn refused(house: &House, query: &str) -> Value {
    let began = Instant::now();
    let answer = house.ask(query).await;
    let took = began.elapsed();
    let start: String = query.chars().take(60).collect();
    assert!(!answer.has_data(), "{start}");
    assert!(took < AT_ONCE, "{start} took {took:?}");
    assert!(answer.text.len() < 10_000, "{start}");
    answer.json()["errors"][0].clone()
}

fn limit(error: &Value) -> &str {
    error["extensions"]["limit"].as_str().unwrap_or_default()
}

/// Fragments of which each spreads the next so many times.
fn bomb(length: usize, width: usize) -> String {
    let spread = |n: usize| format!("...F{} ", n + 1).repeat(width);
    let fragments: String =
        (0..length).map(|n| format!("fragment F{n} on Query {{ {} }} ", spread(n))).collect();
    format!("{{ ...F0 }} {fragments} fragment F{length} on Query {{ total }}")
}

#[tokio::test]
async fn fragment_bombs() {
    let house = House::open().await;
    for (length, width) in [(22, 2), (7, 8), (3, 60)] {
        let error = refused(&house, &bomb(length, width)).await;
        assert_eq!(limit(&error), "fields", "{length} {width}");
    }
    let human: String = (0..16)
        .map(|n| {
            format!(
                "fragment H{n} on Human {{ a: friend {{ ...H{m} }} b: friend {{ ...H{m} }} }} ",
                m = n + 1
            )
        })
        .collect();
    let human = format!("{{ human {{ ...H0 }} }} {human} fragment H16 on Human {{ number }}");
    refused(&house, &human).await;
    assert_eq!(house.ask("{ total }").await.status, 200);
}

#[tokio::test]
async fn many_fragments_that_each_ask_for_little_are_let_in() {
    let house = House::open().await;
    let chain: String = (0..20)
        .map(|n| format!("fragment F{n} on Human {{ {} ...F{} }} ", "number ".repeat(20), n + 1))
        .collect();
    let query =
        format!("{{ human {{ ...F0 x: number }} }} {chain} fragment F20 on Human {{ y: number }}");
    assert_eq!(house.ask(&query).await.status, 200);
}

#[tokio::test]
async fn a_bomb_that_is_not_spread_is_refused_too() {
    let house = House::open().await;
    let bomb = bomb(22, 2).replacen("...F0", "total", 1);
    assert_eq!(limit(&refused(&house, &bomb).await), "fields");
}

#[tokio::test]
async fn fragment_cycles() {
    let house = House::open().await;
    for cycle in [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { ...A ...A }",
        "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }",
        "{ hello } fragment A on Query { ...A }",
    ] {
        let error = refused(&house, cycle).await;
        assert_eq!(error["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn too_many_of_anything() {
    let house = House::open().await;
    let many = |text: &str, times: usize| format!("{{ {} }}", text.repeat(times));
    let aliases: String = (0..101).map(|n| format!("a{n}: total ")).collect();
    let nested =
        |open: &str, times: usize| format!("{} number {}", open.repeat(times), "}".repeat(times));
    let costly = nested("friends(first: 100) { ", 2).replace("number", &nested("friend { ", 5));
    for (query, expected) in [
        (many("hello ", 10_000), "tokens"),
        (many("human { friend { number } } ", 3000), "tokens"),
        (many("... { human { number } } ", 600), "rootFields"),
        (format!("{{ {aliases} }}"), "aliases"),
        (format!("{{ human {{ {} }} }}", aliases.replace("total", "number")), "aliases"),
        (format!("{{ hello {} }}", "@skip(if: false) ".repeat(600)), "directives"),
        (format!("{{ human {{ {} }} }}", nested("friend { ", 40)), "nesting"),
        (format!("{{ human {{ {} }} }}", nested("friend { ", 21)), "depth"),
        (format!("{{ human {{ {} }} }}", nested("friends { ", 4)), "listDepth"),
        (format!("{{ human {{ {} }} }}", costly), "cost"),
        (format!("{{ hello {}", "{".repeat(100_000)), "tokens"),
        (format!("{{ hello(name: {}", "[".repeat(100_000)), "tokens"),
    ] {
        let error = refused(&house, &query).await;
        assert_eq!(limit(&error), expected, "{}", &query[..query.len().min(80)]);
    }
}

#[tokio::test]
async fn deep_literals_and_deep_json() {
    let house = House::open().await;
    refused(&house, &format!("{{ hello(name: {}", "[".repeat(4000))).await;
    refused(&house, &format!("{{ echo(filter: {}", "{a:".repeat(1500))).await;
    let deep = format!("{{\"query\":\"{{total}}\",\"variables\":{{\"a\":{}", "[".repeat(100_000));
    let deep = answer(house.request().header("content-type", "application/json").body(deep)).await;
    assert_eq!(deep.status, 400);
}

#[tokio::test]
async fn the_page_size_counts_whether_written_or_given_and_is_never_believed_beyond_a_page() {
    let house = House::open().await;
    let query = "query ($n: Int) { human { friends(first: $n) { friends(first: $n) { friends(first: $n) { number } } } } }";
    let with = |n: Value| {
        answer(house.request().json(&json!({ "query": query, "variables": { "n": n } })))
    };
    assert_eq!(with(json!(3)).await.status, 200);
    for n in [100, 999_999_999] {
        assert_eq!(limit(&with(json!(n)).await.json()["errors"][0]), "cost");
    }
    assert_eq!(with(json!(-1)).await.status, 200);
    assert_eq!(
        house.ask("{ people(first: 100) { edges { node { friend { number } } } } }").await.status,
        200
    );
}

#[tokio::test]
async fn circular_introspection_and_the_usual_one() {
    let house = House::open().await;
    let circular =
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    assert_eq!(limit(&refused(&house, circular).await), "introspectionDepth");
    let usual = include_str!("introspection.graphql");
    assert_eq!(house.ask(usual).await.status, 200);
    let closed =
        House::with(settings(|s| s.introspection = guanjia_front::Introspection::Developers)).await;
    assert_eq!(closed.ask(usual).await.code(), "INTROSPECTION_DISABLED");
    assert_eq!(closed.ask("{ __typename }").await.status, 200);
    let developer = closed.request().bearer_auth("developer").json(&json!({ "query": usual }));
    assert_eq!(answer(developer).await.status, 200);
}

#[tokio::test]
async fn nobody_is_helped_to_guess_a_name() {
    let house = House::open().await;
    let error = refused(&house, "{ totl }").await;
    assert!(!error.to_string().contains("total"), "{error}");
}

#[tokio::test]
async fn a_text_with_nul_goes_nowhere() {
    let house = House::open().await;
    let error = refused(&house, r#"{ hello(name: "a\u0000b") }"#).await;
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT");
    assert_eq!(house.ask(r#"{ hello(name: "\\u0000 😀") }"#).await.status, 200);
}

#[tokio::test]
async fn at_most_five_errors_of_a_document_are_told() {
    let house = House::open().await;
    let fields: String = (0..25).map(|n| format!("nothing{n} ")).collect();
    let answer = house.ask(&format!("{{ {fields} }}")).await;
    assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(5));
}
