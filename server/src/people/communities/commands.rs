//! Making communities and naming them.

use chrono_tz::Tz;
use guanjia_entity::community;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Serialize;
use serde_json::json;

use super::events::CommunityRenamed;
use crate::{
    kernel::{Failure, Problem, ProblemCode, Text, Work, audit, ids::CommunityId},
    people::{commands::make_community, queries, store},
};

/// Longest name, in characters.
const LONGEST_NAME: usize = 60;

/// A community to be made.
#[derive(Clone, Debug, Serialize)]
pub struct NewCommunity {
    /// Its name, which no other community of the company has.
    pub name: String,
    /// IANA name of its time zone; its days are days there, and that never changes.
    pub time_zone: String,
}

/// Makes a community with the preset rules. Whoever makes it reaches it.
pub async fn create(work: &mut Work, new: NewCommunity) -> Result<CommunityId, Failure> {
    let actor = work.actor()?.clone();
    let name = new.name.trim();
    let mut problems: Vec<Problem> = name_problem(name).into_iter().collect();
    if new.time_zone.parse::<Tz>().is_err() {
        let text = Text::new("没有这个时区", "there is no such time zone; try Asia/Shanghai");
        problems.push(Problem::at("timeZone", ProblemCode::Invalid, text));
    }
    if !problems.is_empty() {
        return Err(Failure::Problems(problems));
    }
    store::lock_company(work).await?;
    refuse_name(work, name, None).await?;
    let id = make_community(work, name, &new.time_zone).await?.id;
    if !actor.all_communities {
        store::add_communities(work, actor.person, &[id]).await?;
    }
    audit::record(work, "COMMUNITY_CREATED", Some(id.into()), json!({})).await?;
    Ok(id)
}

/// A community to be renamed.
#[derive(Clone, Debug, Serialize)]
pub struct Rename {
    /// Which.
    pub community: CommunityId,
    /// Its new name.
    pub name: String,
}

/// Renames a community. What is shown of its accounts changes with it.
pub async fn rename(work: &mut Work, input: Rename) -> Result<CommunityId, Failure> {
    let (actor, organization) = (work.actor()?.clone(), work.organization());
    queries::my_community(work.conn(), &actor, input.community).await?;
    let name = input.name.trim();
    if let Some(problem) = name_problem(name) {
        return Err(Failure::problem(problem));
    }
    store::lock_company(work).await?;
    refuse_name(work, name, Some(input.community)).await?;
    let row = community::ActiveModel {
        organization_id: Set(organization),
        id: Set(input.community),
        name: Set(name.to_owned()),
        ..Default::default()
    };
    community::Entity::update(row).exec(work.conn()).await?;
    work.emit(CommunityRenamed(input.community));
    audit::record(work, "COMMUNITY_RENAMED", Some(input.community.into()), json!({})).await?;
    Ok(input.community)
}

fn name_problem(name: &str) -> Option<Problem> {
    let count = name.chars().count();
    let (code, text) = match count {
        0 => (ProblemCode::Required, Text::new("请填写小区名称", "say how it is called")),
        count if count > LONGEST_NAME => {
            (ProblemCode::TooLong, Text::new("名称过长", "the name is too long"))
        }
        _ => return None,
    };
    Some(Problem::at("name", code, text))
}

/// Two communities of one name could not be told apart.
async fn refuse_name(work: &Work, name: &str, own: Option<CommunityId>) -> Result<(), Failure> {
    let known = queries::communities(work.conn(), work.organization()).await?;
    if known.iter().any(|one| one.name == name && Some(one.id) != own) {
        let text = Text::new("已有同名小区", "a community of that name exists");
        return Err(Failure::problem(Problem::at("name", ProblemCode::Duplicate, text)));
    }
    Ok(())
}
