//! What a run is going to write, kept chunk by chunk, and the writing of a chunk.

use std::time::Instant;

use guanjia_books::UnitRow;
use guanjia_entity::import_run;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

use super::{
    identities,
    phases::{Phases, millis, since},
    plan::{Batch, StagedKey, StagedUnit},
};
use crate::{
    kernel::{
        Failure, Work,
        ids::{AccountId, ImportId, UnitId},
        sql::{Sql, insert_rows},
    },
    ledger,
    owners::{
        commands::{NewRegistered, NewUnit, open_units},
        events::AccountsChanged,
    },
};

/// What a book says of a unit that is new.
#[derive(Serialize, Deserialize)]
struct Said {
    building: String,
    entrance: String,
    number: String,
    area_centi_m2: Option<i64>,
    use_type: Option<String>,
    holders: Vec<String>,
    phones: Vec<String>,
}

impl From<UnitRow> for Said {
    fn from(row: UnitRow) -> Self {
        Self {
            building: row.room.building,
            entrance: row.room.entrance,
            number: row.room.number,
            area_centi_m2: row.area_centi_m2,
            use_type: row.use_,
            holders: row.holders.into_iter().map(|holder| holder.name).collect(),
            phones: row.phones,
        }
    }
}

/// Keeps a batch under a chunk.
pub(super) async fn stage(work: &Work, at: (ImportId, i64), batch: Batch) -> Result<(), Failure> {
    let place = [work.organization().into(), at.0.into(), at.1.into()];
    let mut units = Vec::new();
    for StagedUnit { unit, account, row } in batch.units {
        let said = serde_json::to_value(Said::from(row)).map_err(|e| Failure::broken("unit", e))?;
        let own = [unit.into(), account.into(), said.into()];
        units.push(place.iter().cloned().chain(own).collect());
    }
    let columns = ["organization_id", "import_id", "chunk", "unit_id", "account_id", "said"];
    insert_rows(work.conn(), ("staged_unit", &columns), units, "").await?;
    let columns = [
        "organization_id",
        "import_id",
        "chunk",
        "kind",
        "key",
        "unit_id",
        "entry_id",
        "print",
        "before_entry_id",
        "before_print",
        "before_import_id",
    ];
    let keys = batch.keys.into_iter().map(|key| {
        let StagedKey { kind, key, unit, entry, print, before } = key;
        let own = [kind.into(), key.into(), unit.into(), entry.into(), print.into()];
        let before = [
            before.as_ref().map(|before| before.entry_id).into(),
            before.as_ref().map(|before| before.print.clone()).into(),
            before.as_ref().map(|before| before.import_id).into(),
        ];
        place.iter().cloned().chain(own).chain(before).collect()
    });
    insert_rows(work.conn(), ("staged_key", &columns), keys, "").await?;
    identities::stage(work, at, batch.identities).await?;
    ledger::bulk::stage(work, at, batch.postings).await
}

/// Writes a chunk: units, then keys, then entries, each account whole. Answers how long each took.
pub(super) async fn write(
    work: &mut Work,
    run: &import_run::Model,
    chunk: i64,
) -> Result<Phases, Failure> {
    let mut phases = Phases::default();
    let begin = Instant::now();
    write_units(work, run, chunk).await?;
    identities::hand_over(work, (run.id, chunk)).await?;
    phases.registry = since(begin);
    let begin = Instant::now();
    write_keys(work, run, chunk).await?;
    phases.keys = since(begin);
    phases.entries = millis(ledger::bulk::enter(work, run.id, chunk).await?);
    Ok(phases)
}

async fn write_units(work: &mut Work, run: &import_run::Model, chunk: i64) -> Result<(), Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        unit_id: UnitId,
        account_id: AccountId,
        said: serde_json::Value,
    }
    let text = "SELECT unit_id, account_id, said FROM staged_unit WHERE organization_id = $1 AND import_id = $2 AND chunk = $3";
    let place = || [work.organization().into(), run.id.into(), chunk.into()];
    let rows: Vec<Row> = Sql::new(text, place()).all(work.conn()).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let text =
        "DELETE FROM staged_unit WHERE organization_id = $1 AND import_id = $2 AND chunk = $3";
    Sql::new(text, place()).run(work.conn()).await?;
    let mut list = Vec::with_capacity(rows.len());
    for row in rows {
        let said: Said =
            serde_json::from_value(row.said).map_err(|e| Failure::broken("staged unit", e))?;
        let new = NewUnit {
            building: said.building,
            entrance: said.entrance,
            number: said.number,
            area_centi_m2: said.area_centi_m2,
            use_type: said.use_type,
        };
        let (unit, account) = (row.unit_id, row.account_id);
        let (holders, phones) = (said.holders, said.phones);
        list.push(NewRegistered { unit, account, new, holders, phones });
    }
    open_units(work, run.community_id, &list).await?;
    work.emit_summed(AccountsChanged::of(list.iter().map(|one| one.account)));
    Ok(())
}

/// What was changed stays staged, so that it can be taken back; the rest goes.
async fn write_keys(work: &Work, run: &import_run::Model, chunk: i64) -> Result<(), Failure> {
    let text = "INSERT INTO source_key (organization_id, community_id, kind, key, entry_id, print, import_id, unit_id) \
         SELECT s.organization_id, $4, s.kind, s.key, s.entry_id, s.print, s.import_id, s.unit_id FROM staged_key s \
         WHERE s.organization_id = $1 AND s.import_id = $2 AND s.chunk = $3 \
         ON CONFLICT (organization_id, community_id, kind, key) DO UPDATE \
         SET entry_id = excluded.entry_id, print = excluded.print, import_id = excluded.import_id";
    let place = || [work.organization().into(), run.id.into(), chunk.into()];
    let values = place().into_iter().chain([run.community_id.into()]);
    Sql::new(text, values).run(work.conn()).await?;
    let text = "DELETE FROM staged_key WHERE organization_id = $1 AND import_id = $2 AND chunk = $3 \
         AND before_entry_id IS NULL";
    Sql::new(text, place()).run(work.conn()).await?;
    Ok(())
}

/// Lets go of what is staged and not written: the chunks from this one on.
pub(super) async fn forget_from(work: &Work, import: ImportId, from: i64) -> Result<(), Failure> {
    for table in ["staged_unit", "staged_key", "staged_identity"] {
        let text = format!(
            "DELETE FROM {table} WHERE organization_id = $1 AND import_id = $2 AND chunk >= $3"
        );
        let values = [work.organization().into(), import.into(), from.into()];
        Sql::new(&text, values).run(work.conn()).await?;
    }
    ledger::bulk::forget(work, import, None).await
}
