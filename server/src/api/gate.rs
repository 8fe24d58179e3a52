//! Who comes in: a bearer token becomes an actor.

use std::sync::Arc;

use async_graphql::Data;
use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderValue, header};
use guanjia_front::{Entry, Gate, Knock, Refusal};

use super::{context::Caller, errors::Code};
use crate::{
    app::App,
    kernel::{Failure, Language},
};

/// The gate of this program.
pub struct Doorkeeper {
    /// The program.
    pub app: Arc<App>,
}

#[async_trait]
impl Gate for Doorkeeper {
    async fn enter(&self, knock: Knock) -> Result<Entry, Refusal> {
        let language = language_of(knock.accept_language.as_deref());
        let mut entry = Entry { developer: !self.app.settings.production, ..Entry::default() };
        let address = Some(guanjia_front::group(knock.peer));
        let mut caller = Caller { actor: None, language, address, watched: None };
        if let Some(token) = &knock.bearer {
            let found = self.app.sessions.comers.of_token(&self.app.kernel, token).await;
            let found = found.map_err(|failure| unavailable(&failure, language))?;
            let comer = found.ok_or_else(|| {
                Refusal::unauthenticated(
                    Code::Unauthenticated.as_str(),
                    Code::Unauthenticated.text().to(language),
                )
            })?;
            let actor = comer.actor;
            entry.actor = Some(actor.person.to_string());
            // A socket lasts as long as the session may, not as its access token: it is watched.
            let now = self.app.kernel.clock.security();
            entry.expires_in = Some((comer.session_until - now).to_std().unwrap_or_default());
            let watched = self.app.sessions.watch(actor.session, comer.version);
            entry.revoked = watched.ended.child_token();
            (caller.actor, caller.watched) = (Some(actor), Some(watched));
        }
        let mut data = Data::default();
        data.insert(caller);
        Ok(Entry { data, ..entry })
    }
}

/// The language that a header asks for.
pub fn language_of(accepted: Option<&str>) -> Language {
    match guanjia_front::Language::from_header(accepted) {
        Some(guanjia_front::Language::English) => Language::English,
        _ => Language::Chinese,
    }
}

/// Who calls a path beside GraphQL, by the same headers; a token that is not good is refused.
pub async fn caller_of(app: &App, headers: &HeaderMap) -> Result<Caller, Failure> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let language = language_of(text(header::ACCEPT_LANGUAGE));
    let Some(authorization) = text(header::AUTHORIZATION) else {
        return Ok(Caller { language, ..Caller::default() });
    };
    let token =
        authorization.split_once(' ').filter(|(word, _)| word.eq_ignore_ascii_case("bearer"));
    let (_, token) = token.ok_or(Failure::Unauthenticated)?;
    let found = app.sessions.comers.of_token(&app.kernel, token.trim()).await?;
    let comer = found.ok_or(Failure::Unauthenticated)?;
    Ok(Caller { actor: Some(comer.actor), language, ..Caller::default() })
}

fn unavailable(failure: &Failure, language: Language) -> Refusal {
    tracing::error!(%failure, "a token could not be checked");
    Refusal::unavailable(Code::Unavailable.as_str(), Code::Unavailable.text().to(language))
}
