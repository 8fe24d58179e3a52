//! What takes the rows of some units back. Pure.

use std::collections::BTreeMap;

use guanjia_entity::{adjustment, charge, payment, source_key};
use uuid::Uuid;

use crate::{
    imports::known::Entry,
    kernel::ids::{self, ImportId},
    ledger::{
        adjustment::{Kind, NewAdjustment},
        commands::{NewCharge, NewPayment, Postings},
    },
};

/// What a key stood for before the import.
pub(super) struct Before {
    pub(super) entry: Uuid,
    pub(super) print: String,
    pub(super) import: ImportId,
}

/// What takes the rows of some units back.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) postings: Postings,
    /// Kind and key, and what they stand for again.
    pub(super) restored: Vec<(String, String, Before)>,
}

impl Plan {
    /// Reverses what a key stands for now, and enters again what it stood for before, if the import had reversed that.
    pub(super) fn take_back<R: Posted>(
        &mut self,
        key: &source_key::Model,
        (entries, old): (&BTreeMap<Uuid, Entry<R>>, Option<&Before>),
    ) {
        let now = entries.get(&key.entry_id);
        if let Some(standing) = now.filter(|entry| !entry.taken_back) {
            standing.row.clone().reverse(&mut self.postings);
        }
        let Some(old) = old else { return };
        let reversed = entries.get(&old.entry).filter(|before| before.taken_back);
        let again = reversed.map(|before| {
            before.row.clone().enter_again(now.map(|now| &now.row), &mut self.postings)
        });
        let entry = again.unwrap_or(old.entry);
        let before = Before { entry, print: old.print.clone(), import: old.import };
        self.restored.push((key.kind.clone(), key.key.clone(), before));
    }
}

/// An entry of the ledger that a row became.
pub(super) trait Posted: Clone {
    /// Has it reversed.
    fn reverse(self, postings: &mut Postings);

    /// Has it entered once more, in the place of what stands now; answers its new id.
    fn enter_again(self, now: Option<&Self>, postings: &mut Postings) -> Uuid;
}

impl Posted for charge::Model {
    fn reverse(self, postings: &mut Postings) {
        postings.reversed_charges.push(self);
    }

    fn enter_again(self, now: Option<&Self>, postings: &mut Postings) -> Uuid {
        let again = NewCharge {
            id: ids::fresh(),
            account: self.account_id,
            fee_item: self.fee_item,
            period: self.period,
            due_on: self.due_on,
            amount_fen: self.amount_fen,
            effective_on: self.effective_on,
            replaces: now.map(|now| now.id),
        };
        let id = again.id.into();
        postings.charges.push(again);
        id
    }
}

impl Posted for adjustment::Model {
    fn reverse(self, postings: &mut Postings) {
        postings.reversed_adjustments.push(self);
    }

    /// A waiver stays with the charge that it was made on, or with the one in its place.
    fn enter_again(self, _: Option<&Self>, postings: &mut Postings) -> Uuid {
        let again = NewAdjustment {
            id: ids::fresh(),
            account: self.account_id,
            kind: Kind::Waiver,
            charge: self.charge_id,
            billed_charge: None,
            amount_fen: self.amount_fen.abs(),
            effective_on: self.effective_on,
            reason: self.reason,
        };
        let id = again.id.into();
        postings.adjustments.push(again);
        id
    }
}

impl Posted for payment::Model {
    fn reverse(self, postings: &mut Postings) {
        postings.reversed_payments.push(self);
    }

    fn enter_again(self, now: Option<&Self>, postings: &mut Postings) -> Uuid {
        let again = NewPayment {
            id: ids::fresh(),
            account: self.account_id,
            amount_fen: self.amount_fen,
            method: self.method,
            receipt: self.receipt,
            designated_period: self.designated_period,
            designated_item: self.designated_item,
            effective_on: self.effective_on,
            day_unknown: self.day_unknown,
            replaces: now.map(|now| now.id),
        };
        let id = again.id.into();
        postings.payments.push(again);
        id
    }
}
