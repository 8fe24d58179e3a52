//! What people have said about headings, saved for the next file.

use std::collections::BTreeMap;

use guanjia_books::Field;
use guanjia_entity::import_mapping;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};
use serde::Serialize;
use serde_json::json;

use crate::kernel::{
    Failure, Problem, ProblemCode, Text, Work, audit,
    ids::{self, CommunityId, ImportMappingId},
};

/// Longest name and longest heading, in characters.
const LONGEST: usize = 60;
/// Most headings in a mapping, and most mappings of a community.
const MOST: usize = 100;

/// A mapping as it was said.
#[derive(Serialize)]
pub struct Said {
    /// The community.
    pub community: CommunityId,
    /// How people call it.
    pub name: String,
    /// Heading to what its column holds; none takes the mapping away.
    pub headings: BTreeMap<String, Field>,
}

/// Saves a mapping under its name, in the place of what the name said before.
pub async fn save(work: &Work, said: Said) -> Result<Option<ImportMappingId>, Failure> {
    check(&said)?;
    let name = said.name.trim().to_owned();
    let own = || {
        import_mapping::Entity::find()
            .filter(import_mapping::Column::OrganizationId.eq(work.organization()))
            .filter(import_mapping::Column::CommunityId.eq(said.community))
    };
    let all = own().all(work.conn()).await?;
    let before = all.iter().find(|mapping| mapping.name == name).map(|mapping| mapping.id);
    if said.headings.is_empty() {
        if let Some(id) = before {
            let key = (work.organization(), id);
            import_mapping::Entity::delete_by_id(key).exec(work.conn()).await?;
        }
        return Ok(None);
    }
    if before.is_none() && all.len() >= MOST {
        let text = Text::new(
            format!("每个小区最多保存 {MOST} 个列映射"),
            format!("a community has at most {MOST} mappings"),
        );
        return Err(Failure::problem(Problem::at("name", ProblemCode::TooLarge, text)));
    }
    let headings =
        serde_json::to_value(&said.headings).map_err(|e| Failure::broken("mapping", e))?;
    let id = before.unwrap_or_else(ids::fresh);
    let row = import_mapping::Model {
        organization_id: work.organization(),
        id,
        community_id: said.community,
        name,
        headings,
        saved_by: work.by().person(),
        recorded_at: work.now,
    };
    use import_mapping::Column;
    let newest = OnConflict::columns([Column::OrganizationId, Column::Id])
        .update_columns([Column::Headings, Column::SavedBy, Column::RecordedAt])
        .to_owned();
    import_mapping::Entity::insert(import_mapping::ActiveModel::from(row))
        .on_conflict(newest)
        .exec_without_returning(work.conn())
        .await?;
    audit::record(work, "IMPORT_MAPPING_SAVED", Some(id.into()), json!({})).await?;
    Ok(Some(id))
}

fn check(said: &Said) -> Result<(), Failure> {
    let too_long = |text: &str| text.chars().count() > LONGEST;
    let problem = |field, code, zh: &str, en: &str| {
        Err(Failure::problem(Problem::at(field, code, Text::new(zh, en))))
    };
    if said.name.trim().is_empty() {
        return problem("name", ProblemCode::Required, "须有名称", "a name is needed");
    }
    if too_long(&said.name) {
        return problem(
            "name",
            ProblemCode::TooLong,
            "名称最多 60 字",
            "a name has at most 60 characters",
        );
    }
    if said.headings.len() > MOST {
        return problem(
            "headings",
            ProblemCode::TooLarge,
            "最多 100 个表头",
            "at most 100 headings",
        );
    }
    if said.headings.keys().any(|heading| too_long(heading) || heading.trim().is_empty()) {
        return problem(
            "headings",
            ProblemCode::Invalid,
            "表头须为 1 到 60 字",
            "a heading has 1 to 60 characters",
        );
    }
    Ok(())
}
