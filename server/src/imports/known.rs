//! What a community knows already of the rows of a file.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use guanjia_books::Room;
use guanjia_entity::{adjustment, charge, payment, source_key};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait as _, FromQueryResult, QueryFilter,
};

pub(super) use super::rows::Known;
use crate::kernel::{
    ids::{AccountId, CommunityId, OrganizationId, UnitId},
    sql::{BULK, Sql, few_lengths},
};

/// Building, entrance, number.
pub(super) type RoomKey = (String, String, String);

/// A room as a key.
pub(super) fn room_key(room: &Room) -> RoomKey {
    (room.building.clone(), room.entrance.clone(), room.number.clone())
}

/// A unit and its accounts.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) unit: UnitId,
    /// First and last day of each liability, and the account.
    pub(super) accounts: Vec<(Option<NaiveDate>, Option<NaiveDate>, AccountId)>,
}

impl Place {
    /// The account that is not closed.
    pub(super) fn open(&self) -> Option<AccountId> {
        self.accounts.iter().find(|(_, to, _)| to.is_none()).map(|(.., account)| *account)
    }

    /// The account that was liable on a day (rule 17); the open one when none says so.
    pub(super) fn account_on(&self, day: NaiveDate) -> Option<AccountId> {
        let liable = self.accounts.iter().find(|(from, to, _)| {
            from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
        });
        let open = || self.accounts.iter().find(|(_, to, _)| to.is_none());
        liable.or_else(open).or(self.accounts.last()).map(|(.., account)| *account)
    }
}

/// Every unit of a community with its accounts, by room.
pub(super) async fn places(
    conn: &impl ConnectionTrait,
    (organization, community): (OrganizationId, CommunityId),
) -> Result<HashMap<RoomKey, Place>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        unit_id: UnitId,
        building: String,
        entrance: String,
        number: String,
        account_id: Option<AccountId>,
        from_on: Option<NaiveDate>,
        to_on: Option<NaiveDate>,
    }
    let text = "SELECT u.id AS unit_id, u.building, u.entrance, u.number, a.id AS account_id, a.from_on, a.to_on \
         FROM unit u LEFT JOIN account a ON a.organization_id = u.organization_id AND a.unit_id = u.id \
         WHERE u.organization_id = $1 AND u.community_id = $2 ORDER BY a.created_at, a.id";
    let rows: Vec<Row> = Sql::new(text, [organization.into(), community.into()]).all(conn).await?;
    let mut places: HashMap<RoomKey, Place> = HashMap::with_capacity(rows.len());
    for row in rows {
        let key = (row.building, row.entrance, row.number);
        let place = places.entry(key).or_insert(Place { unit: row.unit_id, accounts: Vec::new() });
        place.accounts.extend(row.account_id.map(|account| (row.from_on, row.to_on, account)));
    }
    Ok(places)
}

/// What the books called the rows of some units, by unit and kind.
pub(super) async fn keys(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    units: &[UnitId],
) -> Result<HashMap<(UnitId, String), Known>, DbErr> {
    let mut found: HashMap<(UnitId, String), Known> = HashMap::new();
    for some in units.chunks(BULK) {
        let rows = source_key::Entity::find()
            .filter(source_key::Column::OrganizationId.eq(organization))
            .filter(source_key::Column::UnitId.is_in(few_lengths(some.iter().copied())));
        for row in rows.all(conn).await? {
            let Some(unit) = row.unit_id else { continue };
            let of_unit = found.entry((unit, row.kind.clone())).or_default();
            of_unit.insert(row.key.clone(), row);
        }
    }
    Ok(found)
}

/// Money that a person entered, or moved, under a receipt.
#[derive(FromQueryResult)]
pub(super) struct ByHand {
    receipt: String,
    pub(super) account_id: AccountId,
    pub(super) amount_fen: i64,
}

/// What stands in a community under some receipts and that no file names, by receipt.
pub(super) async fn by_hand(
    conn: &impl ConnectionTrait,
    (organization, community): (OrganizationId, CommunityId),
    receipts: &[&str],
) -> Result<HashMap<String, Vec<ByHand>>, DbErr> {
    let text = "SELECT p.receipt, p.account_id, p.amount_fen FROM payment p \
         JOIN account a ON a.organization_id = p.organization_id AND a.id = p.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE p.organization_id = $1 AND u.community_id = $2 AND p.reverses_id IS NULL \
         AND NOT EXISTS (SELECT 1 FROM payment r WHERE r.organization_id = p.organization_id AND r.reverses_id = p.id) \
         AND NOT EXISTS (SELECT 1 FROM source_key k WHERE k.organization_id = p.organization_id AND k.unit_id = u.id \
           AND k.kind = 'PAYMENT' AND k.entry_id = p.id) \
         AND p.receipt IN ";
    let mut found: HashMap<String, Vec<ByHand>> = HashMap::new();
    for some in receipts.chunks(BULK) {
        let rows = Sql::new(text, [organization.into(), community.into()]);
        for row in rows.list(some.iter().copied()).all::<ByHand>(conn).await? {
            found.entry(row.receipt.clone()).or_default().push(row);
        }
    }
    Ok(found)
}

/// An entry and whether it has been taken back by somebody.
pub(super) struct Entry<M> {
    pub(super) row: M,
    pub(super) taken_back: bool,
}

/// Entries of a kind by id, each with whether it has been taken back.
macro_rules! entries {
    ($(#[$doc:meta])* $name:ident, $table:ident) => {
        $(#[$doc])*
        pub(super) async fn $name(
            conn: &impl ConnectionTrait,
            organization: OrganizationId,
            ids: &[uuid::Uuid],
        ) -> Result<BTreeMap<uuid::Uuid, Entry<$table::Model>>, DbErr> {
            use $table::{Column, Entity};
            let mut found = BTreeMap::new();
            for some in ids.chunks(BULK) {
                let own = Column::OrganizationId.eq(organization);
                let among = Column::Id.is_in(few_lengths(some.iter().copied()));
                let back = Column::ReversesId.is_in(few_lengths(some.iter().copied()));
                let rows = Entity::find().filter(own).filter(among.or(back)).all(conn).await?;
                let back: HashSet<_> = rows.iter().filter_map(|row| row.reverses_id).collect();
                let entries = rows.into_iter().filter(|row| row.reverses_id.is_none());
                found.extend(entries.map(|row| {
                    let taken_back = back.contains(&row.id);
                    (row.id.into(), Entry { row, taken_back })
                }));
            }
            Ok(found)
        }
    };
}

entries! {
    /// Charges by id.
    charges, charge
}
entries! {
    /// Payments by id.
    payments, payment
}
entries! {
    /// Adjustments by id.
    adjustments, adjustment
}
