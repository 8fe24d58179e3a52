//! Signing in and out; making companies, communities and people.

use std::time::Duration;

use guanjia_entity::{
    app_user, collection_policy, community, membership, membership_community, membership_role,
    organization, session,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Passwords, Sessions, queries, store};
use crate::kernel::{
    Actor, By, Failure, Kernel, Moment, Problem, ProblemCode, Role, Text, Work, audit,
    ids::{self, CommunityId, MembershipId, OrganizationId, UserId},
    tokens,
};

/// What somebody types to sign in.
pub struct SignIn {
    /// Mobile number, eleven digits.
    pub mobile: String,
    /// The password.
    pub password: String,
    /// The company, needed only by those who work for several.
    pub organization: Option<OrganizationId>,
}

/// How a sign-in ended.
pub enum SignedIn {
    /// In: the token is shown this once.
    Yes {
        /// Bearer token.
        token: String,
        /// Good until this moment.
        expires_at: Moment,
        /// Who it is.
        actor: Box<Actor>,
    },
    /// The password is right, but one of these companies must be named.
    Choose(Vec<(OrganizationId, String)>),
}

/// Signs in. `lifetime` is how long the token is good.
pub async fn sign_in(
    kernel: &Kernel,
    passwords: &Passwords,
    lifetime: Duration,
    input: SignIn,
) -> Result<SignedIn, Failure> {
    let conn = kernel.database.read();
    let user = store::user_by_mobile(conn, input.mobile.trim()).await?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let right = passwords.verify(input.password, hash).await?;
    let Some(user) = user.filter(|_| right) else { return Err(refused()) };
    let mut places = store::places_of(conn, user.id).await?;
    if let Some(wanted) = input.organization {
        places.retain(|place| place.organization_id == wanted);
    }
    match places.as_slice() {
        [] => Err(refused()),
        [place] => open_session(kernel, user.id, place, lifetime).await,
        several => Ok(SignedIn::Choose(
            several
                .iter()
                .map(|place| (place.organization_id, place.organization_name.clone()))
                .collect(),
        )),
    }
}

fn refused() -> Failure {
    let text = Text::new("手机号或密码不正确", "the mobile number or the password is wrong");
    Failure::problem(Problem::at("mobile", ProblemCode::WrongCredentials, text))
}

async fn open_session(
    kernel: &Kernel,
    user: UserId,
    place: &store::Place,
    lifetime: Duration,
) -> Result<SignedIn, Failure> {
    let token = tokens::fresh_token()?;
    let (hash, place) = (tokens::print_of(token.as_bytes()), place.clone());
    let by = By::System(place.organization_id);
    let expires_at = kernel.write(by, move |work| {
        Box::pin(async move {
            let expires_at = work.security_now + lifetime;
            let row = session::ActiveModel {
                id: Set(ids::fresh()),
                user_id: Set(user),
                organization_id: Set(place.organization_id),
                membership_id: Set(place.membership_id),
                token_hash: Set(hash),
                created_at: Set(work.security_now),
                expires_at: Set(expires_at),
                ended_at: Set(None),
            };
            session::Entity::insert(row).exec_without_returning(work.conn()).await?;
            audit::record(work, "SIGN_IN", Some(place.membership_id.into()), json!({})).await?;
            Ok(expires_at)
        })
    });
    let expires_at = expires_at.await?;
    let actor = queries::actor_of_token(kernel, &token).await?;
    let (actor, _) = actor.ok_or_else(|| Failure::broken("sign-in", "the new session is gone"))?;
    Ok(SignedIn::Yes { token, expires_at, actor: Box::new(actor) })
}

/// Ends the session the actor came with, and the sockets that came with it; ending it twice is the same.
pub async fn sign_out(work: &mut Work, sessions: Sessions) -> Result<(), Failure> {
    let session = work.actor()?.session;
    store::end_session(work.conn(), session, work.security_now).await?;
    work.after_commit(move || async move { sessions.end(session).await });
    Ok(())
}

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
    let row = community::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        name: name.to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
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
    }
}

