//! Reading runs, their problems and their files.

use guanjia_books::{At, Mapping, Problem, Severity};
use guanjia_entity::{import_mapping, import_problem, import_run};
use sea_orm::ConnectionTrait;

use super::{files, store};
use crate::{
    kernel::{
        Actor, Failure,
        ids::{CommunityId, ImportId, OrganizationId},
        paging::Page,
        secrets::Keyring,
    },
    people,
};

/// More problems than any run has: the reader and the planner each stop at a few thousand.
const ALL: usize = 100_000;

/// A run, if the actor reaches its community.
pub async fn run(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    id: ImportId,
) -> Result<import_run::Model, Failure> {
    let found = store::run(conn, actor.organization, id).await?.ok_or(Failure::NotFound)?;
    people::queries::my_community(conn, actor, found.community_id).await?;
    Ok(found)
}

/// A run of a company, without asking who asks: for the command line.
pub async fn run_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
) -> Result<import_run::Model, Failure> {
    store::run(conn, organization, id).await?.ok_or(Failure::NotFound)
}

/// The runs of a community that the actor reaches, the newest first; one more than asked for, when there are more.
pub async fn runs(
    conn: &impl ConnectionTrait,
    (actor, community): (&Actor, CommunityId),
    page: Page<ImportId>,
) -> Result<Vec<import_run::Model>, Failure> {
    people::queries::my_community(conn, actor, community).await?;
    let place = (actor.organization, community);
    Ok(store::runs(conn, place, (page.first + 1, page.after)).await?)
}

/// The problems of a run that was found through the actor before; one more than asked for, when there are more.
pub async fn problems(
    conn: &impl ConnectionTrait,
    run: &import_run::Model,
    page: Page<i64>,
) -> Result<Vec<import_problem::Model>, Failure> {
    let place = (run.organization_id, run.id);
    Ok(store::problems(conn, place, (page.first + 1, page.after.unwrap_or(0))).await?)
}

/// All problems of a run.
pub async fn all_problems(
    conn: &impl ConnectionTrait,
    run: &import_run::Model,
) -> Result<Vec<Problem>, Failure> {
    let all = store::problems(conn, (run.organization_id, run.id), (ALL, 0)).await?;
    Ok(all.into_iter().map(problem_of).collect())
}

/// How many problems of each severity a run has.
pub async fn problem_counts(
    conn: &impl ConnectionTrait,
    run: &import_run::Model,
) -> Result<Vec<(String, i64)>, Failure> {
    Ok(store::problem_counts(conn, (run.organization_id, run.id)).await?)
}

/// The names of a run's files, in their order.
pub async fn file_names(
    conn: &impl ConnectionTrait,
    run: &import_run::Model,
) -> Result<Vec<String>, Failure> {
    Ok(store::file_names(conn, run.organization_id, run.id).await?)
}

/// A copy of one of a run's files as .xlsx, with its problems marked.
pub async fn marked_copy(
    conn: &impl ConnectionTrait,
    (run, file): (&import_run::Model, usize),
    keyring: &Keyring,
) -> Result<Vec<u8>, Failure> {
    let names = store::file_names(conn, run.organization_id, run.id).await?;
    let name = names.get(file).cloned().ok_or(Failure::NotFound)?;
    let ordinal = i64::try_from(file).map_err(|_| Failure::NotFound)?;
    let bytes = files::read(conn, (run.organization_id, run.id, ordinal), keyring).await?;
    let all = store::problems(conn, (run.organization_id, run.id), (ALL, 0)).await?;
    let own = all.into_iter().filter(|problem| problem.file == ordinal && problem.row_number > 0);
    let problems: Vec<Problem> = own.map(problem_of).collect();
    let marked = tokio::task::spawn_blocking(move || {
        let source = guanjia_books::Source::Bytes { name: &name, bytes: &bytes };
        guanjia_books::mark(source, &problems, &guanjia_books::Options::default())
    });
    let marked = marked.await.map_err(|e| Failure::broken("marked copy", e))?;
    // A file that was refused as no workbook has no copy.
    marked.map_err(|_| Failure::NotFound)
}

fn problem_of(row: import_problem::Model) -> Problem {
    let severity = match row.severity.as_str() {
        "BLOCKING" => Severity::Blocking,
        "WARNING" => Severity::Warning,
        _ => Severity::Note,
    };
    Problem {
        at: At {
            sheet: row.sheet,
            row: u32::try_from(row.row_number).unwrap_or_default(),
            column: row.column_name,
        },
        value: row.value,
        severity,
        code: "",
        zh: row.zh,
        en: row.en,
    }
}

/// The saved mappings of a community, by name.
pub async fn mappings(
    conn: &impl ConnectionTrait,
    place: (OrganizationId, CommunityId),
) -> Result<Vec<import_mapping::Model>, Failure> {
    Ok(store::mappings(conn, place).await?)
}

/// The same as the reader takes them.
pub async fn headings(
    conn: &impl ConnectionTrait,
    place: (OrganizationId, CommunityId),
) -> Result<Vec<Mapping>, Failure> {
    let rows = store::mappings(conn, place).await?;
    let read = |row: import_mapping::Model| serde_json::from_value(row.headings).ok();
    let of_rows = rows.into_iter().filter_map(read);
    Ok(of_rows.map(|columns| Mapping { sheet: None, columns }).collect())
}
