//! The program at the command line.

use std::{io::Write as _, process::Stdio};

use crate::support::{
    app::Clock,
    database, fresh_key,
    program::{Program, command, run, succeed},
};

#[tokio::test]
async fn every_command_has_help() {
    for name in ["serve", "migrate", "import", "schema", "demo", "user", "check-config"] {
        let help = succeed("sqlite://nowhere", &[name, "--help"]);
        assert!(help.contains("Usage: guanjia"), "{name}: {help}");
    }
}

#[tokio::test]
async fn what_goes_wrong_is_one_line_and_a_failure() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    for arguments in [
        &["import", "missing.xlsx", "--company", "甲", "--community", "乙"][..],
        &["user", "--mobile", "1", "--name", "x", "--company", "甲", "--role", "steward"],
        &["user", "--role", "king"],
        &["nonsense"],
        &["serve", "--config", "missing.toml"],
    ] {
        let output = run(&url, arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(
            error.starts_with("guanjia: ") && error.trim_end().lines().count() == 1,
            "{arguments:?}: {error}"
        );
    }
}

#[tokio::test]
async fn a_dry_run_does_not_even_make_the_company() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let book = clock.folder().join("units.csv");
    std::fs::write(&book, "房号,业主,手机号\n1-1-101,钱一,13812340101\n").unwrap();
    let book = book.display().to_string();
    succeed(&url, &["import", &book, "--company", "甲", "--community", "乙", "--dry-run"]);
    let companies =
        guanjia::people::queries::companies(database::connect(&url).await.read()).await.unwrap();
    assert!(companies.is_empty());
}

fn let_in(url: &str, password: Option<&str>) -> String {
    let mut command = command(url);
    command.args([
        "user",
        "--mobile",
        "13900000001",
        "--name",
        "甲",
        "--company",
        "甲公司",
        "--role",
        "administrator",
    ]);
    if password.is_some() {
        command.arg("--password-stdin");
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(password.unwrap_or_default().as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

#[tokio::test]
async fn a_password_that_is_printed_works_and_somebody_who_has_one_keeps_it_until_it_is_reset() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let first = let_in(&url, None).trim().rsplit(' ').next().unwrap().to_owned();
    let program = Program::serve(&url, &clock, &fresh_key()).await;
    program.client().sign_in("13900000001", &first).await;
    assert!(let_in(&url, None).contains("the password they have"));
    program.client().sign_in("13900000001", &first).await;
    let_in(&url, Some("another password"));
    program.client().sign_in("13900000001", "another password").await;
}

#[tokio::test]
async fn the_demo_company_is_loaded_once_and_its_people_can_sign_in() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let said = succeed(&url, &["demo", "--if-empty"]);
    assert!(
        said.contains("was loaded")
            && said.contains("13900000001")
            && said.contains("guanjia-demo"),
        "{said}"
    );
    assert!(!succeed(&url, &["demo", "--if-empty"]).contains("was loaded"));
    let program = Program::serve(&url, &clock, &fresh_key()).await;
    let steward = program.client().sign_in("13900000001", "guanjia-demo").await;
    assert!(steward.worklist().await.len() > 3);
}

#[tokio::test]
async fn the_settings_are_checked_and_no_password_of_theirs_is_printed() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let said = succeed(&url, &["check-config"]);
    assert!(said.contains("the settings are good") && !said.contains("://"), "{said}");
    let refused = run("mysql://x", &["check-config"]);
    assert!(String::from_utf8(refused.stderr).unwrap().contains("database_url"));
    assert_eq!(succeed(&url, &["migrate", "--status"]).trim(), "0 migrations to run");
}

#[tokio::test]
async fn a_name_that_is_not_known_makes_nothing_unless_it_is_said_to_be_new() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let user = |company: &str, community: &str, more: &[&str]| {
        let who = ["user", "--mobile", "13900000001", "--name", "甲", "--role", "steward"];
        let place = ["--company", company, "--community", community];
        run(&url, &[&who[..], &place[..], more].concat())
    };
    assert!(user("丽景物业", "丽景花园", &[]).status.success(), "the first of all");
    assert!(user("丽景物业", "丽景花园", &[]).status.success(), "again");
    for (company, community, word) in [
        ("丽锦物业", "丽景花园", "there is no company 丽锦物业 (known: 丽景物业)"),
        ("丽景物业", "丽锦花园", "there is no community 丽锦花园 (known: 丽景花园)"),
    ] {
        let refused = user(company, community, &[]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains(word), "{said}");
        assert_eq!(said.trim().lines().count(), 1, "{said}");
    }
    let conn = database::connect(&url).await;
    let names = guanjia::people::queries::company_names(conn.read()).await.unwrap();
    assert_eq!(names, ["丽景物业"]);
    assert!(user("丽景物业", "月湖苑", &["--create"]).status.success());
    assert!(user("月湖物业", "月湖苑", &["--create"]).status.success());
    let known = user("丽景物业", "月湖院", &[]);
    let said = String::from_utf8_lossy(&known.stderr).into_owned();
    assert!(said.contains("known: 月湖苑, 丽景花园"), "the likely one comes first: {said}");
}

#[tokio::test]
async fn a_book_of_a_company_or_community_that_is_not_known_makes_nothing_unless_it_is_said_to_be_new()
 {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let book = clock.folder().join("units.csv");
    std::fs::write(&book, "房号,业主,手机号\n1-1-101,钱一,13812340101\n").unwrap();
    let book = book.display().to_string();
    let import = |company: &str, community: &str, more: &[&str]| {
        let what = ["import", book.as_str(), "--company", company, "--community", community];
        let output = run(&url, &[&what[..], more].concat());
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    assert!(import("丽景物业", "丽景花园", &[]).0, "the first of all");
    assert!(import("丽景物业", "丽景花园", &[]).0, "again");
    assert!(import("月湖物业", "月湖苑", &["--create"]).0);
    // Another company's community is no community.
    for (community, word) in [
        ("丽锦花园", "there is no community 丽锦花园 (known: 丽景花园); --create makes it"),
        ("月湖苑", "there is no community 月湖苑 (known: 丽景花园); --create makes it"),
    ] {
        for more in [&[][..], &["--dry-run"]] {
            let (done, said) = import("丽景物业", community, more);
            assert!(!done && said.contains(word) && said.trim().lines().count() == 1, "{said}");
        }
    }
    let (done, said) = import("丽锦物业", "丽景花园", &[]);
    assert!(!done && said.contains("there is no company 丽锦物业 (known: 丽景物业, "), "{said}");
    let conn = database::connect(&url).await;
    let names = guanjia::people::queries::company_names(conn.read()).await.unwrap();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(import("丽景物业", "月湖苑", &["--create"]).0);
}

#[tokio::test]
async fn what_the_command_line_did_is_sealed_on_request() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let_in(&url, None);
    let before = succeed(&url, &["audit", "verify"]);
    assert!(before.contains("not sealed yet"), "{before}");
    for _ in 0..2 {
        succeed(&url, &["audit", "seal", "--company", "甲公司"]);
    }
    let after = succeed(&url, &["audit", "verify"]);
    assert!(
        !after.contains("not sealed yet") && !after.starts_with("甲公司: 0 entries"),
        "{after}"
    );
    let unknown = run(&url, &["audit", "seal", "--company", "乙公司"]);
    assert!(!unknown.status.success());
}
