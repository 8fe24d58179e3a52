//! What settles what, and on which day: a pure function of an account's entries, whatever order they became known in.
//!
//! The entries are gone through in the order of their days, so what happened up to a day never depends on what came after
//! it. On each day charges come first, then what makes them smaller, then money, then money that goes again. Money goes
//! where its payer said (rule 10), the rest in the order of the community's [`Policy`]; a prepayment waits, and settles
//! the first charge that comes (rule 13). Money for a period to come waits for it until that period is over. A bounce
//! takes its own money back from where it went, the latest first; a refund takes unused credit first, then the latest.

use std::{cmp::Reverse, collections::BTreeMap};

use chrono::NaiveDate;

use super::{
    entries::{Charge, Entries, Payment, RedLetter, Reduction, Refund},
    periods::Span,
    policy::Policy,
    spread::{Debt, in_turn},
};
use crate::kernel::ids::{AdjustmentId, ChargeId, PaymentId};

/// What made a charge smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// Money.
    Payment(PaymentId),
    /// A red letter.
    RedLetter(ChargeId),
    /// A waiver, a write-off, a correction.
    Adjustment(AdjustmentId),
}

/// Fen by what, to which charge, on which day; negative where it was taken away again. Never zero.
pub type Movements = BTreeMap<(By, ChargeId, NaiveDate), i64>;

/// Settles the entries of an account.
pub fn allocate(entries: &Entries, policy: &Policy) -> Movements {
    let mut run = Run::new(entries, policy);
    let events = run.events();
    for day in events.chunk_by(|a, b| a.on == b.on) {
        if let Some(first) = day.first() {
            run.live_through(first.on, day);
        }
    }
    run.moved.retain(|_, fen| *fen != 0);
    run.moved
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Charge(usize),
    Reduce(usize),
    RedLetter(usize),
    Payment(usize),
    /// Money that waited for its period is free.
    Free,
    Bounce(usize),
    Refund(usize),
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    on: NaiveDate,
    what: What,
}

/// A charge and what is left of it.
struct Open<'e> {
    charge: &'e Charge,
    span: Option<Span>,
    burden: i64,
    /// Its own place, or that of the charge whose penalty it is.
    head: usize,
    /// Fen that are owed and not settled.
    open: i64,
    /// Fen that are owed.
    owed: i64,
}

/// A payment and what is left of it.
struct Purse<'e> {
    payment: &'e Payment,
    waits_until: Option<NaiveDate>,
    left: i64,
    /// Fen that went back by refunds.
    refunded: i64,
}

struct Red<'e> {
    letter: &'e RedLetter,
    left: i64,
}

/// Money given to a charge, in the order of giving.
struct Given {
    purse: usize,
    charge: usize,
    fen: i64,
}

struct Run<'e> {
    policy: &'e Policy,
    today: NaiveDate,
    charges: Vec<Open<'e>>,
    purses: Vec<Purse<'e>>,
    reds: Vec<Red<'e>>,
    reductions: Vec<&'e Reduction>,
    refunds: &'e [Refund],
    given: Vec<Given>,
    /// Fen of refunds for which there was nothing to take.
    to_refund: i64,
    moved: Movements,
}

impl<'e> Run<'e> {
    /// In an order that the entries' content decides, not their arrival.
    fn new(entries: &'e Entries, policy: &'e Policy) -> Self {
        let mut charges: Vec<&Charge> = entries.charges.iter().collect();
        charges
            .sort_by_key(|c| (c.due_on, &c.period, &c.fee_item, c.is_penalty, c.amount_fen, c.id));
        let places: BTreeMap<_, _> = charges.iter().enumerate().map(|(at, c)| (c.id, at)).collect();
        let open = charges.iter().enumerate().map(|(at, charge)| Open {
            charge,
            span: Span::of(&charge.period),
            burden: policy.terms_of(charge).map_or(0, |terms| terms.daily_ppm),
            head: charge.principal.and_then(|id| places.get(&id).copied()).unwrap_or(at),
            open: 0,
            owed: 0,
        });
        let mut payments: Vec<&Payment> = entries.payments.iter().collect();
        payments.sort_by_key(|p| (p.effective_on, &p.designations, p.amount_fen, p.id));
        let purses = payments.into_iter().map(|payment| Purse {
            payment,
            waits_until: payment.waits_until(),
            left: 0,
            refunded: 0,
        });
        let mut reds: Vec<_> = entries.red_letters.iter().collect();
        reds.sort_by_key(|r| (r.effective_on, &r.period, &r.fee_item, r.amount_fen, r.id));
        let mut reductions: Vec<_> = entries.reductions.iter().collect();
        reductions.sort_by_key(|r| (r.effective_on, r.charge, r.amount_fen, r.id));
        Self {
            policy,
            today: NaiveDate::MIN,
            charges: open.collect(),
            purses: purses.collect(),
            reds: reds.into_iter().map(|letter| Red { letter, left: 0 }).collect(),
            reductions,
            refunds: &entries.refunds,
            given: Vec::new(),
            to_refund: 0,
            moved: Movements::new(),
        }
    }

