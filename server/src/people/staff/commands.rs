//! Inviting, changing, resetting, sending away. Administrators are so for the whole company.

use guanjia_entity::membership;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{events::PersonChanged, queries, store};
use crate::{
    kernel::{
        Failure, Moment, Problem, ProblemCode, Role, Text, Work, audit,
        ids::{self, CommunityId, MembershipId},
    },
    people::{
        Sessions,
        commands::{ensure_user, mobile_problem},
        sign_in::commands::end_sessions_of,
        store as people,
    },
};

/// Longest name, in characters.
const LONGEST_NAME: usize = 40;
/// Most communities named at once.
const MOST_COMMUNITIES: usize = 500;

/// Somebody to be invited.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invite {
    /// Mobile number, eleven digits.
    pub mobile: String,
    /// How colleagues call them.
    pub name: String,
    /// What they are to be.
    pub roles: Vec<Role>,
    /// The communities they are to reach; none means all.
    pub communities: Option<Vec<CommunityId>>,
}

/// Takes somebody in, who cannot sign in before they used a code. `mould` is by whose salt a number that nobody has would be
/// hashed. Whether another company knows the number makes no difference.
pub async fn invite(work: &mut Work, input: Invite, mould: &str) -> Result<MembershipId, Failure> {
    let mut problems: Vec<Problem> = mobile_problem(&input.mobile).into_iter().collect();
    problems.extend(name_problem(&input.name));
    problems.extend(roles_problem(&input.roles));
    if !problems.is_empty() {
        return Err(Failure::Problems(problems));
    }
    people::lock_company(work).await?;
    check_communities(work, input.communities.as_deref()).await?;
    let known = people::login_by_mobile(work.conn(), work.organization(), &input.mobile).await?;
    let all = input.communities.is_none();
    let id = match known {
        Some(known) if !known.ended => {
            let text = Text::new("此人已在本公司", "they work here already");
            return Err(Failure::problem(Problem::at("mobile", ProblemCode::Duplicate, text)));
        }
        Some(known) => {
            people::revive(work, known.membership_id, input.name.trim(), all).await?;
            people::set_password(work, known.membership_id, None).await?;
            known.membership_id
        }
        None => {
            let row = membership::Model {
                organization_id: work.organization(),
                id: ids::fresh(),
                user_id: ensure_user(work, &input.mobile, mould).await?,
                name: input.name.trim().to_owned(),
                all_communities: all,
                ended_at: None,
                created_at: work.now,
                password_hash: None,
                entry_code_hash: None,
                entry_code_until: None,
                version: 1,
            };
            let id = row.id;
            store::insert(work, row).await?;
            id
        }
    };
    people::add_roles(work, id, &input.roles).await?;
    people::add_communities(work, id, &input.communities.unwrap_or_default()).await?;
    let roles: Vec<_> = input.roles.iter().map(|role| role.name()).collect();
    audit::record(work, "PERSON_INVITED", Some(id.into()), json!({ "roles": roles })).await?;
    Ok(id)
}

/// Hands out a code; the one before is void. Answers false when the person has a password meanwhile.
pub async fn give_code(
    work: &Work,
    person: MembershipId,
    code: (&str, Moment),
) -> Result<bool, Failure> {
    Ok(store::set_code(work, person, code).await?)
}

/// What is to be changed of somebody; what is none stays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Change {
    /// Who.
    pub person: MembershipId,
    /// How colleagues call them.
    pub name: Option<String>,
    /// All they are.
    pub roles: Option<Vec<Role>>,
    /// All they reach: the communities named, or every one.
    pub communities: Option<Reach>,
}

/// What somebody reaches.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Reach {
    /// Every community.
    All,
    /// These.
    These(Vec<CommunityId>),
}

/// Changes what somebody is and reaches. It holds from their next request on, and their sockets come back.
pub async fn change(
    work: &mut Work,
    input: Change,
    sessions: Sessions,
) -> Result<MembershipId, Failure> {
    let id = live(work, input.person).await?;
    if let Some(name) = &input.name {
        if let Some(problem) = name_problem(name) {
            return Err(Failure::problem(problem));
        }
        store::set_name(work, id, name.trim()).await?;
    }
    if let Some(roles) = &input.roles {
        if let Some(problem) = roles_problem(roles) {
            return Err(Failure::problem(problem));
        }
        store::clear_roles(work, id).await?;
        people::add_roles(work, id, roles).await?;
        one_administrator(work, "roles").await?;
        work.emit(PersonChanged { person: id, roles: roles.clone() });
    }
    if let Some(reach) = input.communities {
        let these = match reach {
            Reach::All => None,
            Reach::These(these) => Some(these),
        };
        check_communities(work, these.as_deref()).await?;
        store::clear_communities(work, id, these.is_none()).await?;
        people::add_communities(work, id, &these.unwrap_or_default()).await?;
    }
    people::touch(work, id).await?;
    reopen(work, id, sessions).await?;
    let roles: Option<Vec<_>> = input.roles.map(|roles| roles.iter().map(|r| r.name()).collect());
    audit::record(work, "PERSON_CHANGED", Some(id.into()), json!({ "roles": roles })).await?;
    Ok(id)
}

