//! SQL of runs: their rows, files, problems, and who works on them.

use chrono::NaiveDate;
use guanjia_books::Problem;
use guanjia_entity::{import_mapping, import_problem, import_run};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::runs::State;
use crate::kernel::{
    Moment, Work,
    ids::{CommunityId, ImportId, OrganizationId},
    sql::{Sql, insert_rows},
};

pub(super) async fn insert_run(
    conn: &impl ConnectionTrait,
    row: import_run::Model,
) -> Result<(), DbErr> {
    import_run::Entity::insert(import_run::ActiveModel::from(row))
        .exec_without_returning(conn)
        .await
        .map(drop)
}

pub(super) async fn run(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
) -> Result<Option<import_run::Model>, DbErr> {
    import_run::Entity::find_by_id((organization, id)).one(conn).await
}

/// The runs of a community, the newest first, after one of them.
pub(super) async fn runs(
    conn: &impl ConnectionTrait,
    (organization, community): (OrganizationId, CommunityId),
    (count, after): (usize, Option<ImportId>),
) -> Result<Vec<import_run::Model>, DbErr> {
    let mut found = import_run::Entity::find()
        .filter(import_run::Column::OrganizationId.eq(organization))
        .filter(import_run::Column::CommunityId.eq(community));
    if let Some(after) = after {
        found = found.filter(import_run::Column::Id.lt(after));
    }
    let limit = u64::try_from(count).unwrap_or(u64::MAX);
    found.order_by_desc(import_run::Column::Id).limit(limit).all(conn).await
}

/// What changes in a run when it comes to another state.
pub(super) struct Turned<'s> {
    pub(super) state: State,
    pub(super) summary: Option<&'s serde_json::Value>,
    pub(super) chunks: i64,
    pub(super) finished_at: Option<Moment>,
}

/// Brings a run into another state and lets go of it, unless it goes on.
pub(super) async fn turn(work: &Work, id: ImportId, to: Turned<'_>) -> Result<(), DbErr> {
    let text = "UPDATE import_run SET state = $3, chunks = $4, finished_at = $5";
    let key = [work.organization().into(), id.into(), to.state.name().into()];
    let values = key.into_iter().chain([to.chunks.into(), to.finished_at.into()]);
    let mut update = Sql::new(text, values);
    if let Some(summary) = to.summary {
        update = update.push(", summary = ").bind(summary.clone());
    }
    if !to.state.is_under_way() {
        update = update.push(", lease_owner = NULL, lease_until = NULL");
    }
    update.push(" WHERE organization_id = $1 AND id = $2").run(work.conn()).await.map(drop)
}

/// The highest turn of a community, of all runs or of the others.
pub(super) async fn last_turn(
    conn: &impl ConnectionTrait,
    run: &import_run::Model,
) -> Result<i64, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        turn: Option<i64>,
    }
    let text = "SELECT MAX(turn) AS turn FROM import_run WHERE organization_id = $1 AND community_id = $2 AND id <> $3";
    let values = [run.organization_id.into(), run.community_id.into(), run.id.into()];
    let row = Sql::new(text, values).one::<Row>(conn).await?;
    Ok(row.and_then(|row| row.turn).unwrap_or(0))
}

