//! Taking an import back: its entries are reversed, what it had changed is entered again as it was, and its rows are
//! forgotten, so that the same file can come anew. Units and accounts that it made stay, owing nothing.

mod plan;

use std::collections::{BTreeMap, BTreeSet};

use guanjia_entity::{import_run, source_key};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter};
use serde_json::json;

use self::plan::{Before, Plan};
use super::{
    events::ImportTakenBack,
    known, queries,
    runs::{State, state_of},
    store::{self, Turned},
};
use crate::{
    kernel::{
        Failure, Problem, ProblemCode, Text, Work, audit,
        ids::{AccountId, ImportId, UnitId},
        sql::{Sql, few_lengths},
    },
    ledger::commands::{Postings, post},
    people,
};

/// Units whose rows are taken back in one transaction.
const UNITS_AT_ONCE: i64 = 100;

/// Asks that an import be taken back, unless something was built on it.
pub async fn ask(work: &mut Work, id: ImportId) -> Result<(), Failure> {
    let run = queries::run_of(work.conn(), work.organization(), id).await?;
    people::queries::lock_community(work.conn(), run.organization_id, run.community_id).await?;
    // Read again behind the lock: it may have been taken back meanwhile.
    let run = queries::run_of(work.conn(), work.organization(), id).await?;
    if !matches!(state_of(&run), State::Done | State::Failed) {
        return refuse(
            "只有已完成或失败的导入可以撤回",
            "only an import that is done or failed can be taken back",
        );
    }
    if corrected_later(work, &run).await? {
        let (zh, en) = (
            "之后的导入更正了它的记录,请先撤回之后的导入",
            "a later import corrected its rows; take that one back first",
        );
        return refuse(zh, en);
    }
    if reversed_by_hand(work, &run).await? {
        let (zh, en) =
            ("它的记录已有人手工冲销,不能撤回", "somebody reversed entries of it by hand");
        return refuse(zh, en);
    }
    if adjusted(work, &run).await? {
        let (zh, en) = ("它的应收已有减免或调整,不能撤回", "charges of it were waived or adjusted");
        return refuse(zh, en);
    }
    work.emit(ImportTakenBack { made: accounts_made(work, &run).await? });
    let to =
        Turned { state: State::TakingBack, summary: None, chunks: run.chunks, finished_at: None };
    store::turn(work, id, to).await?;
    audit::record(work, "IMPORT_TO_TAKE_BACK", Some(id.into()), json!({})).await
}

fn refuse(zh: &str, en: &str) -> Result<(), Failure> {
    let text = Text::new(zh, en);
    Err(Failure::problem(Problem::at("importId", ProblemCode::Inconsistent, text)))
}

#[derive(FromQueryResult)]
struct Count {
    n: i64,
}

async fn corrected_later(work: &Work, run: &import_run::Model) -> Result<bool, Failure> {
    let text = "SELECT COUNT(*) AS n FROM staged_key s \
         JOIN import_run r ON r.organization_id = s.organization_id AND r.id = s.import_id \
         WHERE s.organization_id = $1 AND s.before_import_id = $2 AND s.import_id <> $2 \
         AND r.state IN ('APPLYING', 'DONE', 'FAILED', 'TAKING_BACK')";
    let values = || [run.organization_id.into(), run.id.into()];
    let changed = Sql::new(text, values()).one::<Count>(work.conn()).await?;
    // A waiver that came later lies on the charge of this run.
    let text = "SELECT COUNT(*) AS n FROM source_key k JOIN source_key w ON w.organization_id = k.organization_id \
         AND w.community_id = k.community_id AND w.kind = 'WAIVER' AND w.key = 'waived|' || k.key \
         JOIN import_run r ON r.organization_id = w.organization_id AND r.id = w.import_id \
         WHERE k.organization_id = $1 AND k.community_id = $3 AND k.kind = 'CHARGE' AND k.import_id = $2 \
         AND r.turn > $4";
    let values = values().into_iter().chain([run.community_id.into(), run.turn.into()]);
    let waived = Sql::new(text, values).one::<Count>(work.conn()).await?;
    Ok([changed, waived].into_iter().flatten().any(|row| row.n > 0))
}

