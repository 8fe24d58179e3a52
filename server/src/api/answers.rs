//! Whole answers of registered worklist queries: in the process, and in Redis for all replicas.
//!
//! An answer is kept under everything it depends on: the document and its variables, the company, the person and their
//! roles, the language, the local day and the version of the list, which was read before the answer was made. So nothing
//! here goes out of date; what is no longer asked for makes room. [`crate::worklist::versions`] says how the version is
//! known. Redis is asked with little patience and given up for a moment when it is away; the answer is right without it.

use std::{
    any::TypeId,
    sync::Arc,
    time::{Duration, Instant},
};

use async_graphql::{Name, Value, Variables};
use async_trait::async_trait;
use guanjia_front::{Answer, Answers, Keep, Question, Recall};
use quick_cache::{Weighter, sync::Cache};
use sha2::{Digest, Sha256};

use super::{context::Caller, rights};
use crate::{adapters::shelf::Shelf, app::App, kernel::Actor, owners};

/// The queries whose answers are remembered, by the name under which they are registered. Everything that they show must
/// move the version of the list when it changes; the test `nothing_that_is_remembered_is_out_of_date` plays every mutation
/// against them.
const REMEMBERED: [&str; 1] = ["Worklist"];
/// The variable that says which version is wanted, and is no part of the answer.
const AT_LEAST: &str = "atLeast";
/// The variable with which a manager reads another's list, which is not remembered.
const WHOSE: &str = "stewardId";
/// Nothing is kept longer, should a change ever not move the version.
const BACKSTOP: Duration = Duration::from_secs(60);

/// What an answer was made for, as a digest: keys hold no personal data.
type Key = [u8; 32];

#[derive(Clone)]
struct Kept {
    answer: Answer,
    at: Instant,
}

#[derive(Clone)]
struct ByLength;

impl Weighter<Key, Kept> for ByLength {
    fn weight(&self, _: &Key, kept: &Kept) -> u64 {
        kept.answer.body.len() as u64 + 200
    }
}

/// The answers.
pub struct Remembered {
    app: Arc<App>,
    here: Cache<Key, Kept, ByLength>,
    shelf: Option<Shelf>,
    /// Whether anything is kept anywhere.
    keeps: bool,
}

impl Remembered {
    /// Room for so many bytes in the process; the shelf is shared with the other replicas.
    pub fn new(app: Arc<App>, shelf: Option<Shelf>) -> Self {
        let bytes = app.settings.worklist_cache_bytes;
        let items = usize::try_from(bytes / 20_000).unwrap_or(usize::MAX).max(1);
        let keeps = bytes > 0 || shelf.is_some();
        Self { here: Cache::with_weighter(items, bytes, ByLength), app, shelf, keeps }
    }

    /// The key of a question, if its answer is remembered.
    async fn key(&self, question: Question<'_>) -> Option<Key> {
        let caller = question.data.get(&TypeId::of::<Caller>())?.downcast_ref::<Caller>()?;
        let actor = caller.actor.as_ref()?;
        let mine = is_missing(question.variables, WHOSE);
        let asked = self.keeps && REMEMBERED.contains(&question.name);
        if !asked || !mine || !rights::allows("Query.worklist", actor) {
            return None;
        }
        let wanted = match question.variables.get(AT_LEAST) {
            None | Some(Value::Null) => None,
            Some(Value::Number(number)) => Some(number.as_i64()?),
            Some(_) => return None,
        };
        let owner = (actor.organization, actor.person);
        let kernel = &self.app.kernel;
        let version = self.app.versions.current(&kernel.database, owner, wanted).await.ok()?;
        // A version to come is refused by the query itself.
        if wanted > Some(version) {
            return None;
        }
        let today = owners::queries::reach_day(kernel.clock.domain());
        Some(digest(question, actor, &format!("{:?} {today} {version}", caller.language)))
    }
}

fn is_missing(variables: &Variables, name: &str) -> bool {
    matches!(variables.get(&Name::new(name)), None | Some(Value::Null))
}

/// All that the answer depends on.
fn digest(question: Question<'_>, actor: &Actor, when: &str) -> Key {
    let mut all = Sha256::new();
    let operation = question.operation.unwrap_or_default();
    all.update(format!(
        "{}\n{operation}\n{} {}\n{:?}\n{when}\n",
        question.document, actor.organization, actor.person, actor.roles,
    ));
    for (name, value) in question.variables.iter().filter(|(name, _)| *name != AT_LEAST) {
        // Names have no blanks and values are quoted, so two lists of variables never look alike.
        all.update(format!("{name} {value}\n"));
    }
    all.finalize().into()
}

#[async_trait]
impl Answers for Remembered {
    async fn recall<'a>(&'a self, question: Question<'_>) -> Recall<'a> {
        let Some(key) = self.key(question).await else { return Recall::Never };
        loop {
            let guard = match self.here.get_value_or_guard_async(&key).await {
                Ok(kept) if kept.at.elapsed() < BACKSTOP => return Recall::Known(kept.answer),
                Ok(_) => {
                    self.here.remove_if(&key, |kept| kept.at.elapsed() >= BACKSTOP);
                    continue;
                }
                Err(guard) => guard,
            };
            let there = match &self.shelf {
                Some(shelf) => shelf.get(&key).await,
                None => None,
            };
            return match there {
                Some(answer) => {
                    let _ = guard.insert(Kept { answer: answer.clone(), at: Instant::now() });
                    Recall::Known(answer)
                }
                None => {
                    let shelf = self.shelf.clone();
                    Recall::Unknown(Box::new(Ticket {
                        key,
                        shelf,
                        keep: Box::new(move |kept| {
                            let _ = guard.insert(kept);
                        }),
                    }))
                }
            };
        }
    }
}

/// The right to give an answer; while somebody holds it, the others who ask the same wait.
struct Ticket<'a> {
    key: Key,
    shelf: Option<Shelf>,
    keep: Box<dyn FnOnce(Kept) + Send + 'a>,
}

#[async_trait]
impl Keep for Ticket<'_> {
    async fn keep(self: Box<Self>, answer: Answer) {
        let Self { key, shelf, keep } = *self;
        keep(Kept { answer: answer.clone(), at: Instant::now() });
        if let Some(shelf) = shelf {
            tokio::spawn(async move { shelf.put(&key, &answer, BACKSTOP).await });
        }
    }
}