/// Takes the next turn of the community for a run.
pub(super) async fn take_turn(work: &Work, run: &import_run::Model) -> Result<(), DbErr> {
    let last = last_turn(work.conn(), run).await?.max(run.turn);
    let text = "UPDATE import_run SET turn = $3, planned_after = $4 WHERE organization_id = $1 AND id = $2";
    let values = [run.organization_id.into(), run.id.into(), (last + 1).into(), last.into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

pub(super) async fn chunk_done(work: &Work, id: ImportId, done: i64) -> Result<(), DbErr> {
    let text = "UPDATE import_run SET chunks_done = $3 WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), id.into(), done.into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// Asks that a run be read again and applied.
pub(super) async fn ask(
    work: &Work,
    id: ImportId,
    known_to: Option<NaiveDate>,
) -> Result<(), DbErr> {
    let text = "UPDATE import_run SET state = 'READING', applies = $3, known_to = $4, finished_at = NULL \
         WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), id.into(), true.into(), known_to.into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

pub(super) async fn propose(
    work: &Work,
    id: ImportId,
    known_to: Option<NaiveDate>,
) -> Result<(), DbErr> {
    let text =
        "UPDATE import_run SET proposed_known_to = $3 WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), id.into(), known_to.into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// Runs that somebody must work on and nobody does, the oldest of each community.
pub(super) async fn to_do(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    now: Moment,
) -> Result<Vec<(CommunityId, ImportId)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        community_id: CommunityId,
        id: ImportId,
        held: bool,
    }
    let text = "SELECT community_id, id, CASE WHEN lease_until > $2 THEN $3 ELSE $4 END AS held FROM import_run \
         WHERE organization_id = $1 AND state IN ('READING', 'APPLYING', 'TAKING_BACK') ORDER BY community_id, id";
    let values = [organization.into(), now.into(), true.into(), false.into()];
    let rows: Vec<Row> = Sql::new(text, values).all(conn).await?;
    let held: Vec<_> = rows.iter().filter(|row| row.held).map(|row| row.community_id).collect();
    let mut heads: Vec<(CommunityId, ImportId)> = Vec::new();
    for row in rows {
        let second = heads.last().is_some_and(|(community, _)| *community == row.community_id);
        if !second && !held.contains(&row.community_id) {
            heads.push((row.community_id, row.id));
        }
    }
    Ok(heads)
}

/// Takes the lease of a run; whoever held another one in the community holds none any more.
pub(super) async fn take_lease(
    work: &Work,
    (community, id): (CommunityId, ImportId),
    (owner, until): (uuid::Uuid, Moment),
) -> Result<(), DbErr> {
    let text = "UPDATE import_run SET lease_owner = NULL, lease_until = NULL \
         WHERE organization_id = $1 AND community_id = $2 AND lease_owner IS NOT NULL";
    Sql::new(text, [work.organization().into(), community.into()]).run(work.conn()).await?;
    let text = "UPDATE import_run SET lease_owner = $3, lease_until = $4 WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), id.into(), owner.into(), until.into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// Holds a lease longer and locks the run; answers whether it was still held.
pub(super) async fn renew_lease(
    work: &Work,
    id: ImportId,
    (owner, until): (uuid::Uuid, Moment),
) -> Result<bool, DbErr> {
    let text = "UPDATE import_run SET lease_until = $4 WHERE organization_id = $1 AND id = $2 AND lease_owner = $3";
    let values = [work.organization().into(), id.into(), owner.into(), until.into()];
    Ok(Sql::new(text, values).run(work.conn()).await? > 0)
}

/// Lets go of a run before its lease ends.
pub(super) async fn drop_lease(work: &Work, id: ImportId, owner: uuid::Uuid) -> Result<(), DbErr> {
    let text = "UPDATE import_run SET lease_owner = NULL, lease_until = NULL \
         WHERE organization_id = $1 AND id = $2 AND lease_owner = $3";
    let values = [work.organization().into(), id.into(), owner.into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// The names of a run's files.
pub(super) async fn file_names(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    import: ImportId,
) -> Result<Vec<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        name: String,
    }
    let text = "SELECT name FROM import_file WHERE organization_id = $1 AND import_id = $2 ORDER BY ordinal";
    let rows: Vec<Row> = Sql::new(text, [organization.into(), import.into()]).all(conn).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Puts the list of problems in the place of what was there; each with the file that it is in.
pub(super) async fn put_problems(
    work: &Work,
    import: ImportId,
    problems: &[(i64, Problem)],
) -> Result<(), DbErr> {
    let text = "DELETE FROM import_problem WHERE organization_id = $1 AND import_id = $2";
    Sql::new(text, [work.organization().into(), import.into()]).run(work.conn()).await?;
    let columns = [
        "organization_id",
        "import_id",
        "ordinal",
        "file",
        "sheet",
        "row_number",
        "column_name",
        "value",
        "severity",
        "code",
        "zh",
        "en",
    ];
    let rows = (1_i64..).zip(problems).map(|(ordinal, (file, problem))| {
        vec![
            work.organization().into(),
            import.into(),
            ordinal.into(),
            (*file).into(),
            problem.at.sheet.clone().into(),
            i64::from(problem.at.row).into(),
            problem.at.column.clone().into(),
            problem.value.clone().into(),
            super::runs::severity_name(problem.severity).into(),
            problem.code.into(),
            problem.zh.clone().into(),
            problem.en.clone().into(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    insert_rows(work.conn(), ("import_problem", &columns), rows, "").await
}

/// Problems of a run in their order, after one of them.
pub(super) async fn problems(
    conn: &impl ConnectionTrait,
    (organization, import): (OrganizationId, ImportId),
    (count, after): (usize, i64),
) -> Result<Vec<import_problem::Model>, DbErr> {
    import_problem::Entity::find()
        .filter(import_problem::Column::OrganizationId.eq(organization))
        .filter(import_problem::Column::ImportId.eq(import))
        .filter(import_problem::Column::Ordinal.gt(after))
        .order_by_asc(import_problem::Column::Ordinal)
        .limit(u64::try_from(count).unwrap_or(u64::MAX))
        .all(conn)
        .await
}

/// How many problems of each severity a run has.
pub(super) async fn problem_counts(
    conn: &impl ConnectionTrait,
    (organization, import): (OrganizationId, ImportId),
) -> Result<Vec<(String, i64)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        severity: String,
        n: i64,
    }
    let text = "SELECT severity, COUNT(*) AS n FROM import_problem WHERE organization_id = $1 AND import_id = $2 GROUP BY severity";
    let rows: Vec<Row> = Sql::new(text, [organization.into(), import.into()]).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.severity, row.n)).collect())
}

/// The saved mappings of a community, by name.
pub(super) async fn mappings(
    conn: &impl ConnectionTrait,
    (organization, community): (OrganizationId, CommunityId),
) -> Result<Vec<import_mapping::Model>, DbErr> {
    import_mapping::Entity::find()
        .filter(import_mapping::Column::OrganizationId.eq(organization))
        .filter(import_mapping::Column::CommunityId.eq(community))
        .order_by_asc(import_mapping::Column::Name)
        .all(conn)
        .await
}
