//! Look-up: one box, typed as badly as people type.

use guanjia::{
    kernel::{
        Actor, Role,
        ids::{MembershipId, fresh},
        sql::Sql,
    },
    lookup::queries::{Asked, statement_of},
};
use guanjia_books::{At, Book, HolderRow, Room, UnitRow};
use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult};
use serde_json::{Value, json};

use crate::support::{TestApp, books, books::Company, client::Client, eventually, fresh_key};

/// Rooms, their holders and their numbers.
const REGISTER: &[(&str, &str, &str)] = &[
    ("8-2-1203", "王小明", "13900011203"),
    ("8-2-1204", "单雄信", "13900011204"),
    ("8-1-101", "王小明", "13900018101"),
    ("80-1-101", "尉迟恭", "13900018001"),
    ("12-0-2701", "仇英", "13900012701"),
    ("4-0-12D", "区志强", "0571-88886666"),
    ("9-0-商铺3", "绿城置业有限公司", "4008208820"),
    ("9-0-商铺13", "查良镛", "13900090013"),
    ("2-1-301", "李旺", "13900020301"),
    ("2-1-302", "Anna Schmidt", "13900020302"),
];

fn register(rows: &[(&str, &str, &str)]) -> Book {
    let units = rows.iter().map(|(room, name, number)| {
        let parts: Vec<String> = room.split('-').map(str::to_owned).collect();
        let [building, entrance, number_at_door] = parts.try_into().unwrap();
        UnitRow {
            at: At { sheet: "book".to_owned(), row: 1, column: None },
            room: Room { building, entrance, number: number_at_door },
            area_centi_m2: None,
            use_: None,
            holders: vec![HolderRow { name: (*name).to_owned() }],
            occupants: Vec::new(),
            identities: Vec::new(),
            phones: vec![(*number).to_owned()],
            vehicles: Vec::new(),
            remark: None,
        }
    });
    Book { units: units.collect(), ..Book::default() }
}

async fn with_register() -> (TestApp, Company) {
    let (app, company) = TestApp::with_company().await;
    company.import(&app.app, register(REGISTER)).await.unwrap();
    (app, company)
}

/// The rooms that a text finds, in order.
async fn rooms(client: &Client, text: &str) -> Vec<String> {
    let found = client.run("LookUp", json!({ "text": text })).await;
    hits(&found["lookUp"])
}