/// Closes what somebody has open; they come back as what they are now.
async fn reopen(work: &mut Work, person: MembershipId, sessions: Sessions) -> Result<(), Failure> {
    let whose = (work.organization(), person);
    let live =
        crate::people::sign_in::store::live_of(work.conn(), whose, work.security_now).await?;
    let live = live.into_iter().map(|session| session.id).collect();
    work.after_commit(move || async move { sessions.end(live).await });
    Ok(())
}

/// Takes somebody's password away and signs them out; a code lets them set another.
pub async fn reset_password(
    work: &mut Work,
    person: MembershipId,
    sessions: Sessions,
) -> Result<MembershipId, Failure> {
    let id = live(work, person).await?;
    people::set_password(work, id, None).await?;
    one_administrator(work, "personId").await?;
    end_sessions_of(work, id, None, sessions).await?;
    audit::record(work, "PASSWORD_RESET", Some(id.into()), json!({})).await?;
    Ok(id)
}

/// Ends all sessions of somebody; answers how many.
pub async fn sign_out_everywhere(
    work: &mut Work,
    person: MembershipId,
    sessions: Sessions,
) -> Result<usize, Failure> {
    let id = live(work, person).await?;
    let count = end_sessions_of(work, id, None, sessions).await?;
    audit::record(work, "SIGNED_OUT", Some(id.into()), json!({ "sessions": count })).await?;
    Ok(count)
}

/// Ends somebody's access: sessions, sockets, code, leaves; their units are nobody's from today on.
pub async fn end_access(
    work: &mut Work,
    person: MembershipId,
    sessions: Sessions,
) -> Result<MembershipId, Failure> {
    let id = live(work, person).await?;
    store::end(work, id).await?;
    one_administrator(work, "personId").await?;
    end_sessions_of(work, id, None, sessions).await?;
    work.emit(PersonChanged { person: id, roles: Vec::new() });
    audit::record(work, "ACCESS_ENDED", Some(id.into()), json!({})).await?;
    Ok(id)
}

/// Somebody of this company who works here, with the lock that keeps it so.
async fn live(work: &Work, person: MembershipId) -> Result<MembershipId, Failure> {
    people::lock_company(work).await?;
    let row = queries::person(work.conn(), work.actor()?, person).await?;
    match row.state() {
        queries::PersonState::Ended => Err(Failure::NotFound),
        _ => Ok(row.id),
    }
}

/// A company is never without somebody who can let others in.
async fn one_administrator(work: &Work, field: &str) -> Result<(), Failure> {
    if store::administrators(work).await? > 0 {
        return Ok(());
    }
    let text =
        Text::new("至少要保留一名能登录的管理员", "one administrator who can sign in must remain");
    Err(Failure::problem(Problem::at(field, ProblemCode::Inconsistent, text)))
}

fn name_problem(name: &str) -> Option<Problem> {
    let length = name.trim().chars().count();
    let (code, zh, en) = match length {
        0 => (ProblemCode::Required, "请填写姓名", "a name is needed"),
        n if n > LONGEST_NAME => (ProblemCode::TooLong, "姓名最多 40 字", "at most 40 characters"),
        _ => return None,
    };
    Some(Problem::at("name", code, Text::new(zh, en)))
}

fn roles_problem(roles: &[Role]) -> Option<Problem> {
    let text = Text::new("至少选择一个角色", "choose at least one role");
    roles.is_empty().then(|| Problem::at("roles", ProblemCode::Required, text))
}

async fn check_communities(work: &Work, wanted: Option<&[CommunityId]>) -> Result<(), Failure> {
    let Some(wanted) = wanted else { return Ok(()) };
    let problem = |code, zh: &str, en: &str| {
        Err(Failure::problem(Problem::at("communityIds", code, Text::new(zh, en))))
    };
    if wanted.is_empty() || wanted.len() > MOST_COMMUNITIES {
        return problem(
            ProblemCode::Required,
            "请选择 1 到 500 个小区",
            "choose 1 to 500 communities",
        );
    }
    let found = store::communities(work, wanted).await?;
    if wanted.iter().all(|id| found.contains(id)) {
        return Ok(());
    }
    problem(ProblemCode::NotFound, "没有找到该小区", "there is no such community")
}
