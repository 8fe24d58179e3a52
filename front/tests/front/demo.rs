//! A small schema and gate that show everything a front must cope with. The example serves them
//! too.

#![expect(clippy::panic, reason = "one resolver panics, to see what becomes of it")]
#![expect(clippy::too_many_arguments, reason = "arguments of a field are what a schema has")]

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicI32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_graphql::{
    Context, Enum, Error, ErrorExtensions, InputObject, InputValueError, InputValueResult,
    Interface, Object, Result, Scalar, ScalarType, Schema, SimpleObject, Subscription, Union,
    Value,
    connection::{Connection, Edge, EmptyFields},
};
use async_trait::async_trait;
use futures_util::{Stream, StreamExt, stream};
use guanjia_front::{Entry, Gate, Knock, Refusal, RequestId};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

/// What tests look at and turn.
#[derive(Clone)]
pub(crate) struct World {
    /// What mutations have added up.
    pub(crate) total: Arc<AtomicI32>,
    /// How many resolvers are waiting at [`World::latch`].
    pub(crate) waiting: Arc<watch::Sender<usize>>,
    /// Lets waiting resolvers go on, one for each permit.
    pub(crate) latch: Arc<Semaphore>,
    /// How many endless subscriptions are alive.
    pub(crate) alive: Arc<watch::Sender<usize>>,
    /// Takes back the sign-in of the token `revocable`.
    pub(crate) revoke: CancellationToken,
    /// How often the gate was asked.
    pub(crate) knocks: Arc<AtomicUsize>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            total: Arc::default(),
            waiting: Arc::new(watch::Sender::new(0)),
            latch: Arc::new(Semaphore::new(0)),
            alive: Arc::new(watch::Sender::new(0)),
            revoke: CancellationToken::new(),
            knocks: Arc::default(),
        }
    }
}

impl World {
    async fn wait(&self) {
        self.waiting.send_modify(|waiting| *waiting += 1);
        if let Ok(permit) = self.latch.acquire().await {
            permit.forget();
        }
    }
}

/// Who asks.
pub(crate) struct Person(pub(crate) String);

/// The demo's schema.
pub(crate) type Demo = Schema<Query, Mutation, Ticker>;

/// The demo's schema over a world.
pub(crate) fn schema(world: World) -> Demo {
    Schema::build(Query, Mutation, Ticker).data(world).finish()
}

/// A day, to have a scalar of our own.
pub(crate) struct Day(String);

/// A day, such as `2026-11-22`.
#[Scalar]
impl ScalarType for Day {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) if text.len() == 10 => Ok(Self(text)),
            _ => Err(InputValueError::custom("not a day")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A colour.
#[derive(Clone, Copy, Enum, Eq, PartialEq)]
pub(crate) enum Colour {
    /// Like a tomato.
    Red,
    /// Like grass.
    Green,
}

/// What to look for.
#[derive(InputObject)]
pub(crate) struct Filter {
    /// Its name.
    name: Option<String>,
    /// Its size.
    #[graphql(default = 1)]
    size: i32,
    /// Its tags.
    tags: Option<Vec<String>>,
}

/// A cat.
#[derive(SimpleObject)]
pub(crate) struct Cat {
    name: String,
    lives: i32,
}

/// A dog.
#[derive(SimpleObject)]
pub(crate) struct Dog {
    name: String,
    barks: bool,
}

/// A pet.
#[derive(Interface)]
#[graphql(field(name = "name", ty = "&String"))]
pub(crate) enum Pet {
    Cat(Cat),
    Dog(Dog),
}

/// A find.
#[derive(Union)]
pub(crate) enum Find {
    Cat(Cat),
    Dog(Dog),
}

/// Somebody with friends.
pub(crate) struct Human(i32);

#[Object]
impl Human {
    /// Their number.
    async fn number(&self) -> i32 {
        self.0
    }

    /// Their best friend.
    async fn friend(&self) -> Human {
        Human(self.0 + 1)
    }

    /// All their friends.
    async fn friends(&self, first: Option<i32>) -> Vec<Human> {
        (0..first.unwrap_or(2).clamp(0, 100)).map(|n| Human(self.0 + n)).collect()
    }

    /// Fails, and may not be null.
    async fn failing(&self) -> Result<i32> {
        Err(coded("HUMAN_FAILED"))
    }

    /// Fails, and may be null.
    async fn maybe(&self) -> Option<Result<i32>> {
        Some(Err(coded("HUMAN_FAILED")))
    }
}

fn coded(code: &'static str) -> Error {
    Error::new("told to the caller").extend_with(|_, extensions| extensions.set("code", code))
}

fn world<'a>(ctx: &Context<'a>) -> &'a World {
    ctx.data_unchecked::<World>()
}

/// Reads.
pub(crate) struct Query;

#[Object]
impl Query {
    /// Greets.
    async fn hello(&self, name: Option<String>) -> String {
        format!("Hello {}", name.as_deref().unwrap_or("world"))
    }

    /// What mutations have added up.
    async fn total(&self, ctx: &Context<'_>) -> i32 {
        world(ctx).total.load(Ordering::SeqCst)
    }