async fn reversed_by_hand(work: &Work, run: &import_run::Model) -> Result<bool, Failure> {
    let tables = [("charge", "CHARGE"), ("adjustment", "WAIVER"), ("payment", "PAYMENT")];
    for (table, kind) in tables {
        let text = format!(
            "SELECT COUNT(*) AS n FROM source_key k JOIN {table} r ON r.organization_id = k.organization_id \
             AND r.reverses_id = k.entry_id WHERE k.organization_id = $1 AND k.community_id = $2 AND k.kind = $3 \
             AND k.import_id = $4"
        );
        let place =
            [run.organization_id.into(), run.community_id.into(), kind.into(), run.id.into()];
        let row = Sql::new(&text, place).one::<Count>(work.conn()).await?;
        if row.is_some_and(|row| row.n > 0) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn adjusted(work: &Work, run: &import_run::Model) -> Result<bool, Failure> {
    let text = "SELECT COUNT(*) AS n FROM source_key k JOIN adjustment j ON j.organization_id = k.organization_id \
         AND j.charge_id = k.entry_id WHERE k.organization_id = $1 AND k.community_id = $2 AND k.kind = 'CHARGE' \
         AND k.import_id = $3 AND j.import_id IS NULL";
    let place = [run.organization_id.into(), run.community_id.into(), run.id.into()];
    let row = Sql::new(text, place).one::<Count>(work.conn()).await?;
    Ok(row.is_some_and(|row| row.n > 0))
}

async fn accounts_made(
    work: &Work,
    run: &import_run::Model,
) -> Result<BTreeSet<AccountId>, Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        id: AccountId,
    }
    let text = "SELECT a.id FROM source_key k JOIN account a ON a.organization_id = k.organization_id \
         AND a.unit_id = k.entry_id WHERE k.organization_id = $1 AND k.community_id = $2 AND k.kind = 'UNIT' \
         AND k.import_id = $3";
    let place = [run.organization_id.into(), run.community_id.into(), run.id.into()];
    let rows: Vec<Row> = Sql::new(text, place).all(work.conn()).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Takes back the rows of some units, each whole. Answers whether there was anything left to take back.
pub(super) async fn some(work: &mut Work, run: &import_run::Model) -> Result<bool, Failure> {
    let units = units_left(work, run).await?;
    if units.is_empty() {
        return Ok(false);
    }
    let own = source_key::Entity::find()
        .filter(source_key::Column::OrganizationId.eq(run.organization_id))
        .filter(source_key::Column::UnitId.is_in(few_lengths(units.iter().copied())))
        .filter(source_key::Column::ImportId.eq(run.id))
        .filter(source_key::Column::Kind.ne("UNIT"));
    let keys = own.all(work.conn()).await?;
    let before = before(work, run, &units).await?;
    let mut plan = Plan {
        postings: Postings { import: Some(run.id), ..Postings::default() },
        ..Plan::default()
    };
    let entries = |kind: &str| -> Vec<uuid::Uuid> {
        let of_kind = keys.iter().filter(|key| key.kind == kind);
        let now = of_kind.map(|key| key.entry_id);
        let before = before.iter().filter(|((of, _), _)| of == kind).map(|(_, old)| old.entry);
        now.chain(before).collect()
    };
    let charges = known::charges(work.conn(), run.organization_id, &entries("CHARGE")).await?;
    let payments = known::payments(work.conn(), run.organization_id, &entries("PAYMENT")).await?;
    let waivers = known::adjustments(work.conn(), run.organization_id, &entries("WAIVER")).await?;
    for key in &keys {
        let old = before.get(&(key.kind.clone(), key.key.clone()));
        match key.kind.as_str() {
            "CHARGE" => plan.take_back(key, (&charges, old)),
            "WAIVER" => plan.take_back(key, (&waivers, old)),
            _ => plan.take_back(key, (&payments, old)),
        }
    }
    let Plan { postings, restored } = plan;
    post(work, postings).await?;
    restore(work, run, restored).await?;
    forget(work, run, &units).await?;
    Ok(true)
}

/// Says that it is taken back.
pub(super) async fn finish(work: &mut Work, run: &import_run::Model) -> Result<(), Failure> {
    super::staging::forget_from(work, run.id, 0).await?;
    store::take_turn(work, run).await?;
    let to = Turned {
        state: State::TakenBack,
        summary: None,
        chunks: run.chunks,
        finished_at: Some(work.now),
    };
    store::turn(work, run.id, to).await?;
    audit::record(work, "IMPORT_TAKEN_BACK", Some(run.id.into()), json!({})).await
}

async fn units_left(work: &Work, run: &import_run::Model) -> Result<Vec<UnitId>, Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        unit_id: UnitId,
    }
    let text = "SELECT DISTINCT unit_id FROM source_key WHERE organization_id = $1 AND community_id = $2 \
         AND import_id = $3 AND kind <> 'UNIT' AND unit_id IS NOT NULL ORDER BY unit_id LIMIT $4";
    let place = [run.organization_id.into(), run.community_id.into(), run.id.into()];
    let values = place.into_iter().chain([UNITS_AT_ONCE.into()]);
    let rows: Vec<Row> = Sql::new(text, values).all(work.conn()).await?;
    Ok(rows.into_iter().map(|row| row.unit_id).collect())
}

