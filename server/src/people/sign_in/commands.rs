//! Signing in, refreshing, signing out, passwords and codes. None of these keeps an outcome under an idempotency key: their
//! answers hold secrets, and their inputs too.

use chrono::TimeDelta;
use guanjia_entity::session;
use serde_json::json;

use super::{
    Sessions, SignInSettings, Tried,
    rules::{Good, Pair, Shown, Stay, password_problem, shown},
    store::{self, Place, Refresh},
};
use crate::{
    app::App,
    kernel::{
        Actor, By, Failure, Moment, Problem, ProblemCode, Text, Work, audit,
        ids::{self, MembershipId, OrganizationId, SessionId},
        tokens,
    },
    people::{self, queries},
};

/// What somebody types to sign in.
pub struct SignIn {
    /// Mobile number, eleven digits.
    pub mobile: String,
    /// The password.
    pub password: String,
    /// The company, needed only by those whose password is good in several.
    pub organization: Option<OrganizationId>,
    /// What the device calls itself.
    pub device: Option<String>,
}

/// Somebody is in.
pub struct Entered {
    /// The tokens, shown this once.
    pub pair: Pair,
    /// Until when they are good.
    pub good: Good,
    /// Who it is.
    pub actor: Box<Actor>,
}

/// How a sign-in ended.
pub enum SignedIn {
    /// In.
    Yes(Entered),
    /// The password is right in all of these companies: one must be named.
    Choose(Vec<(OrganizationId, String)>),
}

/// Longest name of a device, in characters; the rest is cut.
const LONGEST_DEVICE: usize = 60;

/// Signs in. Whatever is wrong takes one computation and is answered alike.
pub async fn sign_in(app: &App, input: SignIn, tried: Tried<'_>) -> Result<SignedIn, Failure> {
    let turn = app.passwords.turn().await?;
    let now = app.kernel.clock.security();
    app.throttle.check(tried, now).await?;
    let conn = app.kernel.database.read();
    let places = store::places_of(conn, &input.mobile, input.organization).await?;
    let kept = places.iter().map(|place| place.password_hash.clone()).collect();
    let right = turn.matching(input.password, kept).await?;
    drop(turn);
    let open: Vec<Place> =
        places.into_iter().zip(right).filter(|(_, right)| *right).map(|(place, _)| place).collect();
    let place = match open.as_slice() {
        [] => {
            app.throttle.failed(tried, now).await;
            let text =
                Text::new("手机号或密码不正确", "the mobile number or the password is wrong");
            return Err(Failure::problem(Problem::at(
                "mobile",
                ProblemCode::WrongCredentials,
                text,
            )));
        }
        [place] => place.clone(),
        several => {
            let choice = several.iter();
            let choice = choice.map(|one| (one.organization_id, one.organization_name.clone()));
            return Ok(SignedIn::Choose(choice.collect()));
        }
    };
    app.throttle.succeeded(tried).await;
    enter(app, place, input.device).await.map(SignedIn::Yes)
}

/// Begins a session.
async fn enter(app: &App, place: Place, device: Option<String>) -> Result<Entered, Failure> {
    let (pair, settings) = (Pair::fresh()?, app.settings.sign_in.clone());
    let kept = pair.clone();
    let begun = app.kernel.write(By::System(place.organization_id), move |work| {
        Box::pin(async move { begin(work, (&place, device), (&kept, &settings)).await })
    });
    let good = begun.await?;
    entered(app, pair, good).await
}

async fn begin(
    work: &Work,
    (place, device): (&Place, Option<String>),
    (pair, settings): (&Pair, &SignInSettings),
) -> Result<Good, Failure> {
    let now = work.security_now;
    let stay = stay(work, place.membership_id).await?;
    let good = Good::of(settings, stay, (now, now));
    let row = session::Model {
        id: ids::fresh(),
        user_id: place.user_id,
        organization_id: place.organization_id,
        membership_id: place.membership_id,
        token_hash: tokens::print_of(pair.access.as_bytes()),
        created_at: now,
        expires_at: good.refresh_until,
        ended_at: None,
        device: device.map(|name| name.trim().chars().take(LONGEST_DEVICE).collect()),
        last_used_at: None,
    };
    let id = row.id;
    store::insert_session(work.conn(), row).await?;
    store::insert_pair(work.conn(), (id, now), (pair, good)).await?;
    let facts = json!({ "session": id });
    audit::record(work, "SIGN_IN", Some(place.membership_id.into()), facts).await?;
    Ok(good)
}

/// Reads back who came in, as every request will.
async fn entered(app: &App, pair: Pair, good: Good) -> Result<Entered, Failure> {
    let comer = queries::comer_of_token(&app.kernel, &pair.access).await?;
    let comer = comer.ok_or(Failure::Unauthenticated)?;
    Ok(Entered { pair, good, actor: Box::new(comer.actor) })
}