    /// Who asks, and the id of the request.
    async fn whoami(&self, ctx: &Context<'_>) -> Vec<String> {
        let name = ctx.data_opt::<Person>().map_or("nobody", |person| person.0.as_str());
        let id = ctx.data_opt::<RequestId>().map_or("none", |id| id.0.as_str());
        vec![name.to_owned(), id.to_owned()]
    }

    /// Gives back what it was given.
    async fn echo(
        &self,
        number: Option<i32>,
        text: Option<String>,
        colour: Option<Colour>,
        day: Option<Day>,
        filter: Option<Filter>,
    ) -> String {
        let colour = colour.map(|colour| if colour == Colour::Red { "red" } else { "green" });
        let filter = filter.map(|f| format!("{:?} {} {:?}", f.name, f.size, f.tags));
        format!("{number:?} {text:?} {colour:?} {:?} {filter:?}", day.map(|day| day.0))
    }

    /// Needs a number.
    async fn double(&self, number: i32) -> i32 {
        number * 2
    }

    /// Somebody.
    async fn human(&self) -> Option<Human> {
        Some(Human(1))
    }

    /// Pets.
    async fn pets(&self) -> Vec<Pet> {
        vec![Pet::Cat(cat()), Pet::Dog(dog())]
    }

    /// Finds.
    async fn finds(&self) -> Vec<Find> {
        vec![Find::Cat(cat()), Find::Dog(dog())]
    }

    /// People, page by page.
    async fn people(&self, first: Option<i32>) -> Connection<i32, Human, EmptyFields, EmptyFields> {
        let mut page = Connection::new(false, true);
        let size = first.unwrap_or(20).clamp(0, 100);
        page.edges.extend((0..size).map(|n| Edge::new(n, Human(n))));
        page
    }

    /// Panics.
    async fn panics(&self) -> i32 {
        explode()
    }

    /// Fails with a text that nobody may see.
    async fn fails(&self) -> Option<Result<i32>> {
        Some(Err(Error::new("secret: table users")))
    }

    /// Fails with a code.
    async fn fails_with_code(&self) -> Option<Result<i32>> {
        Some(Err(coded("TEAPOT")))
    }

    /// Waits until the test lets it go.
    async fn waits(&self, ctx: &Context<'_>) -> i32 {
        world(ctx).wait().await;
        1
    }
}

fn explode() -> i32 {
    panic!("secret")
}

fn cat() -> Cat {
    Cat { name: "Mimi".to_owned(), lives: 9 }
}

fn dog() -> Dog {
    Dog { name: "Wang".to_owned(), barks: true }
}

/// Writes.
pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Adds.
    async fn add(&self, ctx: &Context<'_>, by: i32) -> i32 {
        world(ctx).total.fetch_add(by, Ordering::SeqCst) + by
    }

    /// Waits until the test lets it go, then adds.
    async fn add_later(&self, ctx: &Context<'_>, by: i32) -> i32 {
        world(ctx).wait().await;
        world(ctx).total.fetch_add(by, Ordering::SeqCst) + by
    }

    /// Panics.
    async fn panics(&self) -> i32 {
        explode()
    }
}

/// Goes on.
pub(crate) struct Ticker;

#[Subscription]
impl Ticker {
    /// Counts from 1.
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(1..=to)
    }

    /// Says 0 and then nothing, for ever.
    async fn endless(&self, ctx: &Context<'_>) -> impl Stream<Item = i32> {
        let alive = Alive(world(ctx).alive.clone());
        alive.0.send_modify(|alive| *alive += 1);
        stream::iter([0]).chain(stream::pending()).map(move |n| {
            let _kept = &alive;
            n
        })
    }

    /// Says a long text again and again.
    async fn flood(&self, ctx: &Context<'_>) -> impl Stream<Item = String> {
        let alive = Alive(world(ctx).alive.clone());
        alive.0.send_modify(|alive| *alive += 1);
        stream::repeat("x".repeat(16 * 1024)).map(move |text| {
            let _kept = &alive;
            text
        })
    }

    /// Says 1, then panics.
    async fn panics(&self) -> impl Stream<Item = i32> {
        stream::iter(1..).map(|n| if n == 1 { n } else { explode() })
    }
}

struct Alive(Arc<watch::Sender<usize>>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.send_modify(|alive| *alive -= 1);
    }
}

#[async_trait]
impl Gate for World {
    async fn enter(&self, knock: Knock) -> Result<Entry, Refusal> {
        self.knocks.fetch_add(1, Ordering::SeqCst);
        let Some(token) = knock.bearer else { return Ok(Entry::default()) };
        let mut entry = Entry { actor: Some(token.clone()), ..Entry::default() };
        entry.data.insert(Person(token.clone()));
        match token.as_str() {
            "expired" => return Err(Refusal::unauthenticated("TOKEN_EXPIRED", "expired")),
            "down" => return Err(Refusal::unavailable("UNAVAILABLE", "no database")),
            "short" => entry.expires_in = Some(Duration::from_millis(150)),
            "revocable" => entry.revoked = self.revoke.clone(),
            "developer" => entry.developer = true,
            "hangs" => pending().await,
            _ => {}
        }
        Ok(entry)
    }
}
