//! The tickler box in the API.

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, Object, Result, SimpleObject};
use tokio::sync::OnceCell;

use crate::{
    api::{beside::Beside, context::Ask, scalars::Date},
    cases::graphql::FollowUp,
    owners::graphql::Account,
    worklist::{
        filter::Scope,
        tickler::{self, Cards, Slot},
    },
};

/// The box, read. All slots share one reading of their cards.
pub struct Tickler {
    read: Arc<Read>,
}

struct Read {
    scope: Scope,
    found: tickler::Tickler,
    cards_per_slot: i64,
    cards: OnceCell<Cards>,
    beside: OnceLock<Beside>,
}

impl Read {
    /// The accounts of all cards, which are read together.
    fn beside(&self, cards: &Cards) -> Beside {
        self.beside.get_or_init(|| Beside::of(cards.accounts.keys().copied())).clone()
    }
}

impl Tickler {
    pub(super) fn new(scope: Scope, found: tickler::Tickler, cards_per_slot: i64) -> Self {
        let (cards, beside) = (OnceCell::new(), OnceLock::new());
        Self { read: Arc::new(Read { scope, found, cards_per_slot, cards, beside }) }
    }

    fn slot(&self, slot: &Slot) -> TicklerSlot {
        TicklerSlot { read: Arc::clone(&self.read), slot: slot.clone() }
    }
}

/// The tickler box 跟催箱: what is planned, by day. Every card is an open follow-up and lies in exactly one place. A card that
/// was not done on its day lies under today, with its age.
#[Object(name = "Tickler")]
impl Tickler {
    /// The local day on which it was looked at.
    async fn today(&self) -> Date {
        Date(self.read.scope.today)
    }

    /// What somebody counts on today: promises due, broken promises, agreed hours.
    async fn urgent(&self) -> TicklerSlot {
        self.slot(&self.read.found.urgent)
    }

    /// The 31 slots, 1 to 31. A slot shows the next date that has its number, so all 31 are there in every month.
    async fn slots(&self) -> Vec<TicklerSlot> {
        self.read.found.slots.iter().map(|slot| self.slot(slot)).collect()
    }

    /// How many cards lie before the first date that is shown; only when a later day was asked for.
    async fn earlier(&self) -> i64 {
        self.read.found.earlier
    }

    /// How many cards lie on dates that no slot shows yet.
    async fn later(&self) -> i64 {
        self.read.found.later
    }
}

/// One slot.
pub struct TicklerSlot {
    read: Arc<Read>,
    slot: Slot,
}

/// One slot of the tickler box.
#[Object]
impl TicklerSlot {
    /// Its number, 1 to 31; null for the urgent one.
    async fn number(&self) -> Option<u32> {
        self.slot.number
    }

    /// The date that it shows.
    async fn on(&self) -> Date {
        Date(self.slot.on)
    }

    /// How many cards lie in it.
    async fn card_count(&self) -> i64 {
        self.slot.cards
    }

    /// How many of them were due before today.
    async fn carried_over(&self) -> i64 {
        self.slot.carried
    }

    /// The first cards, the earliest first; as many as `cardsPerSlot` says.
    async fn cards(&self, ctx: &Context<'_>) -> Result<Vec<TicklerCard>> {
        let read = &self.read;
        let cards = read
            .cards
            .get_or_try_init(async || {
                tickler::cards(ctx.conn()?, &read.scope, (&read.found, read.cards_per_slot))
                    .await
                    .map_err(|f| ctx.tell(f))
            })
            .await?;
        let urgent = self.slot.number.is_none();
        let here = |card: &&tickler::Card| {
            card.urgent == urgent && (urgent || card.lies_on == self.slot.on)
        };
        let shown = cards.cards.iter().filter(here).filter_map(|card| {
            Some(TicklerCard {
                follow_up: cards.follow_ups.get(&card.follow_up_id)?.clone().into(),
                account: Account::beside(
                    Arc::clone(cards.accounts.get(&card.account_id)?),
                    read.beside(cards),
                ),
                days_late: (read.scope.today - card.due_on).num_days().max(0),
            })
        });
        Ok(shown.collect())
    }
}

/// A card: a follow-up to be done on its day.
#[derive(SimpleObject)]
pub struct TicklerCard {
    /// What to do, when, and why.
    follow_up: FollowUp,
    /// About whom.
    account: Account,
    /// Days since it was due; 0 until the end of its day.
    days_late: i64,
}