/// Answers the next pair for a refresh token; the same one again for a minute. What is unknown, too old, ended or was used
/// before is refused alike, and the last ends the session.
pub async fn refresh(app: &App, token: String, tried: Tried<'_>) -> Result<Entered, Failure> {
    let now = app.kernel.clock.security();
    app.throttle.check(tried, now).await?;
    let known = store::refresh_of(app.kernel.database.read(), &token, now).await?;
    let next = match known {
        Some(known) => {
            let (settings, sessions) = (app.settings.sign_in.clone(), app.sessions.clone());
            let by = By::System(known.organization_id);
            let act = app.kernel.write(by, move |work| {
                Box::pin(async move {
                    succeed(work, (known.session_id, token), settings, sessions).await
                })
            });
            act.await?
        }
        None => None,
    };
    match next {
        Some((pair, good)) => entered(app, pair, good).await,
        None => {
            app.throttle.failed(tried, now).await;
            let text =
                Text::new("登录已失效,请重新登录", "the sign-in is over, please sign in again");
            let problem = Problem::at("refreshToken", ProblemCode::WrongCredentials, text);
            Err(Failure::problem(problem))
        }
    }
}

/// The successors of a token; none, with the session ended, when it was used before.
async fn succeed(
    work: &mut Work,
    (session, token): (SessionId, String),
    settings: SignInSettings,
    sessions: Sessions,
) -> Result<Option<(Pair, Good)>, Failure> {
    store::lock(work.conn(), session).await?;
    // Read again under the lock: twenty that ask at once are answered one after the other.
    let now = work.security_now;
    let found = store::refresh_of(work.conn(), &token, now).await?;
    let Some(found) = found.filter(|found| found.live) else { return Ok(None) };
    match shown(found.used_at.map(|at| (at, found.salt.as_deref())), now) {
        Shown::First => {
            let salt = tokens::fresh_token()?;
            let pair = Pair::after(&token, &salt);
            let stay = stay(work, found.membership_id).await?;
            let good = Good::of(&settings, stay, (found.began_at, now));
            // Whoever became a guard since may have been here for longer than a shift.
            if good.refresh_until <= now {
                end(work, vec![session], sessions).await?;
                return Ok(None);
            }
            store::insert_pair(work.conn(), (session, now), (&pair, good)).await?;
            store::refreshed(work.conn(), (session, &token), (&salt, good), now).await?;
            Ok(Some((pair, good)))
        }
        Shown::Again(salt) => {
            let pair = Pair::after(&token, &salt);
            let good = store::good_of(work.conn(), &pair).await?;
            Ok(good.map(|good| (pair, good)))
        }
        Shown::Reused => {
            tell_reuse(work, &found, sessions).await?;
            Ok(None)
        }
    }
}

/// How long somebody stays signed in, by what they are now.
async fn stay(work: &Work, person: MembershipId) -> Result<Stay, Failure> {
    let roles = people::store::roles_of(work.conn(), work.organization(), person).await?;
    let roles: Vec<_> = roles.iter().filter_map(|role| role.parse().ok()).collect();
    Ok(Stay::of(&roles))
}

/// Somebody else signs in on the telephone of a shift: whoever had it before is out at once. Of those with a device of their
/// own nothing ends.
pub async fn take_over(app: &App, before: &Actor) -> Result<(), Failure> {
    if Stay::of(&before.roles) == Stay::Own {
        return Ok(());
    }
    let (by, sessions) = (By::Person(before.clone()), app.sessions.clone());
    app.kernel.write(by, |work| Box::pin(sign_out(work, sessions))).await
}

async fn tell_reuse(work: &mut Work, found: &Refresh, sessions: Sessions) -> Result<(), Failure> {
    let session = found.session_id;
    let facts = json!({ "session": session });
    audit::record(work, "REFRESH_REUSED", Some(found.membership_id.into()), facts).await?;
    end(work, vec![session], sessions).await
}

/// Ends the session the actor came with, and the sockets that came with it; ending it twice is the same.
pub async fn sign_out(work: &mut Work, sessions: Sessions) -> Result<(), Failure> {
    let session = work.actor()?.session;
    end(work, vec![session], sessions).await
}

/// Ends one of the actor's own sessions: a telephone was lost.
pub async fn end_session(
    work: &mut Work,
    session: SessionId,
    sessions: Sessions,
) -> Result<SessionId, Failure> {
    let actor = work.actor()?;
    let me = (actor.organization, actor.person);
    let mine = store::live_of(work.conn(), me, work.security_now).await?;
    if mine.iter().any(|one| one.id == session) {
        end(work, vec![session], sessions).await?;
        let facts = json!({ "session": session });
        audit::record(work, "SESSION_ENDED", Some(me.1.into()), facts).await?;
        return Ok(session);
    }
    Err(Failure::NotFound)
}

/// Ends the sessions of a person, but for one; answers how many.
pub async fn end_sessions_of(
    work: &mut Work,
    person: MembershipId,
    but: Option<SessionId>,
    sessions: Sessions,
) -> Result<usize, Failure> {
    let whose = (work.organization(), person);
    let mut live: Vec<SessionId> = store::live_of(work.conn(), whose, work.security_now)
        .await?
        .into_iter()
        .map(|one| one.id)
        .collect();
    live.retain(|id| Some(*id) != but);
    let count = live.len();
    end(work, live, sessions).await?;
    Ok(count)
}

