//! The unit of work: one transaction, one actor, one moment. Commands receive it and never begin or commit; the kernel
//! does, so that several commands can share one commit.

use std::{
    any::{Any, TypeId},
    collections::{BTreeMap, VecDeque},
    pin::Pin,
    sync::Arc,
};

use chrono::NaiveDate;
use chrono_tz::Tz;
use sea_orm::DatabaseTransaction;

use super::{
    Actor, By, Failure, Moment,
    calendar::{self, Calendar},
    calendars::Calendars,
    clock::Clock,
    database::Database,
    events::{Handlers, Summed, Task},
    ids::OrganizationId,
    secrets::Keyring,
};

/// What happens after the commit: hints to other parts of the system, which may be lost without harm.
type AfterCommit = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What every slice needs to run: the database, the clocks, the calendar, who listens to what.
pub struct Kernel {
    /// Where things are kept.
    pub database: Database,
    /// Where moments come from.
    pub clock: Arc<dyn Clock>,
    /// Which days are worked, company by company.
    pub calendars: Calendars,
    /// Keys for what must not lie in plain.
    pub keyring: Keyring,
    handlers: Arc<Handlers>,
}

impl Kernel {
    /// Puts the parts together, without keys.
    pub fn new(database: Database, clock: Arc<dyn Clock>, handlers: Handlers) -> Self {
        let (calendars, keyring) = (Calendars::default(), Keyring::default());
        Self { database, clock, calendars, keyring, handlers: Arc::new(handlers) }
    }

    /// The same with keys.
    #[must_use]
    pub fn with_keys(self, keyring: Keyring) -> Self {
        Self { keyring, ..self }
    }

    /// Runs `act` in one transaction and commits it if it succeeds; a failure leaves nothing behind.
    pub async fn write<T: Send>(
        &self,
        by: By,
        act: impl for<'a> FnOnce(&'a mut Work) -> Task<'a, T> + Send,
    ) -> Result<T, Failure> {
        let (work, value) = self.enact(by, act).await?;
        work.transaction.commit().await?;
        for hook in work.after {
            hook().await;
        }
        Ok(value)
    }

    /// Runs `act` with all its handlers and takes everything back: what would happen, without happening.
    pub async fn rehearse<T: Send>(
        &self,
        by: By,
        act: impl for<'a> FnOnce(&'a mut Work) -> Task<'a, T> + Send,
    ) -> Result<T, Failure> {
        let (work, value) = self.enact(by, act).await?;
        work.transaction.rollback().await?;
        Ok(value)
    }

    /// Runs `act` and all its handlers in a transaction that is still open; a failure takes it back.
    async fn enact<T: Send>(
        &self,
        by: By,
        act: impl for<'a> FnOnce(&'a mut Work) -> Task<'a, T> + Send,
    ) -> Result<(Work, T), Failure> {
        let mut work = self.begin(by).await?;
        let value = act(&mut work).await?;
        work.settle(&self.handlers).await?;
        Ok((work, value))
    }

    async fn begin(&self, by: By) -> Result<Work, Failure> {
        let transaction = self.database.begin().await?;
        let calendar = self.calendars.of(&transaction, by.organization()).await?;
        Ok(Work {
            transaction,
            by,
            now: self.clock.domain(),
            security_now: self.clock.security(),
            calendar,
            events: VecDeque::new(),
            sums: BTreeMap::new(),
            after: Vec::new(),
        })
    }
}

/// A summed event and how it takes in another of its kind.
struct Sum {
    event: Box<dyn Any + Send + Sync>,
    absorb: fn(&mut dyn Any, Box<dyn Any>),
}

/// A unit of work under way.
pub struct Work {
    transaction: DatabaseTransaction,
    by: By,
    /// The moment of the act, domain clock, the same for all it writes.
    pub now: Moment,
    /// The moment by the security clock.
    pub security_now: Moment,
    /// Which days are worked.
    pub calendar: Arc<Calendar>,
    events: VecDeque<Box<dyn Any + Send + Sync>>,
    sums: BTreeMap<(u8, TypeId), Sum>,
    after: Vec<AfterCommit>,
}

impl Work {
    /// The transaction, for the stores.
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// The company.
    pub fn organization(&self) -> OrganizationId {
        self.by.organization()
    }

    /// On whose behalf.
    pub fn by(&self) -> &By {
        &self.by
    }

    /// The person who acts; `Forbidden` when it is the system.
    pub fn actor(&self) -> Result<&Actor, Failure> {
        match &self.by {
            By::Person(actor) => Ok(actor),
            By::System(_) => Err(Failure::Forbidden),
        }
    }

    /// The local day of the act.
    pub fn today(&self, zone: Tz) -> NaiveDate {
        calendar::local_day(self.now, zone)
    }

    /// Says what happened; its handlers run before the commit, after the command.
    pub fn emit(&mut self, event: impl Any + Send + Sync) {
        self.events.push_back(Box::new(event));
    }

    /// Says what happened, summed with what was said before; its handlers run once, after all other events.
    pub fn emit_summed<E: Summed>(&mut self, event: E) {
        match self.sums.get_mut(&(E::ORDER, TypeId::of::<E>())) {
            Some(sum) => (sum.absorb)(sum.event.as_mut(), Box::new(event)),
            None => {
                let sum = Sum { event: Box::new(event), absorb: absorb_into::<E> };
                self.sums.insert((E::ORDER, TypeId::of::<E>()), sum);
            }
        }
    }

    /// Runs a hint once the commit has succeeded.
    pub fn after_commit<F: Future<Output = ()> + Send + 'static>(
        &mut self,
        hook: impl FnOnce() -> F + Send + Sync + 'static,
    ) {
        self.after.push(Box::new(|| Box::pin(hook())));
    }

    /// Tells every event, then the sums in their order; handlers may say more.
    async fn settle(&mut self, handlers: &Handlers) -> Result<(), Failure> {
        loop {
            let next =
                self.events.pop_front().or_else(|| self.sums.pop_first().map(|(_, sum)| sum.event));
            let Some(event) = next else { return Ok(()) };
            handlers.tell(self, event.as_ref()).await?;
        }
    }
}

fn absorb_into<E: Summed>(sum: &mut dyn Any, other: Box<dyn Any>) {
    if let (Some(sum), Ok(other)) = (sum.downcast_mut::<E>(), other.downcast::<E>()) {
        sum.absorb(*other);
    }
}
