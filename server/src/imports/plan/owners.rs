//! What a register says of owners beside their names.

use std::collections::HashMap;

use guanjia_books::UnitRow;
use sea_orm::ConnectionTrait;

use super::Planner;
use crate::{
    imports::{
        identities,
        known::{Place, room_key},
        notes,
        plan::Batch,
        sheet::OfUnit,
    },
    kernel::{Failure, ids::AccountId},
};

impl Planner {
    /// Encrypts the identity numbers of the units' holders, of the new ones and of those that are known by the same name.
    pub(super) async fn take_identities(
        &mut self,
        conn: &impl ConnectionTrait,
        units: &[OfUnit<'_>],
        batch: &mut Batch,
    ) -> Result<(), Failure> {
        let rows = units.iter().filter_map(|of| of.unit).filter(|row| !row.identities.is_empty());
        let rows: Vec<&UnitRow> = rows.collect();
        let Some(first) = rows.first() else { return Ok(()) };
        if self.keyring.current().is_none() {
            if !std::mem::replace(&mut self.said_keyless, true) {
                self.notes.add(notes::no_key(&first.at));
            }
            return Ok(());
        }
        let fresh = batch.units.iter().map(|new| (new.account, &new.row));
        let mut holders: HashMap<AccountId, Vec<(i64, String)>> = fresh
            .map(|(account, row)| {
                let names = row.holders.iter().map(|holder| holder.name.clone());
                (account, (0..).zip(names).collect())
            })
            .collect();
        let of = |row: &UnitRow| self.places.get(&room_key(&row.room)).and_then(Place::open);
        let accounts: Vec<(AccountId, &UnitRow)> =
            rows.into_iter().filter_map(|row| Some((of(row)?, row))).collect();
        let known = accounts.iter().map(|(account, _)| *account);
        let known: Vec<_> = known.filter(|account| !holders.contains_key(account)).collect();
        holders.extend(identities::holders(conn, self.place.0, &known).await?);
        for (account, row) in accounts {
            let own = holders.get(&account).map(Vec::as_slice).unwrap_or_default();
            let place = (self.place.0, account);
            batch.identities.extend(identities::seal(place, (row, own), &self.keyring)?);
        }
        Ok(())
    }
}
