//! How a failure reaches a client: a code from one list (docs/errors.md), a sentence in their language, and nothing of
//! what is inside. The cause of a fault goes to the log under the id that the client is shown.

use async_graphql::{Error, ErrorExtensions};

use crate::kernel::{Failure, Language, Text, ids};

/// What this crate adds to the codes of the front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// An argument is wrong; `field` names it.
    BadInput,
    /// There is no such thing, or it is not yours.
    NotFound,
    /// Your role does not allow it.
    Forbidden,
    /// Nobody is signed in, or no longer.
    Unauthenticated,
    /// The idempotency key stands for another act.
    IdempotencyKeyReused,
    /// Failed too often; `retryAfter` is in seconds.
    RateLimited,
    /// The database cannot be reached at the moment; the same request may be sent again.
    Unavailable,
    /// A fault of the server; `id` finds it in the log.
    Internal,
}

impl Code {
    /// `extensions.code`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadInput => "BAD_INPUT",
            Self::NotFound => "NOT_FOUND",
            Self::Forbidden => "FORBIDDEN",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::IdempotencyKeyReused => "IDEMPOTENCY_KEY_REUSED",
            Self::RateLimited => "RATE_LIMITED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }

    /// The sentence.
    pub fn text(self) -> Text {
        match self {
            Self::BadInput => Text::new("参数有误", "an argument is wrong"),
            Self::NotFound => Text::new("没有找到", "not found"),
            Self::Forbidden => Text::new("您没有此项权限", "you are not allowed to do this"),
            Self::Unauthenticated => Text::new("请先登录", "please sign in"),
            Self::IdempotencyKeyReused => {
                Text::new("该幂等键已用于另一项操作", "this idempotency key stands for another act")
            }
            Self::RateLimited => {
                Text::new("失败次数过多,请稍后再试", "too many failed attempts, please wait")
            }
            Self::Unavailable => {
                Text::new("服务暂时不可用,请稍后重试", "temporarily unavailable, please try again")
            }
            Self::Internal => Text::new("服务器内部错误", "internal error"),
        }
    }
}

/// The failure as an error of GraphQL.
pub fn told(failure: Failure, language: Language) -> Error {
    match failure {
        Failure::Problems(problems) => match problems.into_iter().next() {
            Some(first) => Error::new(first.text.to(language)).extend_with(|_, extensions| {
                extensions.set("code", Code::BadInput.as_str());
                extensions.set("field", first.field.join("."));
            }),
            None => plain(Code::BadInput, language),
        },
        Failure::NotFound => plain(Code::NotFound, language),
        Failure::Forbidden => plain(Code::Forbidden, language),
        Failure::Unauthenticated => plain(Code::Unauthenticated, language),
        Failure::KeyReused => plain(Code::IdempotencyKeyReused, language),
        Failure::TooManyTries(wait) => {
            let seconds = wait.as_secs().saturating_add(1);
            plain(Code::RateLimited, language)
                .extend_with(|_, extensions| extensions.set("retryAfter", seconds))
        }
        Failure::Unavailable(why) => {
            tracing::warn!(%why, "the database is unavailable");
            plain(Code::Unavailable, language)
        }
        Failure::Broken(why) => {
            let id = ids::fresh::<uuid::Uuid>().simple().to_string();
            tracing::error!(%id, %why, "a fault of the server");
            plain(Code::Internal, language)
                .extend_with(|_, extensions| extensions.set("id", id.as_str()))
        }
    }
}

fn plain(code: Code, language: Language) -> Error {
    Error::new(code.text().to(language))
        .extend_with(|_, extensions| extensions.set("code", code.as_str()))
}