/// Somebody to be let in.
pub struct NewPerson {
    /// Mobile number, eleven digits.
    pub mobile: String,
    /// How colleagues call them.
    pub name: String,
    /// PHC string of their password; a person who can already sign in keeps the one they have, unless it is reset.
    pub password_hash: String,
    /// Whether somebody who can already sign in gets the new password.
    pub reset_password: bool,
    /// What they are.
    pub roles: Vec<Role>,
    /// The communities they reach; none means all.
    pub communities: Vec<CommunityId>,
}

/// Lets somebody in, or gives somebody who is in already the roles and communities named.
pub async fn ensure_person(work: &mut Work, person: NewPerson) -> Result<MembershipId, Failure> {
    let user = ensure_user(work, &person).await?;
    let id = ensure_membership(work, user, &person).await?;
    let organization = work.organization();
    for role in &person.roles {
        let row = membership_role::Model {
            organization_id: organization,
            membership_id: id,
            role: role.to_string(),
        };
        if membership_role::Entity::find_by_id((organization, id, row.role.clone()))
            .one(work.conn())
            .await?
            .is_none()
        {
            membership_role::Entity::insert(membership_role::ActiveModel::from(row))
                .exec_without_returning(work.conn())
                .await?;
        }
    }
    for community in &person.communities {
        let key = (organization, id, *community);
        if membership_community::Entity::find_by_id(key).one(work.conn()).await?.is_none() {
            let row = membership_community::Model {
                organization_id: organization,
                membership_id: id,
                community_id: *community,
            };
            membership_community::Entity::insert(membership_community::ActiveModel::from(row))
                .exec_without_returning(work.conn())
                .await?;
        }
    }
    let roles: Vec<_> = person.roles.iter().map(|role| role.name()).collect();
    audit::record(work, "PERSON_ADDED", Some(id.into()), json!({ "roles": roles })).await?;
    Ok(id)
}

async fn ensure_user(work: &Work, person: &NewPerson) -> Result<UserId, Failure> {
    if person.mobile.len() != 11 || !person.mobile.bytes().all(|b| b.is_ascii_digit()) {
        let text = Text::new("手机号须为 11 位数字", "a mobile number has eleven digits");
        return Err(Failure::problem(Problem::at("mobile", ProblemCode::Invalid, text)));
    }
    if let Some(user) = store::user_by_mobile(work.conn(), &person.mobile).await? {
        if person.reset_password {
            store::set_password(work.conn(), user.id, &person.password_hash).await?;
            store::end_sessions(work.conn(), user.id, work.security_now).await?;
            audit::record(work, "PASSWORD_RESET", Some(user.id.into()), json!({})).await?;
        }
        return Ok(user.id);
    }
    let id = ids::fresh();
    let row = app_user::ActiveModel {
        id: Set(id),
        mobile: Set(person.mobile.clone()),
        password_hash: Set(person.password_hash.clone()),
        created_at: Set(work.security_now),
    };
    app_user::Entity::insert(row).exec_without_returning(work.conn()).await?;
    Ok(id)
}

async fn ensure_membership(
    work: &Work,
    user: UserId,
    person: &NewPerson,
) -> Result<MembershipId, Failure> {
    let places = store::places_of(work.conn(), user).await?;
    if let Some(place) = places.iter().find(|place| place.organization_id == work.organization()) {
        return Ok(place.membership_id);
    }
    let id = ids::fresh();
    let row = membership::ActiveModel {
        organization_id: Set(work.organization()),
        id: Set(id),
        user_id: Set(user),
        name: Set(person.name.clone()),
        all_communities: Set(person.communities.is_empty()),
        ended_at: Set(None),
        created_at: Set(work.now),
    };
    membership::Entity::insert(row).exec_without_returning(work.conn()).await?;
    Ok(id)
}
