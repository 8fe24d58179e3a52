//! All SQL of sign-ins.

use std::collections::HashMap;

use guanjia_entity::{session, session_token};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, FromQueryResult};

use super::rules::{GRACE, Good, Pair};
use crate::kernel::{
    Moment,
    ids::{MembershipId, OrganizationId, SessionId, UserId},
    sql::{Sql, for_update},
    tokens::print_of,
};

/// A live membership with its company's name and the password that is good there.
#[derive(Clone, Debug, FromQueryResult)]
pub(in crate::people) struct Place {
    pub(in crate::people) organization_id: OrganizationId,
    pub(in crate::people) organization_name: String,
    pub(in crate::people) membership_id: MembershipId,
    pub(in crate::people) user_id: UserId,
    pub(in crate::people) password_hash: String,
}

/// A session with what its person is.
#[derive(FromQueryResult)]
pub(in crate::people) struct Seat {
    pub(in crate::people) session_id: SessionId,
    pub(in crate::people) user_id: UserId,
    pub(in crate::people) organization_id: OrganizationId,
    pub(in crate::people) membership_id: MembershipId,
    pub(in crate::people) all_communities: bool,
    pub(in crate::people) version: i64,
    pub(in crate::people) expires_at: Moment,
    pub(in crate::people) token_until: Moment,
}

/// Where somebody with this number may sign in.
pub(super) async fn places_of(
    conn: &impl ConnectionTrait,
    mobile: &str,
    organization: Option<OrganizationId>,
) -> Result<Vec<Place>, DbErr> {
    let text = "SELECT o.id AS organization_id, o.name AS organization_name, m.id AS membership_id, m.user_id, m.password_hash \
         FROM app_user u JOIN membership m ON m.user_id = u.id JOIN organization o ON o.id = m.organization_id \
         WHERE u.mobile = $1 AND m.ended_at IS NULL AND m.password_hash IS NOT NULL ORDER BY o.name";
    let places: Vec<Place> = Sql::new(text, [mobile.into()]).all(conn).await?;
    let wanted = |place: &Place| organization.is_none_or(|wanted| place.organization_id == wanted);
    Ok(places.into_iter().filter(wanted).collect())
}

/// The seat of whoever has the access token.
pub(in crate::people) async fn seat_of(
    conn: &impl ConnectionTrait,
    token: &str,
    now: Moment,
) -> Result<Option<Seat>, DbErr> {
    let text = "SELECT s.id AS session_id, s.user_id, s.organization_id, s.membership_id, s.expires_at, \
         t.expires_at AS token_until, m.all_communities, m.version FROM session_token t JOIN session s ON s.id = t.session_id \
         JOIN membership m ON m.organization_id = s.organization_id AND m.id = s.membership_id \
         WHERE t.token_hash = $1 AND t.kind = 'ACCESS' AND t.expires_at > $2 \
         AND s.ended_at IS NULL AND s.expires_at > $2 AND m.ended_at IS NULL";
    Sql::new(text, [print_of(token.as_bytes()).into(), now.into()]).one(conn).await
}

/// A refresh token that is known, with its session.
#[derive(FromQueryResult)]
pub(super) struct Refresh {
    pub(super) session_id: SessionId,
    pub(super) organization_id: OrganizationId,
    pub(super) membership_id: MembershipId,
    pub(super) began_at: Moment,
    pub(super) used_at: Option<Moment>,
    pub(super) salt: Option<String>,
    pub(super) live: bool,
}

/// The refresh token, if it was ever handed out and is not older than it may be. `live` says whether its session is.
pub(super) async fn refresh_of(
    conn: &impl ConnectionTrait,
    token: &str,
    now: Moment,
) -> Result<Option<Refresh>, DbErr> {
    let text = "SELECT s.id AS session_id, s.organization_id, s.membership_id, s.created_at AS began_at, \
         t.used_at, t.salt, (s.ended_at IS NULL AND s.expires_at > $2 AND m.ended_at IS NULL) AS live \
         FROM session_token t JOIN session s ON s.id = t.session_id \
         JOIN membership m ON m.organization_id = s.organization_id AND m.id = s.membership_id \
         WHERE t.token_hash = $1 AND t.kind = 'REFRESH' AND t.expires_at > $2";
    Sql::new(text, [print_of(token.as_bytes()).into(), now.into()]).one(conn).await
}

