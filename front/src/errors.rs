//! The one list of error codes that the front itself gives.

use axum::http::StatusCode;

use crate::language::Language;

/// Every `extensions.code` of the front. The program behind it has codes of its own.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Code {
    /// The request cannot be read: bad JSON, a key twice, a parameter of the wrong type, a batch.
    BadRequest,
    /// A method other than GET and POST, or a mutation by GET.
    MethodNotAllowed,
    /// Nothing that the client accepts can be written.
    NotAcceptable,
    /// The body did not arrive in time.
    RequestTimeout,
    /// The body is longer than allowed.
    PayloadTooLarge,
    /// A body that is not `application/json` in UTF-8 without compression.
    UnsupportedMediaType,
    /// A page of a foreign origin tried to open a socket.
    ForbiddenOrigin,
    /// The document is not GraphQL.
    ParseFailed,
    /// The document does not fit the schema.
    ValidationFailed,
    /// No operation of that name, or several and no name.
    OperationResolutionFailure,
    /// A variable or an argument is of the wrong type.
    BadUserInput,
    /// The document is over a limit; `extensions.limit` says which.
    QueryTooComplex,
    /// The caller may not ask for the schema.
    IntrospectionDisabled,
    /// No registered operation has that `documentId`.
    PersistedQueryNotFound,
    /// Only registered operations are let in.
    PersistedQueryRequired,
    /// The operation is switched off.
    OperationDisabled,
    /// The app is older than what is still served.
    ClientTooOld,
    /// The caller has spent the cost of this minute; `extensions.retryAfter` is in seconds.
    RateLimited,
    /// Too many sockets, or too many operations on one.
    TooManyConnections,
    /// The operation took too long. A mutation goes on all the same.
    Timeout,
    /// The server is stopping, or something that it needs is away.
    Unavailable,
    /// Something broke; `extensions.requestId` finds it in the logs.
    Internal,
    /// More errors than are shown.
    TooManyErrors,
}

