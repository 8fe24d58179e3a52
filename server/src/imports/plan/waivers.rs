//! Waivers of a book: each is an adjustment beside its charge, and keeps a name of its own.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use super::{Nth, Owed, Planner, StagedKey, count, effective_on};
use crate::{
    imports::{
        keys, known,
        known::{Known, Place},
        notes,
        plan::Batch,
        rows::{self, Fresh, Row},
        sheet::OfUnit,
    },
    kernel::{
        Failure,
        ids::{self, AdjustmentId, UnitId},
    },
    ledger::adjustment::{Kind, NewAdjustment},
};

/// Waivers that are to be entered, and the charges that stand already and bear some of them.
#[derive(Default)]
pub(super) struct Waivers<'b> {
    fresh: Vec<(Place, Fresh<Nth<'b>>)>,
    /// Unit and place of the row, and the charge that it became before.
    standing: Vec<((UnitId, usize), uuid::Uuid)>,
}

impl<'b> Waivers<'b> {
    /// Whether the charge of some row bears one that is to be entered.
    fn is_on(&self, unit: UnitId, nth: usize) -> bool {
        let mut own = self.fresh.iter().rev().take_while(|(place, _)| place.unit == unit);
        own.any(|(_, fresh)| fresh.row.0 == nth)
    }

    /// Takes the charges of a unit that are left alone, once its waivers are sorted.
    pub(super) fn stand(&mut self, unit: UnitId, left: &[rows::Left<Nth<'b>>]) {
        let bearing = left.iter().filter(|left| left.row.1.waived_fen.is_some());
        let bearing: Vec<_> = bearing.map(|left| ((unit, left.row.0), left.old.entry_id)).collect();
        let own = bearing.into_iter().filter(|((unit, nth), _)| self.is_on(*unit, *nth));
        let own: Vec<_> = own.collect();
        self.standing.extend(own);
    }
}

impl Planner {
    /// Holds the waivers of a unit against what is known of them.
    pub(super) fn sort_waivers<'b>(
        &mut self,
        (of, place): (&OfUnit<'b>, &Place),
        known: Known,
        waivers: &mut Waivers<'b>,
    ) {
        // Nothing waived is no waiver, unless something was waived by an earlier book.
        let waived = of.charges.iter().enumerate().filter_map(|(nth, row)| {
            let (fen, base) = (row.waived_fen?, keys::waiver(row));
            let print = keys::waiver_print(row);
            (fen != 0 || known.contains_key(&base)).then_some(Row { base, print, row: (nth, row) })
        });
        let waived: Vec<_> = waived.collect();
        if waived.is_empty() && known.is_empty() {
            return;
        }
        let sorted = rows::sort(known, waived.into_iter());
        self.miss(&sorted.missing);
        let tally = &mut self.summary.waivers;
        tally.left += sorted.left.len();
        tally.left_fen +=
            sorted.left.iter().map(|left| left.row.1.waived_fen.unwrap_or(0)).sum::<i64>();
        waivers.fresh.extend(sorted.fresh.into_iter().map(|fresh| (place.clone(), fresh)));
    }

    /// Enters waivers on the charges that the rows become or became.
    pub(super) async fn enter_waivers(
        &mut self,
        conn: &impl ConnectionTrait,
        (waivers, mut owed): (Waivers<'_>, HashMap<(UnitId, usize), Owed>),
        batch: &mut Batch,
    ) -> Result<(), Failure> {
        let ids: Vec<_> = waivers.standing.iter().map(|(_, entry)| *entry).collect();
        let standing = known::charges(conn, self.place.0, &ids).await?;
        for (row, entry) in waivers.standing {
            if let Some(entry) = standing.get(&entry).filter(|entry| !entry.taken_back) {
                let of = Owed { charge: entry.row.id, account: entry.row.account_id };
                owed.insert(row, of);
            }
        }
        let old = waivers.fresh.iter().filter_map(|(_, fresh)| fresh.old.as_ref());
        let old: Vec<_> = old.map(|old| old.entry_id).collect();
        let before = known::adjustments(conn, self.place.0, &old).await?;
        for (place, Fresh { key, print, row: (nth, row), old }) in waivers.fresh {
            let old_entry = old.as_ref().and_then(|old| before.get(&old.entry_id));
            let of = owed.get(&(place.unit, nth));
            let gone = old_entry.is_some_and(|old| old.taken_back);
            let Some(of) = of.filter(|_| !gone) else {
                self.notes.add(notes::taken_back(&row.at));
                continue;
            };
            let amount_fen = row.waived_fen.unwrap_or(0);
            let day = effective_on(row);
            let new = NewAdjustment {
                id: ids::fresh::<AdjustmentId>(),
                account: of.account,
                kind: Kind::Waiver,
                charge: of.charge,
                billed_charge: None,
                amount_fen,
                effective_on: row.waived_on.unwrap_or(day).max(day),
                reason: None,
            };
            let stood = old_entry.map(|old| old.row.amount_fen.abs());
            count(&mut self.summary.waivers, old.is_some(), (amount_fen, stood));
            batch.postings.reversed_adjustments.extend(old_entry.map(|old| old.row.clone()));
            let entry = new.id.into();
            let (kind, unit) = ("WAIVER", place.unit);
            batch.keys.push(StagedKey { kind, key, unit, entry, print, before: old });
            batch.postings.adjustments.push(new);
        }
        Ok(())
    }
}