/// Lets one refresh of a session follow the other.
pub(super) async fn lock(conn: &impl ConnectionTrait, session: SessionId) -> Result<(), DbErr> {
    let row = Sql::new("SELECT id FROM session WHERE id = $1", [session.into()]);
    row.push(for_update(conn)).run(conn).await.map(drop)
}

pub(super) async fn insert_session(
    conn: &impl ConnectionTrait,
    row: session::Model,
) -> Result<(), DbErr> {
    let row = session::ActiveModel::from(row);
    session::Entity::insert(row).exec_without_returning(conn).await.map(drop)
}

/// Keeps the prints of a pair.
pub(super) async fn insert_pair(
    conn: &impl ConnectionTrait,
    (session, now): (SessionId, Moment),
    (pair, good): (&Pair, Good),
) -> Result<(), DbErr> {
    let rows = [
        (&pair.access, "ACCESS", good.access_until),
        (&pair.refresh, "REFRESH", good.refresh_until),
    ];
    let rows = rows.map(|(token, kind, expires_at)| {
        session_token::ActiveModel::from(session_token::Model {
            token_hash: print_of(token.as_bytes()),
            session_id: session,
            kind: kind.to_owned(),
            created_at: now,
            expires_at,
            used_at: None,
            salt: None,
        })
    });
    session_token::Entity::insert_many(rows).exec_without_returning(conn).await.map(drop)
}

/// Until when the tokens of a pair are good; none when they are no longer kept.
pub(super) async fn good_of(
    conn: &impl ConnectionTrait,
    pair: &Pair,
) -> Result<Option<Good>, DbErr> {
    let until = async |token: &str| {
        let found = session_token::Entity::find_by_id(print_of(token.as_bytes())).one(conn).await;
        Ok::<_, DbErr>(found?.map(|row| row.expires_at))
    };
    let (access, refresh) = (until(&pair.access).await?, until(&pair.refresh).await?);
    Ok(access
        .zip(refresh)
        .map(|(access_until, refresh_until)| Good { access_until, refresh_until }))
}

/// A refresh token was used: its successors were made with this salt, and the session goes on.
pub(super) async fn refreshed(
    conn: &impl ConnectionTrait,
    (session, token): (SessionId, &str),
    (salt, good): (&str, Good),
    now: Moment,
) -> Result<(), DbErr> {
    let used = "UPDATE session_token SET used_at = $2, salt = $3 WHERE token_hash = $1";
    let values = [print_of(token.as_bytes()).into(), now.into(), salt.into()];
    Sql::new(used, values).run(conn).await?;
    let old = "UPDATE session_token SET salt = NULL WHERE session_id = $1 AND salt IS NOT NULL AND used_at < $2";
    Sql::new(old, [session.into(), (now - GRACE).into()]).run(conn).await?;
    let goes_on = "UPDATE session SET last_used_at = $2, expires_at = $3 WHERE id = $1";
    let values = [session.into(), now.into(), good.refresh_until.into()];
    Sql::new(goes_on, values).run(conn).await.map(drop)
}

/// Ends sessions that are not ended yet.
pub(in crate::people) async fn end(
    conn: &impl ConnectionTrait,
    sessions: &[SessionId],
    now: Moment,
) -> Result<(), DbErr> {
    let text = "UPDATE session SET ended_at = $1 WHERE ended_at IS NULL AND id IN ";
    Sql::new(text, [now.into()]).list(sessions.iter().copied()).run(conn).await.map(drop)
}

