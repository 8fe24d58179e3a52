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

/// A failure in the words of one language.
pub struct Told {
    /// Its code.
    pub code: Code,
    /// The sentence.
    pub text: String,
    /// The argument that is wrong.
    pub field: Option<String>,
    /// What finds the cause in the log.
    pub id: Option<String>,
    /// Seconds to wait before the next try.
    pub retry_after: Option<u64>,
}

/// The failure as it is told; the cause of a fault goes to the log.
pub fn told_plainly(failure: Failure, language: Language) -> Told {
    let (mut id, mut retry_after) = (None, None);
    let code = match failure {
        Failure::Problems(problems) => match problems.into_iter().next() {
            Some(first) => {
                let text = first.text.to(language).to_owned();
                let (code, field) = (Code::BadInput, Some(first.field.join(".")));
                return Told { code, text, field, id, retry_after };
            }
            None => Code::BadInput,
        },
        Failure::NotFound => Code::NotFound,
        Failure::Forbidden => Code::Forbidden,
        Failure::Unauthenticated => Code::Unauthenticated,
        Failure::KeyReused => Code::IdempotencyKeyReused,
        Failure::TooManyTries(wait) => {
            retry_after = Some(wait.as_secs().saturating_add(1));
            Code::RateLimited
        }
        Failure::Unavailable(why) => {
            tracing::warn!(%why, "the database is unavailable");
            Code::Unavailable
        }
        Failure::Broken(why) => {
            let fresh = ids::fresh::<uuid::Uuid>().simple().to_string();
            tracing::error!(id = %fresh, %why, "a fault of the server");
            id = Some(fresh);
            Code::Internal
        }
    };
    Told { code, text: code.text().to(language).to_owned(), field: None, id, retry_after }
}

/// The failure as an error of GraphQL.
pub fn told(failure: Failure, language: Language) -> Error {
    let told = told_plainly(failure, language);
    Error::new(told.text).extend_with(|_, extensions| {
        extensions.set("code", told.code.as_str());
        if let Some(field) = &told.field {
            extensions.set("field", field.as_str());
        }
        if let Some(id) = &told.id {
            extensions.set("id", id.as_str());
        }
        if let Some(seconds) = told.retry_after {
            extensions.set("retryAfter", seconds);
        }
    })
}
