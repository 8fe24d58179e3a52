//! Making companies, communities and people, as the command line does.

use guanjia_entity::{app_user, collection_policy, community, membership, organization};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};
use serde_json::json;

use super::{queries, sign_in, store};
use crate::kernel::{
    Failure, Kernel, Problem, ProblemCode, Role, Text, Work, audit,
    ids::{self, CommunityId, MembershipId, OrganizationId, UserId},
};

/// The id of the company of that name, or of one to be made by [`ensure_company`].
pub async fn company_id(kernel: &Kernel, name: &str) -> Result<OrganizationId, Failure> {
    let by_name = organization::Entity::find().filter(organization::Column::Name.eq(name));
    let found = by_name.one(kernel.database.read()).await?;
    Ok(found.map_or_else(ids::fresh, |company| company.id))
}

/// Makes the company that the work is for, unless it is there.
pub async fn ensure_company(work: &Work, name: &str) -> Result<(), Failure> {
    let id = work.organization();
    if organization::Entity::find_by_id(id).one(work.conn()).await?.is_some() {
        return Ok(());
    }
    let row = organization::ActiveModel {
        id: Set(id),
        name: Set(name.to_owned()),
        time_zone: Set("Asia/Shanghai".to_owned()),
        created_at: Set(work.now),
    };
    organization::Entity::insert(row).exec_without_returning(work.conn()).await?;
    Ok(())
}

/// Makes a community with the preset policy, or finds the one of that name.
pub async fn ensure_community(work: &Work, name: &str) -> Result<community::Model, Failure> {
    let known = queries::communities(work.conn(), work.organization()).await?;
    if let Some(found) = known.into_iter().find(|community| community.name == name) {
        return Ok(found);
    }
    make_community(work, name, "Asia/Shanghai").await
}

/// Makes a community with the preset policy; its name is known to be free.
pub(super) async fn make_community(
    work: &Work,
    name: &str,
    time_zone: &str,
) -> Result<community::Model, Failure> {
    let row = community::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        name: name.to_owned(),
        time_zone: time_zone.to_owned(),
        created_at: work.now,
    };
    community::Entity::insert(community::ActiveModel::from(row.clone()))
        .exec_without_returning(work.conn())
        .await?;
    collection_policy::Entity::insert(preset_policy(work, row.id))
        .exec_without_returning(work.conn())
        .await?;
    Ok(row)
}

fn preset_policy(work: &Work, community: CommunityId) -> collection_policy::ActiveModel {
    collection_policy::ActiveModel {
        organization_id: Set(work.organization()),
        community_id: Set(community),
        version: Set(1),
        promise_horizon_days: Set(30),
        promise_grace_days: Set(0),
        partly_kept_percent: Set(50),
        reminder_minute: Set(8 * 60),
        recorded_at: Set(work.now),
        // The rest is as the table presets it.
        ..Default::default()
    }
}

/// Somebody to be let in, at the command line.
pub struct NewPerson {
    /// Mobile number, eleven digits.
    pub mobile: String,
    /// How colleagues call them.
    pub name: String,
    /// PHC string of their password in this company; who has one keeps it, unless it is reset.
    pub password_hash: String,
    /// Whether somebody who has a password gets the new one.
    pub reset_password: bool,
    /// What they are.
    pub roles: Vec<Role>,
    /// The communities they reach; none means all.
    pub communities: Vec<CommunityId>,
}

/// Lets somebody in, or gives somebody who is in already the roles and communities named. Whoever had left comes back.
pub async fn ensure_person(work: &mut Work, person: NewPerson) -> Result<MembershipId, Failure> {
    if let Some(problem) = mobile_problem(&person.mobile) {
        return Err(Failure::problem(problem));
    }
    let user = ensure_user(work, &person.mobile, &person.password_hash).await?;
    let id = ensure_membership(work, user, &person).await?;
    store::add_roles(work, id, &person.roles).await?;
    store::add_communities(work, id, &person.communities).await?;
    store::touch(work, id).await?;
    let roles: Vec<_> = person.roles.iter().map(|role| role.name()).collect();
    audit::record(work, "PERSON_ADDED", Some(id.into()), json!({ "roles": roles })).await?;
    Ok(id)
}

/// What is wrong with a mobile number.
pub fn mobile_problem(mobile: &str) -> Option<Problem> {
    let fits = mobile.len() == 11 && mobile.bytes().all(|byte| byte.is_ascii_digit());
    let text = Text::new("手机号须为 11 位数字", "a mobile number has eleven digits");
    (!fits).then(|| Problem::at("mobile", ProblemCode::Invalid, text))
}

/// The user with this number, or a new one whose passwords will be hashed like that.
pub(super) async fn ensure_user(work: &Work, mobile: &str, mould: &str) -> Result<UserId, Failure> {
    let row = app_user::ActiveModel {
        id: Set(ids::fresh()),
        mobile: Set(mobile.to_owned()),
        password_hash: Set(mould.to_owned()),
        created_at: Set(work.security_now),
    };
    // Two companies that take in the same person at once: the second waits and finds the first one's row.
    let once = OnConflict::column(app_user::Column::Mobile).do_nothing().to_owned();
    let row = app_user::Entity::insert(row).on_conflict(once).try_insert();
    row.exec_without_returning(work.conn()).await?;
    let user = store::user_by_mobile(work.conn(), mobile).await?;
    user.map(|user| user.id).ok_or_else(|| Failure::broken("user", "the row is gone"))
}

async fn ensure_membership(
    work: &mut Work,
    user: UserId,
    person: &NewPerson,
) -> Result<MembershipId, Failure> {
    let known = store::login_by_mobile(work.conn(), work.organization(), &person.mobile).await?;
    if let Some(known) = known {
        let id = known.membership_id;
        if known.ended {
            store::revive(work, id, &person.name, person.communities.is_empty()).await?;
        }
        if person.reset_password || known.ended || known.password_hash.is_none() {
            store::set_password(work, id, Some(&person.password_hash)).await?;
            sign_in::store::end_all(work.conn(), (work.organization(), id), work.security_now)
                .await?;
            audit::record(work, "PASSWORD_RESET", Some(id.into()), json!({})).await?;
        }
        return Ok(id);
    }
    let row = membership::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        user_id: user,
        name: person.name.clone(),
        all_communities: person.communities.is_empty(),
        ended_at: None,
        created_at: work.now,
        password_hash: Some(person.password_hash.clone()),
        entry_code_hash: None,
        entry_code_until: None,
        version: 1,
    };
    let id = row.id;
    membership::Entity::insert(membership::ActiveModel::from(row))
        .exec_without_returning(work.conn())
        .await?;
    Ok(id)
}
