//! Making units, accounts and parties; what is learned of a number; who looks after what.
//!
//! What the books bring is here; what people change stands in a file per thing.

mod accounts;
mod history;
mod holders;
mod merge;
mod occupants;
mod parties;
mod points;
mod traits;
mod transfer;

pub use accounts::{NewAccount, OpenAccount, WhichUnit, open_account};
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

use guanjia_entity::{account, account_holder, contact_point, party, party_key, unit};
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use super::{
    events::RegistryChanged,
    points::{PointKind, PointStatus},
    queries,
    store::AccountRow,
};
use crate::kernel::{
    Actor, Failure, Moment, Work,
    ids::{self, AccountId, CommunityId, ContactPointId, OrganizationId, PartyId, UnitId},
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

/// Makes a unit and its first account, whose beginning is unknown.
pub async fn open_unit(
    work: &mut Work,
    community: CommunityId,
    new: NewUnit,
) -> Result<(UnitId, AccountId), Failure> {
    open_unit_as(work, community, (ids::fresh(), ids::fresh()), new).await
}

/// The same under ids that were made before.
pub async fn open_unit_as(
    work: &mut Work,
    community: CommunityId,
    (unit_id, account_id): (UnitId, AccountId),
    new: NewUnit,
) -> Result<(UnitId, AccountId), Failure> {
    let organization = work.organization();
    let row = unit::ActiveModel {
        organization_id: Set(organization),
        id: Set(unit_id),
        community_id: Set(community),
        building: Set(new.building),
        entrance: Set(new.entrance),
        number: Set(new.number),
        area_centi_m2: Set(new.area_centi_m2),
        use_type: Set(new.use_type),
        created_at: Set(work.now),
    };
    unit::Entity::insert(row).exec_without_returning(work.conn()).await?;
    let row = account::ActiveModel {
        organization_id: Set(organization),
        id: Set(account_id),
        unit_id: Set(unit_id),
        from_on: Set(None),
        to_on: Set(None),
        created_at: Set(work.now),
    };
    account::Entity::insert(row).exec_without_returning(work.conn()).await?;
    work.emit_summed(RegistryChanged::of_unit(unit_id));
    Ok((unit_id, account_id))
}

/// Somebody the books name as a holder.
pub struct NewHolder {
    /// The name.
    pub name: String,
    /// Telephone numbers, the first being the one that identifies them.
    pub phones: Vec<String>,
    /// Where we have it from.
    pub source: String,
}

/// Adds a holder to an account. Same name and same number is one party; a name alone is always a new one.
pub async fn add_holder(
    work: &mut Work,
    account: AccountId,
    position: i64,
    new: &NewHolder,
) -> Result<PartyId, Failure> {
    let organization = work.organization();
    let party = find_or_make_party(work, new).await?;
    let row = account_holder::ActiveModel {
        organization_id: Set(organization),
        id: Set(ids::fresh()),
        account_id: Set(account),
        party_id: Set(party),
        position: Set(position),
        from_on: Set(None),
        to_on: Set(None),
        share_part: Set(None),
        share_whole: Set(None),
    };
    account_holder::Entity::insert(row).exec_without_returning(work.conn()).await?;
    work.emit_summed(RegistryChanged::of_party(party));
    Ok(party)
}

async fn find_or_make_party(work: &Work, new: &NewHolder) -> Result<PartyId, Failure> {
    let organization = work.organization();
    let key = new.phones.first().map(|number| (organization, new.name.clone(), number.clone()));
    if let Some(known) = known_party(work, key.as_ref()).await? {
        return Ok(known);
    }
    let id = ids::fresh();
    let row = party::ActiveModel {
        organization_id: Set(organization),
        id: Set(id),
        kind: Set("PERSON".to_owned()),
        name: Set(new.name.clone()),
        created_at: Set(work.now),
    };
    party::Entity::insert(row).exec_without_returning(work.conn()).await?;
    if let Some((_, name, number)) = &key {
        let row = party_key::Model {
            organization_id: organization,
            name: name.clone(),
            number: number.clone(),
            party_id: id,
        };
        let mut columns = OnConflict::columns([
            party_key::Column::OrganizationId,
            party_key::Column::Name,
            party_key::Column::Number,
        ]);
        let row = party_key::Entity::insert(party_key::ActiveModel::from(row));
        row.on_conflict(columns.do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(work.conn())
            .await?;
        // Two who name the same person at once: the first has the key, the second takes the first one's party.
        let winner = known_party(work, key.as_ref()).await?.unwrap_or(id);
        if winner != id {
            party::Entity::delete_by_id((organization, id)).exec(work.conn()).await?;
            return Ok(winner);
        }
    }
    for (position, number) in (0..).zip(&new.phones) {
        add_mobile(work, id, position, (number, &new.source)).await?;
    }
    Ok(id)
}

async fn known_party(
    work: &Work,
    key: Option<&(OrganizationId, String, String)>,
) -> Result<Option<PartyId>, Failure> {
    let Some(key) = key else { return Ok(None) };
    let known = party_key::Entity::find_by_id(key.clone()).one(work.conn()).await?;
    Ok(known.map(|row| row.party_id))
}

async fn add_mobile(
    work: &Work,
    party: PartyId,
    position: i64,
    point: (&str, &str),
) -> Result<(), Failure> {
    let (number, source) = point;
    let row = contact_point::ActiveModel {
        organization_id: Set(work.organization()),
        id: Set(ids::fresh()),
        party_id: Set(party),
        kind: Set(PointKind::of_number(number).name().to_owned()),
        value: Set(number.into()),
        status: Set(PointStatus::Valid.name().to_owned()),
        source: Set(source.to_owned()),
        position: Set(position),
        created_at: Set(work.now),
        status_at: Set(work.now),
        best_time: Set(None),
        confirmed_by: Set(None),
        confirmed_at: Set(None),
    };
    contact_point::Entity::insert(row).exec_without_returning(work.conn()).await?;
    Ok(())
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