fn hits(found: &Value) -> Vec<String> {
    let edges = found["edges"].as_array().unwrap().iter();
    edges.map(|edge| edge["node"]["room"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_room_a_name_or_a_number_is_found_however_it_is_typed() {
    let (app, _) = with_register().await;
    let manager = app.sign_in(books::MANAGER).await;
    for (text, wanted) in [
        ("8-2", &["8-2-1203", "8-2-1204"] as &[_]),
        ("8栋2单元1203", &["8-2-1203"]),
        ("８＃２－１２０３", &["8-2-1203"]),
        ("8#2-1203", &["8-2-1203"]),
        ("8 2 1203室", &["8-2-1203"]),
        ("8栋", &["8-1-101", "8-2-1203", "8-2-1204"]),
        ("8栋1203", &["8-2-1203"]),
        ("12-27", &["12-2701"]),
        ("4-12D", &["4-12D"]),
        ("4-12d", &["4-12D"]),
        ("商铺3", &["9-商铺3"]),
        ("3号商铺", &["9-商铺3"]),
        ("王小明", &["8-1-101", "8-2-1203"]),
        ("小明", &["8-1-101", "8-2-1203"]),
        ("wangxm", &["8-1-101", "8-2-1203"]),
        ("WXM", &["8-1-101", "8-2-1203"]),
        ("wang xiao ming", &["8-1-101", "8-2-1203"]),
        ("王xm", &["8-1-101", "8-2-1203"]),
        ("王小名", &["8-1-101", "8-2-1203"]),
        ("shan", &["8-2-1204"]),
        ("qiu", &["12-2701"]),
        ("ou", &["4-12D"]),
        ("yuchi", &["80-1-101"]),
        ("zhaly", &["9-商铺13"]),
        ("lvcheng", &["9-商铺3"]),
        ("置业", &["9-商铺3"]),
        ("anna", &["2-1-302"]),
        ("李先生", &["2-1-301"]),
        ("没有这个人", &[]),
        ("", &[]),
        ("%", &[]),
        ("'; DROP TABLE search_term; --", &[]),
    ] {
        assert_eq!(rooms(&manager, text).await, wanted, "{text}");
    }
}

#[tokio::test]
async fn a_car_and_whoever_lives_or_pays_there_lead_to_the_flat() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let card = steward.card(&account).await;
    let act = async |name: &str, mut input: Value| {
        input["idempotencyKey"] = json!(fresh_key());
        let done = steward.run(name, json!({ "input": input })).await;
        let answer = done.as_object().unwrap().values().next().unwrap().clone();
        assert_eq!(answer["problems"], json!([]), "{name}: {answer}");
        answer
    };
    let owner = card["holders"][0]["party"]["id"].clone();
    let driven = act("AddVehicle", json!({ "partyId": owner, "plate": "浙A·8K456" })).await;
    let vehicle = driven["party"]["vehicles"][0]["id"].clone();
    for text in ["浙A8K456", "浙a8k", "8K456", "456"] {
        assert_eq!(rooms(&steward, text).await, ["1-1-101"], "{text}");
        let found = steward.run("LookUp", json!({ "text": text })).await;
        let hit = &found["lookUp"]["edges"][0]["node"];
        assert_eq!((&hit["foundBy"], &hit["holder"]["party"]["id"]), (&json!("PLATE"), &owner));
    }
    let manager = app.sign_in(books::MANAGER).await;
    let found = manager.run("LookUp", json!({ "text": "浙A8K456" })).await;
    assert_eq!(found["lookUp"]["edges"][0]["node"]["holder"]["name"], "业主101");
    let tenant = act("RegisterParty", json!({ "name": "欧阳租客" })).await;
    let tenant = tenant["party"]["id"].clone();
    act(
        "AddOccupant",
        json!({ "unitId": card["unit"]["id"], "partyId": tenant, "role": "TENANT" }),
    )
    .await;
    assert_eq!(rooms(&steward, "ouyang").await, ["1-1-101"]);
    act("RemoveVehicle", json!({ "vehicleId": vehicle })).await;
    assert!(rooms(&steward, "8K456").await.is_empty());
}

#[tokio::test]
async fn namesakes_come_with_what_tells_them_apart() {
    let (app, _) = with_register().await;
    let manager = app.sign_in(books::MANAGER).await;
    let found = manager.run("LookUp", json!({ "text": "王小明" })).await;
    let told = found["lookUp"]["edges"].as_array().unwrap().iter().map(|edge| {
        let node = &edge["node"];
        assert_eq!((&node["foundBy"], &node["holder"]["name"]), (&json!("NAME"), &json!("王小明")));
        (node["room"].clone(), node["holder"]["contactPoints"][0]["value"].clone())
    });
    let told: std::collections::BTreeSet<String> = told.map(|told| format!("{told:?}")).collect();
    assert_eq!(told.len(), 2);
}

#[tokio::test]
async fn pages_show_each_account_once_and_all_of_them() {
    let (app, company) = TestApp::with_company().await;
    let rows: Vec<(String, String)> = (1..=50)
        .map(|n| (format!("1-1-{}", 1100 + n), format!("1391111{:04}", 1000 + n)))
        .collect();
    let rows: Vec<_> =
        rows.iter().map(|(room, number)| (room.as_str(), "王一", number.as_str())).collect();
    company.import(&app.app, register(&rows)).await.unwrap();
    let manager = app.sign_in(books::MANAGER).await;
    for (text, wanted) in [("11", 56), ("1-1-11", 50), ("w", 50), ("111", 56)] {
        let (mut after, mut shown, mut pages) = (Value::Null, Vec::new(), 0);
        loop {
            let page = json!({ "text": text, "first": 7, "after": after });
            let found = manager.run("LookUp", page).await["lookUp"].clone();
            shown.extend(hits(&found));
            after = found["pageInfo"]["endCursor"].clone();
            pages += 1;
            assert!(pages < 60, "{text}: it never ends");
            if found["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        let once: std::collections::BTreeSet<_> = shown.iter().collect();
        assert_eq!((shown.len(), once.len()), (wanted, wanted), "{text}");
    }
}

#[tokio::test]
async fn only_what_the_actor_reaches_is_found() {
    let (app, company) = with_register().await;
    let (steward, other) =
        (app.sign_in(books::STEWARD).await, app.sign_in(books::OTHER_STEWARD).await);
    assert_eq!(rooms(&steward, "1-1-10").await, ["1-1-101", "1-1-102", "1-1-103", "1-1-104"]);
    assert_eq!(rooms(&other, "1-1-10").await, ["1-1-105", "1-1-106"]);
    assert_eq!(rooms(&steward, "105").await, [] as [String; 0]);
    assert_eq!(rooms(&steward, "yezhu105").await, [] as [String; 0]);
    assert_eq!(rooms(&steward, "王小明").await, [] as [String; 0]);
    let elsewhere =
        json!({ "text": "101", "communityId": "community_00000000000070008000000000000000" });
    assert_eq!(hits(&steward.run("LookUp", elsewhere).await["lookUp"]), [] as [String; 0]);
    let here = json!({ "text": "1-1-101", "communityId": company.community.to_string() });
    assert_eq!(hits(&steward.run("LookUp", here).await["lookUp"]), ["1-1-101"]);
}

#[tokio::test]
async fn a_caller_is_known_by_the_whole_number_only() {
    let (app, _) = with_register().await;
    let steward = app.sign_in(books::STEWARD).await;
    let who = async |number: &str| {
        hits(&steward.run("WhoCalls", json!({ "number": number })).await["whoCalls"])
    };
    for number in ["13812340101", "+86 138-1234-0101", "008613812340101", " 138 1234 0101"] {
        assert_eq!(who(number).await, ["1-1-101"], "{number}");
    }
    for number in ["1381234010", "12340101", "101", "", "13812340105", "13900011203"] {
        assert_eq!(who(number).await, [] as [String; 0], "{number}");
    }
    let manager = app.sign_in(books::MANAGER).await;
    for number in ["057188886666", "88886666"] {
        let found = manager.run("WhoCalls", json!({ "number": number })).await;
        assert_eq!(hits(&found["whoCalls"]), ["4-12D"], "{number}");
    }
}

#[tokio::test]
async fn what_was_there_before_the_terms_is_given_them() {
    let (app, company) = with_register().await;
    let manager = app.sign_in(books::MANAGER).await;
    let conn = app.database().read();
    // As after an update from a release without look-up.
    let organization = company.organization;
    for text in [
        "DELETE FROM search_term WHERE organization_id = $1",
        "INSERT INTO search_rebuild (organization_id, community_id) \
         SELECT organization_id, id FROM community WHERE organization_id = $1",
    ] {
        Sql::new(text, [organization.into()]).run(conn).await.unwrap();
    }
    let found = eventually("the terms to be made", async || {
        Some(rooms(&manager, "wxm").await).filter(|rooms| !rooms.is_empty())
    });
    assert_eq!(found.await.len(), 2);
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused() {
    let (app, _) = TestApp::with_company().await;
    let manager = app.sign_in(books::MANAGER).await;
    assert_eq!(manager.code("LookUp", json!({ "text": "王".repeat(65) })).await, "BAD_INPUT");
    assert_eq!(manager.code("LookUp", json!({ "text": "王", "after": "zz" })).await, "BAD_INPUT");
}

/// How many rows of `search_term` a search reads, on PostgreSQL; on SQLite only that it never reads the table or an index
/// from end to end.
async fn rows_read(app: &TestApp, actor: &Actor, text: &str) -> i64 {
    let conn = app.database().read();
    let asked = Asked { text: text.to_owned(), community: None, sees_numbers: true };
    let now = app.app.kernel.clock.domain();
    let sql = statement_of(conn, (actor, now), &asked, 21).await.unwrap().unwrap();
    let mut statement = sql.statement(conn);
    let postgres = conn.get_database_backend() == DbBackend::Postgres;
    let explain = if postgres { "EXPLAIN (ANALYZE, FORMAT JSON) " } else { "EXPLAIN QUERY PLAN " };
    statement.sql.insert_str(0, explain);
    let rows = conn.query_all_raw(statement).await.unwrap();
    if postgres {
        let plan: Value = rows[0].try_get_by_index(0).unwrap();
        return plan_rows(&plan[0]["Plan"]);
    }
    for row in rows {
        let step: String = row.try_get("", "detail").unwrap();
        let of_terms = step.contains(" t") || step.contains(" e") || step.contains("search_term");
        assert!(!(of_terms && step.starts_with("SCAN")), "{text}: {step}");
    }
    0
}

/// Rows that the nodes of a plan took from `search_term`, those thrown away included.
fn plan_rows(node: &Value) -> i64 {
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let own = if node["Relation Name"] == "search_term" {
        (number("Actual Rows") + number("Rows Removed by Filter")) * number("Actual Loops")
    } else {
        0.0
    };
    let below = node["Plans"].as_array().into_iter().flatten().map(plan_rows);
    own.round() as i64 + below.sum::<i64>()
}

/// Terms of flats that are not there: the same rooms and names, in another community of the company.
async fn crowd(app: &TestApp, company: &Company, flats: usize) {
    let conn = app.database().read();
    let elsewhere: uuid::Uuid = fresh();
    for some in (0..flats).collect::<Vec<_>>().chunks(500) {
        let text = "INSERT INTO search_term (organization_id, unit_id, term, account_id, community_id) VALUES ";
        let mut rows = Sql::new(text, []);
        let mut before = "(";
        for flat in some {
            let (unit, account): (uuid::Uuid, uuid::Uuid) = (fresh(), fresh());
            for term in [format!("a1-1-{flat}"), "ewangxiaoming".to_owned(), format!("b1{flat}")] {
                rows = rows.push(before).bind(company.organization).push(", ").bind(unit);
                rows = rows.push(", ").bind(term).push(", ").bind(account).push(", ");
                rows = rows.bind(elsewhere).push(")");
                before = ", (";
            }
        }
        rows.run(conn).await.unwrap();
    }
    app.database().refresh_statistics().await.unwrap();
}

async fn actor(app: &TestApp, company: &Company, roles: &[Role], mobile: &str) -> Actor {
    #[derive(FromQueryResult)]
    struct Row {
        id: MembershipId,
    }
    let text = "SELECT m.id FROM membership m JOIN app_user u ON u.id = m.user_id WHERE m.organization_id = $1 AND u.mobile = $2";
    let row = Sql::new(text, [company.organization.into(), mobile.into()]);
    let row: Row = row.one(app.database().read()).await.unwrap().unwrap();
    Actor {
        organization: company.organization,
        person: row.id,
        user: fresh::<uuid::Uuid>().into(),
        session: fresh::<uuid::Uuid>().into(),
        roles: roles.to_vec(),
        all_communities: roles.contains(&Role::Director),
    }
}

#[tokio::test]
async fn what_is_read_grows_with_what_is_shown_not_with_what_there_is() {
    let (app, company) = with_register().await;
    let people = [
        actor(&app, &company, &[Role::Steward], books::STEWARD).await,
        actor(&app, &company, &[Role::Manager], books::MANAGER).await,
        actor(&app, &company, &[Role::Director], books::DIRECTOR).await,
    ];
    crowd(&app, &company, 1_000).await;
    let mut before = Vec::new();
    for text in ["1", "1-1", "wang", "w", "13812340101"] {
        for actor in &people {
            before.push(rows_read(&app, actor, text).await);
        }
    }
    crowd(&app, &company, 20_000).await;
    let mut read = before.iter();
    for text in ["1", "1-1", "wang", "w", "13812340101"] {
        for actor in &people {
            let (was, is) = (*read.next().unwrap(), rows_read(&app, actor, text).await);
            assert!(
                is <= was + 200 && is < 1_000,
                "{text} for {:?}: {was} rows, then {is}",
                actor.roles
            );
        }
    }
}
