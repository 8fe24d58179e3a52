//! `x-request-id` and `traceparent`: which request is this, and of which larger doing is it a part?

use axum::http::HeaderMap;

use crate::ids::Ids;

/// Id of a request; the resolvers find it in their context, errors and logs carry it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestId(pub String);

impl RequestId {
    /// The caller's own id if it is one (up to 64 letters, digits, `-`, `_`, `.`), else a new one.
    #[must_use]
    pub fn of(headers: &HeaderMap, ids: &dyn Ids) -> Self {
        let own = headers.get("x-request-id").and_then(|value| value.to_str().ok());
        let harmless = |id: &&str| {
            let letters = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
            (1..=64).contains(&id.len()) && id.bytes().all(letters)
        };
        Self(own.filter(harmless).map_or_else(|| format!("{:032x}", ids.next()), str::to_owned))
    }
}

/// W3C trace context of a request; the resolvers find it in their context and pass it on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Trace {
    /// Id of the whole trace, not 0.
    pub trace_id: u128,
    /// Span of the caller, if it told us one.
    pub parent: Option<u64>,
    /// Our own span.
    pub span_id: u64,
    /// Whether the caller records the trace.
    pub sampled: bool,
}

impl Trace {
    /// Goes on with the caller's trace, or begins one.
    pub(crate) fn of(headers: &HeaderMap, ids: &dyn Ids) -> Self {
        let told = headers.get("traceparent").and_then(|value| value.to_str().ok());
        let fresh = ids.next();
        // The lower half counts: as a span id it is unlike its neighbours and not 0.
        let span_id = (fresh as u64).max(1);
        match told.and_then(parse) {
            Some((trace_id, parent, sampled)) => {
                Self { trace_id, parent: Some(parent), span_id, sampled }
            }
            None => Self { trace_id: fresh, parent: None, span_id, sampled: false },
        }
    }

    /// The value of a `traceparent` header that makes the receiver a child of our span.
    #[must_use]
    pub fn header(&self) -> String {
        format!("00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, u8::from(self.sampled))
    }
}

fn parse(header: &str) -> Option<(u128, u64, bool)> {
    let mut parts = header.split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let shaped = hex(version, 2) && hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
    // A later version may add parts; this one has none.
    if !shaped || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let trace_id = u128::from_str_radix(trace, 16).ok().filter(|id| *id != 0)?;
    let parent = u64::from_str_radix(parent, 16).ok().filter(|id| *id != 0)?;
    let flags = u8::from_str_radix(flags, 16).ok()?;
    Some((trace_id, parent, flags & 1 == 1))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_a_well_formed_traceparent_is_believed() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let good = format!("00-{trace}-b7ad6b7169203331-01");
        assert_eq!(
            parse(&good),
            Some((0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c, 0xb7ad_6b71_6920_3331, true))
        );
        for bad in [
            format!("ff-{trace}-b7ad6b7169203331-01"),
            format!("00-{trace}-0000000000000000-01"),
            format!("00-{trace}-b7ad6b7169203331-01-more"),
            format!("00-{}-b7ad6b7169203331-01", "0".repeat(32)),
            format!("00-{}-b7ad6b7169203331-01", trace.to_uppercase()),
            String::new(),
        ] {
            assert_eq!(parse(&bad), None, "{bad}");
        }
    }
}