    /// What happens, in order. An adjustment of a charge that is still to come waits for it.
    fn events(&self) -> Vec<Event> {
        let mut events = Vec::new();
        let mut add = |on, what| events.push(Event { on, what });
        for (at, open) in self.charges.iter().enumerate() {
            add(open.charge.effective_on, What::Charge(at));
        }
        for (at, reduction) in self.reductions.iter().enumerate() {
            if let Some(of) = self.charges.iter().find(|one| one.charge.id == reduction.charge) {
                add(reduction.effective_on.max(of.charge.effective_on), What::Reduce(at));
            }
        }
        for (at, red) in self.reds.iter().enumerate() {
            add(red.letter.effective_on, What::RedLetter(at));
        }
        for (at, purse) in self.purses.iter().enumerate() {
            add(purse.payment.effective_on, What::Payment(at));
            let free = purse.waits_until.and_then(|day| day.succ_opt());
            free.into_iter().for_each(|day| add(day, What::Free));
            purse.payment.gone_on.into_iter().for_each(|day| add(day, What::Bounce(at)));
        }
        for (at, refund) in self.refunds.iter().enumerate() {
            add(refund.effective_on, What::Refund(at));
        }
        events.sort();
        events
    }

    fn live_through(&mut self, day: NaiveDate, events: &[Event]) {
        self.today = day;
        let goes = |event: &&Event| matches!(event.what, What::Bounce(_) | What::Refund(_));
        events.iter().filter(|event| !goes(event)).for_each(|event| self.enter(event.what));
        self.settle();
        if events.iter().any(|event| goes(&event)) {
            events.iter().filter(goes).for_each(|event| self.enter(event.what));
            self.settle();
        }
    }

    fn enter(&mut self, what: What) {
        match what {
            What::Charge(at) => {
                if let Some(open) = self.charges.get_mut(at) {
                    (open.open, open.owed) = (open.charge.amount_fen, open.charge.amount_fen);
                }
            }
            What::Reduce(at) => {
                let Some(reduction) = self.reductions.get(at).copied() else { return };
                let of = self.charges.iter().position(|one| one.charge.id == reduction.charge);
                if let Some(charge) = of {
                    self.cut(charge, reduction.amount_fen, By::Adjustment(reduction.id));
                }
            }
            What::RedLetter(at) => {
                if let Some(red) = self.reds.get_mut(at) {
                    red.left = red.letter.amount_fen;
                }
            }
            What::Payment(at) => {
                if let Some(purse) = self.purses.get_mut(at) {
                    purse.left = purse.payment.amount_fen;
                }
            }
            What::Free => {}
            What::Bounce(at) => self.bounce(at),
            What::Refund(at) => {
                self.to_refund += self.refunds.get(at).map_or(0, |one| one.amount_fen);
            }
        }
    }

    /// Brings everything to rest: no money lies idle while something is open that it may settle.
    fn settle(&mut self) {
        self.give_back();
        self.apply_red_letters();
        self.pay_what_was_named();
        self.pay_the_rest();
    }

