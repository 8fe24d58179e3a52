//! Units, accounts and parties by the hundred, as the books bring them: statements over all of them, none per row.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{FromQueryResult, Value};

use super::NewUnit;
use crate::{
    kernel::{
        Failure, Work,
        ids::{self, AccountId, CommunityId, ContactPointId, HolderId, PartyId, UnitId},
        sql::{BULK, Sql, insert_rows},
    },
    owners::{
        events::RegistryChanged,
        points::{PointKind, PointStatus},
    },
};

/// Where what is learned from the books comes from.
const SOURCE: &str = "BOOKS";

/// A unit that is new, with whom the books name as its holders.
pub struct Registered {
    /// Its id.
    pub unit: UnitId,
    /// The id of its first account, whose beginning is unknown.
    pub account: AccountId,
    /// What it is.
    pub new: NewUnit,
    /// Names, in their order.
    pub holders: Vec<String>,
    /// Telephone numbers of the first holder; the first one identifies them.
    pub phones: Vec<String>,
}

/// Same name and same number is one party.
type Key = (String, String);

/// Somebody who holds an account.
struct Holder<'r> {
    account: AccountId,
    position: i64,
    name: &'r str,
    phones: &'r [String],
}

impl Holder<'_> {
    fn key(&self) -> Option<Key> {
        self.phones.first().map(|number| (self.name.to_owned(), number.clone()))
    }
}

/// Makes all of them. A party that is known by name and number is taken; a name alone is always a new one.
pub async fn open_units(
    work: &mut Work,
    community: CommunityId,
    list: &[Registered],
) -> Result<(), Failure> {
    put_units(work, community, list).await?;
    let mut holders = Vec::new();
    for one in list {
        for (position, name) in (0..).zip(&one.holders) {
            let phones = if position == 0 { one.phones.as_slice() } else { &[] };
            holders.push(Holder { account: one.account, position, name, phones });
        }
    }
    let parties = parties(work, &holders).await?;
    let organization: Value = work.organization().into();
    let rows = holders.iter().zip(&parties).map(|(holder, party)| {
        let id: HolderId = ids::fresh();
        let (account, position) = (holder.account.into(), holder.position.into());
        vec![organization.clone(), id.into(), account, (*party).into(), position]
    });
    let columns = ["organization_id", "id", "account_id", "party_id", "position"];
    insert_rows(work.conn(), ("account_holder", &columns), rows.collect::<Vec<_>>(), "").await?;
    for one in list {
        work.emit_summed(RegistryChanged::of_unit(one.unit));
    }
    for party in parties {
        work.emit_summed(RegistryChanged::of_party(party));
    }
    Ok(())
}

async fn put_units(
    work: &Work,
    community: CommunityId,
    list: &[Registered],
) -> Result<(), Failure> {
    let organization: Value = work.organization().into();
    let units = list.iter().map(|Registered { unit, new, .. }| {
        vec![
            organization.clone(),
            (*unit).into(),
            community.into(),
            new.building.clone().into(),
            new.entrance.clone().into(),
            new.number.clone().into(),
            new.area_centi_m2.into(),
            new.use_type.clone().into(),
            work.now.into(),
        ]
    });
    let columns = [
        "organization_id",
        "id",
        "community_id",
        "building",
        "entrance",
        "number",
        "area_centi_m2",
        "use_type",
        "created_at",
    ];
    insert_rows(work.conn(), ("unit", &columns), units.collect::<Vec<_>>(), "").await?;
    let accounts = list.iter().map(|one| {
        vec![organization.clone(), one.account.into(), one.unit.into(), work.now.into()]
    });
    let columns = ["organization_id", "id", "unit_id", "created_at"];
    let accounts: Vec<_> = accounts.collect();
    Ok(insert_rows(work.conn(), ("account", &columns), accounts, "").await?)
}

