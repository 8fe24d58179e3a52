//! Nothing that a stranger can write makes the front panic, and nothing keeps it busy.

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    accept::Wanted, json, language::Language, params::Params, settings::Limits, validate::Rules,
};

/// What documents are made of, and some that they are not.
const WORDS: [&str; 36] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "=",
    "!",
    "@",
    "$",
    "|",
    "&",
    "...",
    "query",
    "mutation",
    "subscription",
    "fragment",
    "on",
    "Query",
    "F",
    "G",
    "a",
    "b",
    "next",
    "x",
    "1",
    "-1.5e9",
    "null",
    "true",
    "\"t\"",
    "\"\"\"b\"\"\"",
    "@skip(if: true)",
    "...F",
    "# c\n",
    "\u{feff}",
];

struct Query;

#[Object]
impl Query {
    async fn a(&self, x: Option<Vec<i32>>) -> i32 {
        x.map_or(0, |x| x.len() as i32)
    }

    async fn next(&self) -> Vec<Query> {
        Vec::new()
    }
}

fn rules() -> Rules {
    let sdl = Schema::new(Query, EmptyMutation, EmptySubscription).sdl();
    Rules::with_schema(Limits::default(), &sdl).expect("a good schema")
}

proptest! {
    #[test]
    fn documents_of_any_words(words in vec(select(&WORDS[..]), 0..200)) {
        let _verdict = rules().check(&words.join(" "));
    }

    #[test]
    fn documents_of_any_letters(text in "\\PC{0,200}") {
        let _verdict = rules().check(&text);
    }

    #[test]
    fn bodies(bytes in vec(any::<u8>(), 0..200), text in "[\\[\\]{}\":,a-z0-9\\\\ ]{0,200}") {
        let _read = (json::read(&bytes), Params::from_body(text.as_bytes()));
    }

    #[test]
    fn headers_and_query_strings(text in "[ -~]{0,100}") {
        let _read = (Wanted::of(&text), Language::from_header(Some(&text)), Params::from_query(&text));
    }
}