/// Ends every session of a person.
pub(in crate::people) async fn end_all(
    conn: &impl ConnectionTrait,
    (organization, person): (OrganizationId, MembershipId),
    now: Moment,
) -> Result<(), DbErr> {
    let text = "UPDATE session SET ended_at = $3 WHERE organization_id = $1 AND membership_id = $2 AND ended_at IS NULL";
    Sql::new(text, [organization.into(), person.into(), now.into()]).run(conn).await.map(drop)
}

/// The sessions of a person that are not over, the newest first.
pub(in crate::people) async fn live_of(
    conn: &impl ConnectionTrait,
    (organization, person): (OrganizationId, MembershipId),
    now: Moment,
) -> Result<Vec<session::Model>, DbErr> {
    let text = "SELECT * FROM session WHERE organization_id = $1 AND membership_id = $2 AND ended_at IS NULL \
         AND expires_at > $3 ORDER BY created_at DESC, id LIMIT 100";
    Sql::new(text, [organization.into(), person.into(), now.into()]).all(conn).await
}

/// Of some sessions those that are not over, with the version of their membership.
pub(super) async fn live_versions(
    conn: &impl ConnectionTrait,
    sessions: impl Iterator<Item = SessionId>,
    now: Moment,
) -> Result<HashMap<SessionId, i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: SessionId,
        version: i64,
    }
    let text = "SELECT s.id, m.version FROM session s JOIN membership m ON m.organization_id = s.organization_id \
         AND m.id = s.membership_id WHERE s.ended_at IS NULL AND s.expires_at > $1 AND m.ended_at IS NULL AND s.id IN ";
    let rows = Sql::new(text, [now.into()]).list(sessions).all::<Row>(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.version)).collect())
}

/// Whether there is anything of before `over` to be taken away.
pub(super) async fn any_over(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (over, long_over): (Moment, Moment),
) -> Result<bool, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        #[expect(dead_code, reason = "that there is one is what counts")]
        id: SessionId,
    }
    let of_tokens = "SELECT s.id FROM session_token t JOIN session s ON s.id = t.session_id WHERE s.organization_id = $1 AND ";
    let old = [
        (of_tokens, "t.expires_at < $2", over),
        (of_tokens, "t.salt IS NOT NULL AND t.used_at < $2", over),
    ];
    let sessions = (
        "SELECT s.id FROM session s WHERE s.organization_id = $1 AND ",
        "s.expires_at < $2",
        long_over,
    );
    for (rows, which, before) in old.into_iter().chain([sessions]) {
        let one = Sql::new(rows, [organization.into(), before.into()]).push(which).push(" LIMIT 1");
        if one.one::<Row>(conn).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes away salts and tokens of before `over` and sessions of before `long_over`; at most `count` of each. Answers
/// how many rows.
pub(super) async fn clean(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (over, long_over): (Moment, Moment),
    count: i64,
) -> Result<u64, DbErr> {
    let salts = "UPDATE session_token SET salt = NULL WHERE token_hash IN (SELECT t.token_hash FROM session_token t \
         JOIN session s ON s.id = t.session_id WHERE s.organization_id = $1 AND t.salt IS NOT NULL AND t.used_at < $2 LIMIT $3)";
    let values = |moment: Moment| [organization.into(), moment.into(), count.into()];
    let mut gone = Sql::new(salts, values(over)).run(conn).await?;
    let tokens = "DELETE FROM session_token WHERE token_hash IN (SELECT t.token_hash FROM session_token t \
         JOIN session s ON s.id = t.session_id WHERE s.organization_id = $1 AND t.expires_at < $2 LIMIT $3)";
    gone += Sql::new(tokens, values(over)).run(conn).await?;
    let sessions = "DELETE FROM session WHERE id IN (SELECT s.id FROM session s WHERE s.organization_id = $1 \
         AND s.expires_at < $2 AND NOT EXISTS (SELECT 1 FROM session_token t WHERE t.session_id = s.id) LIMIT $3)";
    gone += Sql::new(sessions, values(long_over)).run(conn).await?;
    Ok(gone)
}