impl Code {
    /// Every code, for documentation and tests.
    pub const ALL: [Self; 23] = [
        Self::BadRequest,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::RequestTimeout,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::ForbiddenOrigin,
        Self::ParseFailed,
        Self::ValidationFailed,
        Self::OperationResolutionFailure,
        Self::BadUserInput,
        Self::QueryTooComplex,
        Self::IntrospectionDisabled,
        Self::PersistedQueryNotFound,
        Self::PersistedQueryRequired,
        Self::OperationDisabled,
        Self::ClientTooOld,
        Self::RateLimited,
        Self::TooManyConnections,
        Self::Timeout,
        Self::Unavailable,
        Self::Internal,
        Self::TooManyErrors,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::RequestTimeout => "REQUEST_TIMEOUT",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::ForbiddenOrigin => "FORBIDDEN_ORIGIN",
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::OperationResolutionFailure => "OPERATION_RESOLUTION_FAILURE",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::IntrospectionDisabled => "INTROSPECTION_DISABLED",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedQueryRequired => "PERSISTED_QUERY_REQUIRED",
            Self::OperationDisabled => "OPERATION_DISABLED",
            Self::ClientTooOld => "CLIENT_TOO_OLD",
            Self::RateLimited => "RATE_LIMITED",
            Self::TooManyConnections => "TOO_MANY_CONNECTIONS",
            Self::Timeout => "TIMEOUT",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
            Self::TooManyErrors => "TOO_MANY_ERRORS",
        }
    }

    /// Whether the detail, which is in English, stands apart from a message in another language: people read what is
    /// wrong with a value that they typed.
    pub(crate) fn keeps_apart(self, language: Language) -> bool {
        self == Self::BadUserInput && language != Language::English
    }

    /// The text with a detail behind it, in one language.
    pub(crate) fn with_detail(self, detail: &str, language: Language) -> String {
        if self.keeps_apart(language) {
            return self.text(language).to_owned();
        }
        format!("{}: {detail}", self.text(language))
    }

    /// What the text of the error begins with, in the language of the caller.
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        let (chinese, english) = self.texts();
        match language {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }

    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::BadRequest => ("请求无法读取", "The request cannot be read"),
            Self::MethodNotAllowed => ("不允许使用该请求方法", "The method is not allowed"),
            Self::NotAcceptable => {
                ("无法以客户端接受的格式作答", "No answer in a format that the client accepts")
            }
            Self::RequestTimeout => ("请求内容未及时到达", "The body did not arrive in time"),
            Self::PayloadTooLarge => ("请求内容过大", "The body is too large"),
            Self::UnsupportedMediaType => {
                ("请求内容须为 application/json", "The body must be application/json")
            }
            Self::ForbiddenOrigin => ("不允许来自该来源的连接", "The origin is not allowed"),
            Self::ParseFailed => ("查询语法有误", "The document is not GraphQL"),
            Self::ValidationFailed => {
                ("查询不符合接口定义", "The document does not fit the schema")
            }
            Self::OperationResolutionFailure => {
                ("无法确定要执行的操作", "It is not clear which operation to run")
            }
            Self::BadUserInput => ("输入的值有误", "An input has a wrong value"),
            Self::QueryTooComplex => ("查询过于复杂", "The query is too complex"),
            Self::IntrospectionDisabled => ("不提供接口自省", "Introspection is switched off"),
            // Apollo's clients look for this very word.
            Self::PersistedQueryNotFound => ("PersistedQueryNotFound", "PersistedQueryNotFound"),
            Self::PersistedQueryRequired => {
                ("只允许执行已登记的操作", "Only registered operations are let in")
            }
            Self::OperationDisabled => ("该功能暂时停用", "The operation is switched off"),
            Self::ClientTooOld => {
                ("应用版本过低，请升级后再试", "The app is too old; please update it")
            }
            Self::RateLimited => ("操作过于频繁，请稍后再试", "Too many requests; try again later"),
            Self::TooManyConnections => ("连接或订阅过多", "Too many connections or subscriptions"),
            Self::Timeout => ("处理超时", "The operation took too long"),
            Self::Unavailable => ("服务暂时不可用，请稍后再试", "Not available; try again later"),
            Self::Internal => ("服务器内部错误", "Something went wrong"),
            Self::TooManyErrors => ("错误过多，其余从略", "More errors than are shown"),
        }
    }

    /// Whether GraphQL itself refuses the operation (200 in plain JSON, as old clients expect) or
    /// the transport does.
    pub(crate) const fn is_about_the_document(self) -> bool {
        matches!(
            self,
            Self::ParseFailed
                | Self::ValidationFailed
                | Self::OperationResolutionFailure
                | Self::BadUserInput
                | Self::QueryTooComplex
                | Self::IntrospectionDisabled
                | Self::PersistedQueryNotFound
                | Self::PersistedQueryRequired
                | Self::OperationDisabled
        )
    }

    /// Status over HTTP. `unprocessable` is for what can be read and cannot be run: 400, or 422 in
    /// the newer draft.
    pub(crate) const fn status(self, unprocessable: StatusCode) -> StatusCode {
        match self {
            Self::BadRequest | Self::ParseFailed => StatusCode::BAD_REQUEST,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ForbiddenOrigin | Self::PersistedQueryRequired | Self::OperationDisabled => {
                StatusCode::FORBIDDEN
            }
            Self::ValidationFailed
            | Self::OperationResolutionFailure
            | Self::BadUserInput
            | Self::QueryTooComplex
            | Self::IntrospectionDisabled
            | Self::PersistedQueryNotFound => unprocessable,
            Self::ClientTooOld => StatusCode::UPGRADE_REQUIRED,
            Self::RateLimited | Self::TooManyConnections => StatusCode::TOO_MANY_REQUESTS,
            Self::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal | Self::TooManyErrors => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
