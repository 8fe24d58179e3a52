//! What is published is what the program says.

use std::{fs, path::Path};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn schema_graphql_is_what_the_program_says() {
    let written = fs::read_to_string(root().join("schema.graphql")).unwrap();
    assert!(written == guanjia::api::schema::sdl(), "schema.graphql is old: make schema");
}

#[test]
fn every_type_field_argument_and_value_is_described() {
    let sdl = guanjia::api::schema::sdl();
    let mut bare = Vec::new();
    let mut last = "";
    for line in sdl.lines().map(str::trim) {
        let is_definition = ["type ", "input ", "enum ", "scalar ", "interface ", "union "]
            .iter()
            .any(|word| line.starts_with(word));
        let is_member = line.contains(": ") && !line.starts_with(')') && !line.contains('.');
        if (is_definition || is_member)
            && last != "\"\"\""
            && !line.starts_with("directive")
            && !line.starts_with("schema")
        {
            bare.push(line.to_owned());
        }
        last = line;
    }
    bare.retain(|line| {
        !["query: Query", "mutation: Mutation", "subscription: Subscription"]
            .contains(&line.as_str())
    });
    assert!(bare.is_empty(), "not described: {bare:#?}");
}

/// Each file is one operation named like the file. That each runs is seen in the scenarios, which send nothing else.
#[test]
fn each_operation_of_the_phone_is_named_like_its_file_and_used_in_a_scenario() {
    let scenarios = sources(&root().join("tests"));
    for entry in fs::read_dir(root().join("mobile-contract/operations")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let document =
            async_graphql::parser::parse_query(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let names: Vec<_> = document
            .operations
            .iter()
            .filter_map(|(name, _)| name.map(ToString::to_string))
            .collect();
        assert_eq!(names, std::slice::from_ref(&name));
        assert!(scenarios.contains(&format!("\"{name}\"")), "no scenario runs {name}");
    }
}

fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &sources(&path);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text += &fs::read_to_string(&path).unwrap();
        }
    }
    text
}
