//! Events inside the transaction. A lower slice says what happened; the upper slices registered in app.rs hear it
//! before the commit and write their part into the same transaction. What leaves the process is an after-commit hook.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    pin::Pin,
};

use super::{Failure, Work};

/// A boxed future of a command or handler.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// What a slice does when it hears an event.
pub type Handler<E> = for<'a> fn(&'a mut Work, &'a E) -> Task<'a, ()>;

/// The same, with something of the program.
pub type HandlerWith<S, E> = for<'a> fn(S, &'a mut Work, &'a E) -> Task<'a, ()>;

type AnyHandler =
    Box<dyn for<'a> Fn(&'a mut Work, &'a (dyn Any + Send + Sync)) -> Task<'a, ()> + Send + Sync>;

/// An event of which several within one unit of work are one: their handlers run once, last, over the sum.
pub trait Summed: Any + Send + Sync {
    /// Its place among the sums: the lower is told first.
    const ORDER: u8;
    /// Takes the other one in.
    fn absorb(&mut self, other: Self);
}

/// Who listens to what.
#[derive(Default)]
pub struct Handlers {
    by_event: HashMap<TypeId, Vec<AnyHandler>>,
}

impl Handlers {
    /// Registers a handler; several of one event run in the order of registration.
    pub fn on<E: Any + Send + Sync>(&mut self, handler: Handler<E>) {
        let handler: AnyHandler = Box::new(move |work, event| match event.downcast_ref::<E>() {
            Some(event) => handler(work, event),
            None => Box::pin(async { Ok(()) }),
        });
        self.by_event.entry(TypeId::of::<E>()).or_default().push(handler);
    }

    /// Registers a handler that is given something of the program each time.
    pub fn on_with<S: Clone + Send + Sync + 'static, E: Any + Send + Sync>(
        &mut self,
        state: S,
        handler: HandlerWith<S, E>,
    ) {
        let handler: AnyHandler = Box::new(move |work, event| match event.downcast_ref::<E>() {
            Some(event) => handler(state.clone(), work, event),
            None => Box::pin(async { Ok(()) }),
        });
        self.by_event.entry(TypeId::of::<E>()).or_default().push(handler);
    }

    /// Runs every handler of the event.
    pub(super) async fn tell(
        &self,
        work: &mut Work,
        event: &(dyn Any + Send + Sync),
    ) -> Result<(), Failure> {
        for handler in self.by_event.get(&event.type_id()).into_iter().flatten() {
            handler(work, event).await?;
        }
        Ok(())
    }
}
