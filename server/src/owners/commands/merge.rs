//! Two parties that are one, and taking that back. Nothing is moved (see [`aliases`]).

use std::collections::HashMap;

use guanjia_entity::{party_alias, party_merge};
use sea_orm::EntityTrait;
use serde::Serialize;

use super::history::{Change, note, parties_changed, problem, reached};
use crate::{
    kernel::{
        Failure, ProblemCode, Work,
        ids::{self, MergeId, PartyId},
        sql::Sql,
    },
    owners::{aliases, parties::ChangeKind, queries, store},
};

/// Two parties that are one.
#[derive(Clone, Debug, Serialize)]
pub struct MergeParties {
    /// The one that stays.
    pub keep: PartyId,
    /// The one whose id comes to stand for it.
    pub merge: PartyId,
}

/// Makes one party of two. Everything of the second is read as the first one's; its id goes on working.
pub async fn merge_parties(work: &mut Work, input: MergeParties) -> Result<MergeId, Failure> {
    reached(work, input.keep, "keepId").await?;
    reached(work, input.merge, "mergeId").await?;
    let (winner, loser) = lock_both(work, (input.keep, input.merge)).await?;
    if winner == loser {
        let text = ("二者已是同一当事人", "they are one party already");
        return problem("mergeId", ProblemCode::Duplicate, text);
    }
    let row = party_merge::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        loser_id: loser,
        winner_id: winner,
        merged_by: work.actor()?.person,
        merged_at: work.now,
        undone_by: None,
        undone_at: None,
    };
    let id = row.id;
    party_merge::Entity::insert(party_merge::ActiveModel::from(row))
        .exec_without_returning(work.conn())
        .await?;
    let others = store::parties::aliases(work.conn(), work.organization(), &[loser]).await?;
    for other in others {
        store::registry::point_alias(work, (other.id, winner)).await?;
    }
    let alias = party_alias::Model {
        organization_id: work.organization(),
        id: loser,
        direct_id: winner,
        party_id: winner,
    };
    store::registry::insert_alias(work, alias).await?;
    let change = |party, other: PartyId| {
        Change::of_party(ChangeKind::PartiesMerged, party).after(other.to_string())
    };
    note(work, vec![change(winner, loser), change(loser, winner)]).await?;
    parties_changed(work, &[winner]).await?;
    Ok(id)
}

/// The parties behind two ids, locked. Merged away between the looking and the lock, they are looked up again.
async fn lock_both(
    work: &Work,
    (keep, merge): (PartyId, PartyId),
) -> Result<(PartyId, PartyId), Failure> {
    let organization = work.organization();
    let both = async || {
        let keep = queries::canonical(work.conn(), organization, keep).await?;
        Ok::<_, Failure>((keep, queries::canonical(work.conn(), organization, merge).await?))
    };
    let (winner, loser) = both().await?;
    store::parties::lock(work, &[winner, loser]).await?;
    if both().await? == (winner, loser) {
        return Ok((winner, loser));
    }
    let text = ("当事人刚被合并,请刷新后重试", "one of them was merged just now; look again");
    problem("mergeId", ProblemCode::Inconsistent, text)
}

/// Takes a merge back: what each id stood for before, it stands for again, and everything that was written under it is its
/// own again. What was written since under the one that stayed remains there.
pub async fn undo_merge(work: &mut Work, id: MergeId) -> Result<(PartyId, PartyId), Failure> {
    let organization = work.organization();
    let row = store::registry::merge(work.conn(), organization, id).await?;
    let row = row.ok_or(Failure::NotFound)?;
    if matches!(reached(work, row.winner_id, "mergeId").await, Err(Failure::Problems(_))) {
        return Err(Failure::NotFound);
    }
    reached(work, row.winner_id, "mergeId").await?;
    let party = queries::canonical(work.conn(), organization, row.winner_id).await?;
    store::parties::lock(work, &[party, row.loser_id]).await?;
    let text = "UPDATE party_merge SET undone_by = $3, undone_at = $4 \
         WHERE organization_id = $1 AND id = $2 AND undone_at IS NULL";
    let person = work.actor()?.person;
    let values = [organization.into(), id.into(), person.into(), work.now.into()];
    if Sql::new(text, values).run(work.conn()).await? == 0 {
        // Taken back already: the same outcome.
        return Ok((row.winner_id, row.loser_id));
    }
    let party = queries::canonical(work.conn(), organization, row.winner_id).await?;
    let others = store::parties::aliases(work.conn(), organization, &[party]).await?;
    let direct: HashMap<PartyId, PartyId> = others
        .iter()
        .filter(|alias| alias.id != row.loser_id)
        .map(|alias| (alias.id, alias.direct_id))
        .collect();
    store::registry::drop_alias(work, row.loser_id).await?;
    for id in direct.keys() {
        let stands_for = aliases::follow(&direct, *id);
        if stands_for != party {
            store::registry::point_alias(work, (*id, stands_for)).await?;
        }
    }
    let change = |party, other: PartyId| {
        Change::of_party(ChangeKind::MergeUndone, party).after(other.to_string())
    };
    let changes = vec![change(row.winner_id, row.loser_id), change(row.loser_id, row.winner_id)];
    note(work, changes).await?;
    parties_changed(work, &[row.winner_id, row.loser_id]).await?;
    Ok((row.winner_id, row.loser_id))
}