async fn end(work: &mut Work, which: Vec<SessionId>, sessions: Sessions) -> Result<(), Failure> {
    store::end(work.conn(), &which, work.security_now).await?;
    work.after_commit(move || async move { sessions.end(which).await });
    Ok(())
}

/// A password to be changed by its owner.
pub struct ChangePassword {
    /// The one they have.
    pub old: String,
    /// The one they want.
    pub new: String,
}

/// Changes the actor's own password and ends their other sessions. Repeated after a lost answer it is done already.
pub async fn change_password(
    app: &App,
    actor: &Actor,
    input: ChangePassword,
    tried: Tried<'_>,
) -> Result<(), Failure> {
    let conn = app.kernel.database.read();
    let me = people::store::login_of(conn, (actor.organization, actor.person)).await?;
    let me = me.ok_or(Failure::NotFound)?;
    if let Some(problem) = password_problem("newPassword", &input.new, &me.mobile) {
        return Err(Failure::problem(problem));
    }
    let turn = app.passwords.turn().await?;
    let now = app.kernel.clock.security();
    app.throttle.check(tried, now).await?;
    let kept: Vec<String> = me.password_hash.clone().into_iter().collect();
    let old = turn.matching(input.old, kept.clone()).await? == [true];
    let already = turn.matching(input.new.clone(), kept).await? == [true];
    if !old && !already {
        app.throttle.failed(tried, now).await;
        let text = Text::new("原密码不正确", "the old password is wrong");
        let problem = Problem::at("oldPassword", ProblemCode::WrongCredentials, text);
        return Err(Failure::problem(problem));
    }
    app.throttle.succeeded(tried).await;
    let hash = turn.hash(input.new, Some(me.mould)).await?;
    drop(turn);
    let (person, session, sessions) = (actor.person, actor.session, app.sessions.clone());
    let act = app.kernel.write(By::Person(actor.clone()), move |work| {
        Box::pin(async move {
            people::store::set_password(work, person, Some(&hash)).await?;
            end_sessions_of(work, person, Some(session), sessions).await?;
            audit::record(work, "PASSWORD_CHANGED", Some(person.into()), json!({})).await
        })
    });
    act.await
}

/// A code that lets somebody in who has no password yet, or no longer.
pub struct Code {
    /// What is typed; shown once.
    pub text: String,
    /// Its print, which is kept.
    pub print: String,
    /// Good until then (security clock).
    pub until: Moment,
}

impl Code {
    /// A fresh one: 80 random bits as 16 digits and letters in groups of four, such as `k3fd-99ab-…`.
    pub fn fresh(settings: &SignInSettings, now: Moment) -> Result<Self, Failure> {
        let token: String = tokens::fresh_token()?.chars().take(20).collect();
        let text =
            token.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-");
        let until = now + TimeDelta::days(i64::from(settings.code_days));
        Ok(Self { print: Self::print(&text), text, until })
    }

    /// The print of what somebody typed, however they grouped it.
    pub fn print(typed: &str) -> String {
        let bare: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
        tokens::print_of(bare.to_ascii_lowercase().as_bytes())
    }
}

/// What somebody types who was given a code.
pub struct UseCode {
    /// The code.
    pub code: String,
    /// The password they want in that company.
    pub password: String,
    /// What the device calls itself.
    pub device: Option<String>,
}

/// Sets the password of whoever has the code, once, and signs in. Whether the number was known before, here or in another
/// company, changes nothing.
pub async fn use_code(app: &App, input: UseCode, tried: Tried<'_>) -> Result<Entered, Failure> {
    let turn = app.passwords.turn().await?;
    let now = app.kernel.clock.security();
    app.throttle.check(tried, now).await?;
    let print = Code::print(&input.code);
    let found = people::store::by_code(app.kernel.database.read(), &print, now).await?;
    let Some(login) = found else {
        app.throttle.failed(tried, now).await;
        return Err(wrong_code());
    };
    if let Some(problem) = password_problem("password", &input.password, &login.mobile) {
        return Err(Failure::problem(problem));
    }
    let hash = turn.hash(input.password, Some(login.mould.clone())).await?;
    drop(turn);
    let place = Place {
        organization_id: login.organization_id,
        organization_name: String::new(),
        membership_id: login.membership_id,
        user_id: login.user_id,
        password_hash: hash,
    };
    let (by, used) = (By::System(place.organization_id), place.clone());
    let act = app.kernel.write(by, move |work| {
        Box::pin(async move {
            // Two who use it at once: the second changes no row.
            if !people::store::take_code(work, &print, &used.password_hash).await? {
                return Err(wrong_code());
            }
            audit::record(work, "CODE_USED", Some(used.membership_id.into()), json!({})).await
        })
    });
    act.await?;
    enter(app, place, input.device).await
}

fn wrong_code() -> Failure {
    let text = Text::new("验证码无效或已过期", "the code is not valid, or no longer");
    Failure::problem(Problem::at("code", ProblemCode::WrongCredentials, text))
}
