//! Signing in, in the API.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use guanjia_entity::session;

use super::{
    commands::{self, ChangePassword, Entered, SignIn, SignedIn, UseCode},
    rules::Good,
};
use crate::{
    api::{
        acts::{Problem, act, settle},
        context::{Ask, Caller},
        rights,
        scalars::{Gid, Instant},
    },
    kernel::{
        By,
        ids::{OrganizationId, SessionId},
    },
    people::graphql::{Organization, Viewer},
};

/// A sign-in on one device 登录设备.
#[derive(SimpleObject)]
pub struct Session {
    /// Its id.
    id: Gid<SessionId>,
    /// What the device called itself when it signed in.
    device: Option<String>,
    /// When it signed in.
    created_at: Instant,
    /// When it was last in use, to the quarter of an hour or so: the last time it was refreshed.
    last_used_at: Instant,
    /// Good until then, unless it is refreshed before.
    expires_at: Instant,
    /// Whether it is the one you are asking with.
    current: bool,
}

impl Session {
    pub(in crate::people) fn of(row: session::Model, current: SessionId) -> Self {
        Self {
            current: row.id == current,
            id: Gid(row.id),
            device: row.device,
            created_at: Instant(row.created_at),
            last_used_at: Instant(row.last_used_at.unwrap_or(row.created_at)),
            expires_at: Instant(row.expires_at),
        }
    }
}

/// What `signIn` takes.
#[derive(InputObject)]
pub struct SignInInput {
    /// Mobile number, eleven digits.
    mobile: String,
    /// The password.
    #[graphql(secret)]
    password: String,
    /// The company; needed only by those whose password is good in several.
    organization_id: Option<Gid<OrganizationId>>,
    /// What the device calls itself, to be known again in the list of sessions: "张三的手机". At most 60 characters.
    device: Option<String>,
}

/// What `signIn`, `refreshSession` and `useCode` answer. Tokens are shown this once.
#[derive(SimpleObject, Default)]
pub struct SignInPayload {
    /// The access token: send it as `Authorization: Bearer …`, and as `authorization` in `connection_init`.
    token: Option<String>,
    /// The access token is good until then. A socket stays open beyond it, as long as the session lasts.
    expires_at: Option<Instant>,
    /// The refresh token: give it to `refreshSession` before or after the access token is over. Keep it safe.
    refresh_token: Option<String>,
    /// The refresh token is good until then; afterwards sign in again.
    refresh_expires_at: Option<Instant>,
    /// Who you are.
    viewer: Option<Viewer>,
    /// Sign in again naming one of these: your password is good in several companies.
    organizations: Vec<Organization>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

impl From<Entered> for SignInPayload {
    fn from(entered: Entered) -> Self {
        let Good { access_until, refresh_until } = entered.good;
        Self {
            token: Some(entered.pair.access),
            expires_at: Some(Instant(access_until)),
            refresh_token: Some(entered.pair.refresh),
            refresh_expires_at: Some(Instant(refresh_until)),
            viewer: Some((*entered.actor).into()),
            ..Self::default()
        }
    }
}

impl SignInPayload {
    fn refused(problems: Vec<Problem>) -> Self {
        Self { problems, ..Self::default() }
    }
}

/// What `refreshSession` takes.
#[derive(InputObject)]
pub struct RefreshSessionInput {
    /// The refresh token of the last answer.
    #[graphql(secret)]
    refresh_token: String,
}

/// What `useCode` takes.
#[derive(InputObject)]
pub struct UseCodeInput {
    /// The code that an administrator handed over. Capitals and dashes do not matter.
    #[graphql(secret)]
    code: String,
    /// The password you want: 8 to 200 characters, without your mobile number.
    #[graphql(secret)]
    password: String,
    /// What the device calls itself.
    device: Option<String>,
}

/// What `changePassword` takes.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password you have.
    #[graphql(secret)]
    old_password: String,
    /// The password you want: 8 to 200 characters, without your mobile number.
    #[graphql(secret)]
    new_password: String,
}

/// What `changePassword` answers.
#[derive(SimpleObject, Default)]
pub struct ChangePasswordPayload {
    /// Whether it is changed.
    changed: bool,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// What `signOut` answers.
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// Whether the session is ended; always true.
    ended: bool,
}

/// What `endSession` takes.
#[derive(InputObject)]
pub struct EndSessionInput {
    /// A key that names this act; the same on every retry.
    idempotency_key: String,
    /// The session, of `viewer.sessions`.
    session_id: Gid<SessionId>,
}