/// The party of each holder, in their order.
async fn parties(work: &Work, holders: &[Holder<'_>]) -> Result<Vec<PartyId>, Failure> {
    let keys: BTreeSet<Key> = holders.iter().filter_map(Holder::key).collect();
    let known = known(work, &keys).await?;
    let mut new: BTreeMap<Key, PartyId> = BTreeMap::new();
    let mut made: Vec<(PartyId, &Holder<'_>)> = Vec::new();
    for holder in holders {
        match holder.key() {
            Some(key) if known.contains_key(&key) || new.contains_key(&key) => {}
            key => {
                let id: PartyId = ids::fresh();
                new.extend(key.map(|key| (key, id)));
                made.push((id, holder));
            }
        }
    }
    put_parties(work, &made).await?;
    put_keys(work, &new).await?;
    // Two who name the same person at once: the first has the key, the second takes the first one's party.
    let keys: BTreeSet<Key> = new.keys().cloned().collect();
    let mut of_key = self::known(work, &keys).await?;
    let lost: BTreeSet<PartyId> = new
        .iter()
        .filter(|(key, id)| of_key.get(*key).is_some_and(|winner| winner != *id))
        .map(|(_, id)| *id)
        .collect();
    if !lost.is_empty() {
        let text = "DELETE FROM party WHERE organization_id = $1 AND id IN ";
        let delete = Sql::new(text, [work.organization().into()]);
        delete.list(lost.iter().copied()).run(work.conn()).await?;
    }
    made.retain(|(id, _)| !lost.contains(id));
    put_points(work, &made).await?;
    of_key.extend(known);
    let mut unnamed = made.iter().filter(|(_, holder)| holder.phones.is_empty());
    let party = |holder: &Holder<'_>| match holder.key() {
        Some(key) => of_key.get(&key).copied(),
        None => unnamed.next().map(|(id, _)| *id),
    };
    let found: Option<Vec<PartyId>> = holders.iter().map(party).collect();
    found.ok_or_else(|| Failure::broken("party", "a holder without one"))
}

async fn known(work: &Work, keys: &BTreeSet<Key>) -> Result<BTreeMap<Key, PartyId>, Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        name: String,
        number: String,
        party_id: PartyId,
    }
    let keys: Vec<&Key> = keys.iter().collect();
    let mut known = BTreeMap::new();
    for some in keys.chunks(BULK) {
        let text =
            "SELECT name, number, party_id FROM party_key WHERE organization_id = $1 AND name IN ";
        let names = Sql::new(text, [work.organization().into()]);
        let names = names.list(some.iter().map(|(name, _)| name.clone())).push(" AND number IN ");
        let numbers = names.list(some.iter().map(|(_, number)| number.clone()));
        let rows: Vec<Row> = numbers.all(work.conn()).await?;
        known.extend(rows.into_iter().map(|row| ((row.name, row.number), row.party_id)));
    }
    known.retain(|key, _| keys.binary_search(&key).is_ok());
    Ok(known)
}

async fn put_parties(work: &Work, made: &[(PartyId, &Holder<'_>)]) -> Result<(), Failure> {
    let rows = made.iter().map(|(id, holder)| {
        let name = holder.name.to_owned();
        let organization = work.organization().into();
        vec![organization, (*id).into(), "PERSON".into(), name.into(), work.now.into()]
    });
    let columns = ["organization_id", "id", "kind", "name", "created_at"];
    Ok(insert_rows(work.conn(), ("party", &columns), rows.collect::<Vec<_>>(), "").await?)
}

async fn put_keys(work: &Work, new: &BTreeMap<Key, PartyId>) -> Result<(), Failure> {
    let rows = new.iter().map(|((name, number), id)| {
        vec![work.organization().into(), name.clone().into(), number.clone().into(), (*id).into()]
    });
    let columns = ["organization_id", "name", "number", "party_id"];
    let tail = " ON CONFLICT (organization_id, name, number) DO NOTHING";
    Ok(insert_rows(work.conn(), ("party_key", &columns), rows.collect::<Vec<_>>(), tail).await?)
}

async fn put_points(work: &Work, made: &[(PartyId, &Holder<'_>)]) -> Result<(), Failure> {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for (party, holder) in made {
        for (position, number) in (0_i64..).zip(holder.phones) {
            let id: ContactPointId = ids::fresh();
            rows.push(vec![
                work.organization().into(),
                id.into(),
                (*party).into(),
                PointKind::of_number(number).name().into(),
                number.clone().into(),
                PointStatus::Valid.name().into(),
                SOURCE.into(),
                position.into(),
                work.now.into(),
                work.now.into(),
            ]);
        }
    }
    let columns = [
        "organization_id",
        "id",
        "party_id",
        "kind",
        "value",
        "status",
        "source",
        "position",
        "created_at",
        "status_at",
    ];
    Ok(insert_rows(work.conn(), ("contact_point", &columns), rows, "").await?)
}
