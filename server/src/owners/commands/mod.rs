//! Making units, accounts and parties; what is learned of a number; who looks after what.
//!
//! What the books bring is here; what people change stands in a file per thing.

mod accounts;
mod books;
mod history;
mod holders;
mod merge;
mod occupants;
mod parties;
mod points;
mod traits;
mod transfer;

pub use accounts::{NewAccount, OpenAccount, WhichUnit, open_account};
pub use books::{Registered as NewRegistered, open_units};
pub use holders::{ChangeHolders, HolderChange, NewShare, SetPayer, change_holders, set_payer};
pub use merge::{MergeParties, merge_parties, undo_merge};
pub use occupants::{AddOccupant, EndOccupancy, add_occupant, end_occupancy};
pub use parties::{ChangeParty, RegisterParty, Registered, change_party, register_party};
pub use points::{
    AddPoint, Added, ChangePoint, add_contact_point, change_contact_point, confirm_contact_point,
};
pub use traits::{AddVehicle, NoteTraits, add_vehicle, note_traits, remove_vehicle};
pub use transfer::{
    LettersTo, TransferUnit, Transferred, refuse_if_any, transfer_unit, undo_transfer,
};

use super::{points::PointStatus, queries, store::AccountRow};
use crate::kernel::{
    Actor, Failure, Moment, Work,
    ids::{AccountId, ContactPointId},
    sql::Sql,
};

/// A unit as the books name it.
pub struct NewUnit {
    /// Building.
    pub building: String,
    /// Entrance, `0` where there is none.
    pub entrance: String,
    /// Room number.
    pub number: String,
    /// Hundredths of a square metre.
    pub area_centi_m2: Option<i64>,
    /// 住宅, 商铺 …
    pub use_type: Option<String>,
}

/// Finds the accounts for an act and locks them, or says that one is not there.
pub async fn take_accounts(
    work: &Work,
    actor: &Actor,
    accounts: &[AccountId],
) -> Result<Vec<AccountRow>, Failure> {
    let day = queries::reach_day(work.now);
    let found = super::store::reachable(work.conn(), actor, day, accounts).await?;
    if found.len() != accounts.len() {
        return Err(Failure::NotFound);
    }
    super::store::lock(work.conn(), work.organization(), accounts).await?;
    Ok(found)
}

/// Notes what was learned of a number and when, by a person's word or from the outcome of a contact. Older knowledge does
/// not replace newer.
pub async fn set_point_status(
    work: &Work,
    point: ContactPointId,
    status: PointStatus,
    (said, learned_at): (bool, Moment),
) -> Result<(), Failure> {
    let text = "UPDATE contact_point SET status = $3, status_at = $4 WHERE organization_id = $1 AND id = $2 \
         AND status <> $3 AND status_at <= $4";
    // That somebody does not want to be called there is taken back by a person only.
    let kept = if said { "" } else { " AND status <> 'DO_NOT_CALL'" };
    let values =
        [work.organization().into(), point.into(), status.name().into(), learned_at.into()];
    Sql::new(text, values).push(kept).run(work.conn()).await?;
    Ok(())
}