async fn before(
    work: &Work,
    run: &import_run::Model,
    units: &[UnitId],
) -> Result<BTreeMap<(String, String), Before>, Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        kind: String,
        key: String,
        before_entry_id: uuid::Uuid,
        before_print: String,
        before_import_id: ImportId,
    }
    // If a run was tried twice, the first try knows what was there before it.
    let text = "SELECT kind, key, before_entry_id, before_print, before_import_id FROM staged_key \
         WHERE organization_id = $1 AND import_id = $2 AND before_import_id <> $2 AND unit_id IN ";
    let values = [run.organization_id.into(), run.id.into()];
    let rows: Vec<Row> =
        Sql::new(text, values).list(units.iter().copied()).all(work.conn()).await?;
    let named = rows.into_iter().map(|row| {
        let Row { kind, key, before_entry_id, before_print, before_import_id } = row;
        let old = Before { entry: before_entry_id, print: before_print, import: before_import_id };
        ((kind, key), old)
    });
    Ok(named.collect())
}

async fn restore(
    work: &Work,
    run: &import_run::Model,
    restored: Vec<(String, String, Before)>,
) -> Result<(), Failure> {
    let text = "UPDATE source_key SET entry_id = $5, print = $6, import_id = $7 \
         WHERE organization_id = $1 AND community_id = $2 AND kind = $3 AND key = $4";
    for (kind, key, old) in restored {
        let place = [run.organization_id.into(), run.community_id.into(), kind.into(), key.into()];
        let was = [old.entry.into(), old.print.into(), old.import.into()];
        Sql::new(text, place.into_iter().chain(was)).run(work.conn()).await?;
    }
    Ok(())
}

/// Forgets the rows that only this import brought.
async fn forget(work: &Work, run: &import_run::Model, units: &[UnitId]) -> Result<(), Failure> {
    let text = "DELETE FROM source_key WHERE organization_id = $1 AND community_id = $2 AND import_id = $3 \
         AND kind <> 'UNIT' AND unit_id IN ";
    let place = [run.organization_id.into(), run.community_id.into(), run.id.into()];
    Sql::new(text, place).list(units.iter().copied()).run(work.conn()).await?;
    Ok(())
}