    fn pay_what_was_named(&mut self) {
        for at in 0..self.purses.len() {
            let Some(purse) = self.purses.get(at).filter(|purse| purse.left > 0) else { continue };
            let payment = purse.payment;
            for named in &payment.designations {
                let span = named.period.as_deref().map(Span::of);
                let fits = |one: &Open<'_>| {
                    let of_period = match span {
                        None => true,
                        Some(None) => named.period.as_ref() == Some(&one.charge.period),
                        Some(Some(span)) => one.span.is_some_and(|own| span.meets(own)),
                    };
                    of_period
                        && named.fee_item.as_ref().is_none_or(|item| *item == one.charge.fee_item)
                };
                self.pay(at, fits);
            }
        }
    }

    fn pay_the_rest(&mut self) {
        let today = self.today;
        for at in 0..self.purses.len() {
            let free = |purse: &&Purse<'_>| {
                purse.left > 0 && purse.waits_until.is_none_or(|day| day < today)
            };
            if self.purses.get(at).filter(free).is_some() {
                self.pay(at, |_| true);
            }
        }
    }

    /// Pays charges from one purse, in the order of the policy.
    fn pay(&mut self, purse: usize, which: impl Fn(&Open<'_>) -> bool) {
        let left = self.purses.get(purse).map_or(0, |purse| purse.left);
        let order = self.policy.order_on(self.today);
        let debts = self.charges.iter().enumerate().filter(|(_, one)| one.open > 0 && which(one));
        let debts = debts.filter_map(|(at, one)| {
            let head = self.charges.get(one.head)?;
            Some(Debt {
                at,
                head: one.head,
                is_penalty: one.charge.is_penalty,
                is_late: head.charge.due_on <= self.today,
                is_secured: order.secured.contains(&head.charge.fee_item),
                burden: Reverse(head.burden),
                due_on: head.charge.due_on,
                open: one.open,
            })
        });
        let shares = in_turn(order, debts.collect(), left);
        for (charge, fen) in shares {
            self.give(purse, charge, fen);
        }
    }

    fn give(&mut self, purse: usize, charge: usize, fen: i64) {
        let (Some(from), Some(to)) = (self.purses.get_mut(purse), self.charges.get_mut(charge))
        else {
            return;
        };
        from.left -= fen;
        to.open -= fen;
        self.given.push(Given { purse, charge, fen });
        let key = (By::Payment(from.payment.id), to.charge.id, self.today);
        *self.moved.entry(key).or_default() += fen;
    }

    /// Takes money away from where it went, the latest first; answers how much. It is back in its purse.
    fn take_back(&mut self, mut wanted: i64, which: impl Fn(&Given) -> bool) -> i64 {
        let mut taken = 0;
        for given in self.given.iter_mut().rev().filter(|given| which(given)) {
            let fen = given.fen.min(wanted);
            let purse = self.purses.get_mut(given.purse);
            let (Some(from), Some(to)) = (purse, self.charges.get_mut(given.charge)) else {
                continue;
            };
            if fen == 0 {
                continue;
            }
            given.fen -= fen;
            from.left += fen;
            to.open += fen;
            wanted -= fen;
            taken += fen;
            let key = (By::Payment(from.payment.id), to.charge.id, self.today);
            *self.moved.entry(key).or_default() -= fen;
        }
        self.given.retain(|given| given.fen > 0);
        taken
    }

    /// A payment is there no more. What refunds took of it they must take elsewhere.
    fn bounce(&mut self, at: usize) {
        self.take_back(i64::MAX, |given| given.purse == at);
        if let Some(purse) = self.purses.get_mut(at) {
            purse.left = 0;
            self.to_refund += std::mem::take(&mut purse.refunded);
        }
    }

    /// Pays refunds: from credit, the newest first, then from what was given last.
    fn give_back(&mut self) {
        while self.to_refund > 0 {
            let Some(purse) = self.purses.iter_mut().rev().find(|purse| purse.left > 0) else {
                if self.take_back(self.to_refund, |_| true) == 0 {
                    return;
                }
                continue;
            };
            let fen = purse.left.min(self.to_refund);
            purse.left -= fen;
            purse.refunded += fen;
            self.to_refund -= fen;
        }
    }

    fn apply_red_letters(&mut self) {
        for at in 0..self.reds.len() {
            let Some(letter) = self.reds.get(at).filter(|red| red.left > 0).map(|red| red.letter)
            else {
                continue;
            };
            for charge in 0..self.charges.len() {
                let fits = |one: &&Open<'_>| {
                    one.charge.fee_item == letter.fee_item && one.charge.period == letter.period
                };
                let room = self.charges.get(charge).filter(fits).map_or(0, |one| one.owed);
                self.cut_by_letter(at, charge, room);
            }
            for charge in 0..self.charges.len() {
                let room = self.charges.get(charge).filter(|one| !one.charge.is_penalty);
                self.cut_by_letter(at, charge, room.map_or(0, |one| one.open));
            }
        }
    }

    fn cut_by_letter(&mut self, at: usize, charge: usize, room: i64) {
        let Some(red) = self.reds.get_mut(at) else { return };
        let fen = red.left.min(room);
        red.left -= fen;
        let id = red.letter.id;
        self.cut(charge, fen, By::RedLetter(id));
    }

    /// Makes a charge smaller, at most to nothing; money that it no longer needs is free again.
    fn cut(&mut self, charge: usize, fen: i64, by: By) {
        let Some((owed, open)) = self.charges.get(charge).map(|one| (one.owed, one.open)) else {
            return;
        };
        let fen = fen.min(owed);
        if fen > open {
            self.take_back(fen - open, |given| given.charge == charge);
        }
        let Some(one) = self.charges.get_mut(charge).filter(|_| fen > 0) else { return };
        one.owed -= fen;
        one.open -= fen;
        *self.moved.entry((by, one.charge.id, self.today)).or_default() += fen;
    }
}

#[cfg(test)]
mod tests;