/// What `endSession` answers.
#[derive(SimpleObject, Default)]
pub struct EndSessionPayload {
    /// The session that was ended.
    session_id: Option<Gid<SessionId>>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Ends the shift whose token came with a sign-in.
async fn taken_over(ctx: &Context<'_>) -> Result<()> {
    let Some(before) = &ctx.data::<Caller>()?.actor else { return Ok(()) };
    commands::take_over(ctx.app()?, before).await.map_err(|f| ctx.tell(f))
}

/// Mutations.
#[derive(Default)]
pub struct SignInMutation;

#[Object]
impl SignInMutation {
    /// Signs in with mobile number and password. Takes no idempotency key: each call is a session of its own. A number
    /// that nobody has and a wrong password look the same. After too many failures of a number or an address the error
    /// `RATE_LIMITED` says in `retryAfter` for how many seconds to wait. A guard signs in for a shift, which refreshing does
    /// not make longer; sent with the token of a guard's shift, it ends that shift: the telephone has changed hands.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number, password, company.")] input: SignInInput,
    ) -> Result<SignInPayload> {
        let organization = input.organization_id.map(|id| id.0);
        let mobile = input.mobile.trim().to_owned();
        let tried = ctx.tried("sign-in", Some(&mobile));
        let input = SignIn {
            mobile: mobile.clone(),
            password: input.password,
            organization,
            device: input.device,
        };
        let signed_in = commands::sign_in(ctx.app()?, input, tried).await;
        Ok(match settle(ctx, signed_in)? {
            Ok(SignedIn::Yes(entered)) => {
                taken_over(ctx).await?;
                entered.into()
            }
            Ok(SignedIn::Choose(several)) => {
                let several = several.into_iter();
                let organizations = several.map(|(id, name)| Organization { id: Gid(id), name });
                SignInPayload { organizations: organizations.collect(), ..SignInPayload::default() }
            }
            Err(problems) => SignInPayload::refused(problems),
        })
    }

    /// Answers new tokens for a refresh token. Send no `Authorization` with it, the access token may be over. Each refresh
    /// token is good once. Shown again within 60 seconds it answers the same new tokens, so a lost answer costs nothing;
    /// shown again later it ends the session, since somebody else may have it.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The refresh token.")] input: RefreshSessionInput,
    ) -> Result<SignInPayload> {
        let tried = ctx.tried("refresh", None);
        let done = commands::refresh(ctx.app()?, input.refresh_token, tried).await;
        Ok(settle(ctx, done)?.map_or_else(SignInPayload::refused, SignInPayload::from))
    }

    /// Sets a password by a code that an administrator handed over, for whoever is invited or has forgotten theirs, and
    /// signs in. The code is good once: when the answer was lost, sign in with the password.
    async fn use_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Code and password.")] input: UseCodeInput,
    ) -> Result<SignInPayload> {
        let tried = ctx.tried("code", None);
        let UseCodeInput { code, password, device } = input;
        let done = commands::use_code(ctx.app()?, UseCode { code, password, device }, tried).await;
        let done = settle(ctx, done)?;
        if done.is_ok() {
            taken_over(ctx).await?;
        }
        Ok(done.map_or_else(SignInPayload::refused, SignInPayload::from))
    }

    /// Changes your password in this company. Your other sessions end. Repeating it after a lost answer changes nothing.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The old one and the new one.")] input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload> {
        rights::check(ctx, "Mutation.changePassword")?;
        let actor = ctx.actor()?;
        let me = actor.person.to_string();
        let tried = ctx.tried("password", Some(&me));
        let input = ChangePassword { old: input.old_password, new: input.new_password };
        let done = commands::change_password(ctx.app()?, actor, input, tried).await;
        Ok(match settle(ctx, done)? {
            Ok(()) => ChangePasswordPayload { changed: true, ..ChangePasswordPayload::default() },
            Err(problems) => ChangePasswordPayload { problems, ..ChangePasswordPayload::default() },
        })
    }

    /// Ends the session you came with; its sockets are closed. Repeating it changes nothing.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload> {
        rights::check(ctx, "Mutation.signOut")?;
        let by = By::Person(ctx.actor()?.clone());
        let app = ctx.app()?;
        let sessions = app.sessions.clone();
        let done = app.kernel.write(by, |work| Box::pin(commands::sign_out(work, sessions))).await;
        done.map(|()| SignOutPayload { ended: true }).map_err(|f| ctx.tell(f))
    }

    /// Ends one of your sessions: a telephone was lost. Its sockets are closed at once, on every replica.
    async fn end_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: EndSessionInput,
    ) -> Result<EndSessionPayload> {
        let sessions = ctx.app()?.sessions.clone();
        let key = (input.idempotency_key.as_str(), "endSession");
        let done = act(ctx, key, input.session_id.0, |work, session| {
            Box::pin(commands::end_session(work, session, sessions))
        });
        Ok(match done.await? {
            Ok(id) => EndSessionPayload { session_id: Some(Gid(id)), problems: Vec::new() },
            Err(problems) => EndSessionPayload { session_id: None, problems },
        })
    }
}
