//! Problems of a run in the API.

use async_graphql::{Enum, SimpleObject};
use guanjia_entity::import_problem;

use crate::{
    api::page::PageInfo,
    kernel::{Language, paging::cursor},
};

/// How much a problem of a file weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ImportSeverity {
    /// 提示: nothing is wrong; what was assumed or left out.
    Note,
    /// 警告: something was dropped or guessed; the rest of the row stands.
    Warning,
    /// 阻断: money, a room or a date is unreadable; the file is not applied.
    Blocking,
}

fn severity(name: &str) -> ImportSeverity {
    match name {
        "BLOCKING" => ImportSeverity::Blocking,
        "WARNING" => ImportSeverity::Warning,
        _ => ImportSeverity::Note,
    }
}

/// A page of the problems of an import.
#[derive(SimpleObject)]
pub(crate) struct ImportProblemConnection {
    /// The problems with their cursors.
    pub(super) edges: Vec<ImportProblemEdge>,
    /// Where the page stands.
    pub(super) page_info: PageInfo,
}

/// A problem with its cursor.
#[derive(SimpleObject)]
pub(crate) struct ImportProblemEdge {
    /// The problem.
    pub(super) node: ImportProblem,
    /// Give it as `after` to read on.
    pub(super) cursor: String,
}

/// What stands in a file and cannot be taken as it stands.
#[derive(SimpleObject)]
pub(crate) struct ImportProblem {
    /// Name of the file; null for what came in without files.
    file: Option<String>,
    /// Name of the sheet; null when it is about the whole file, or about a row that no file has.
    sheet: Option<String>,
    /// Row as Excel shows it, from 1; null when it is about the whole sheet or file.
    row: Option<i64>,
    /// Letters of the column, such as "F"; null when the whole row is meant.
    column: Option<String>,
    /// What stands there; names and numbers of people are masked.
    value: String,
    /// How much it weighs.
    severity: ImportSeverity,
    /// Stable name of the kind of problem, such as "money_unreadable".
    code: String,
    /// What is wrong and what to do, in the language of the request.
    reason: String,
}

impl ImportProblemEdge {
    pub(super) fn of(row: import_problem::Model, (names, language): (&[String], Language)) -> Self {
        let file = usize::try_from(row.file).ok().and_then(|index| names.get(index).cloned());
        let node = ImportProblem {
            file,
            sheet: Some(row.sheet).filter(|sheet| !sheet.is_empty()),
            row: Some(row.row_number).filter(|number| *number > 0),
            column: row.column_name,
            value: row.value,
            severity: severity(&row.severity),
            code: row.code,
            reason: if language == Language::English { row.en } else { row.zh },
        };
        Self { node, cursor: cursor(&row.ordinal) }
    }
}
