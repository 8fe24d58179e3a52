//! Which media type a client wants, by weight and order.

use crate::framing::Framing;

/// What an answer may be written as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Media {
    /// `application/graphql-response+json`: the status tells whether the request was any good.
    Graphql,
    /// `application/json`: every well-formed GraphQL answer has status 200.
    Json,
    /// One result after the other.
    Stream(Framing),
}

impl Media {
    /// The value of `Content-Type`.
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Graphql => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::Stream(framing) => framing.content_type(),
        }
    }
}

/// What a client takes: the best type for one result, and whether it takes a stream of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Wanted {
    /// The best of the types that carry a single result; none if the client takes only streams.
    pub(crate) single: Option<Media>,
    /// How it takes a stream, if it named one (a wildcard does not count: it comes from clients
    /// that cannot stream).
    pub(crate) stream: Option<Framing>,
}

impl Wanted {
    /// Reads `Accept`. No header means anything; `None` means that nothing we can write is
    /// acceptable.
    pub(crate) fn of(value: &str) -> Option<Self> {
        if value.trim().is_empty() {
            return Some(Self { single: Some(Media::Json), stream: None });
        }
        let ranges: Vec<_> = weighted(value).collect();
        let single = single(&ranges);
        let stream = stream(value, &ranges);
        (single.is_some() || stream.is_some()).then_some(Self { single, stream })
    }
}

/// Events if they are taken at all. Parts only for who names Apollo's specification: others mean
/// another thing by them.
fn stream(value: &str, ranges: &[(&str, u16)]) -> Option<Framing> {
    let named = |kind, subtype| {
        weight_of(ranges, kind, subtype, true).is_some_and(|(_, weight)| weight > 0)
    };
    let apollo = value.to_ascii_lowercase().replace('"', "").contains("subscriptionspec=1.0");
    match (named("text", "event-stream"), apollo && named("multipart", "mixed")) {
        (true, _) => Some(Framing::Events),
        (false, true) => Some(Framing::Parts),
        (false, false) => None,
    }
}

/// The heavier of the two JSON types; of equals, the one named first; of one wildcard, plain JSON.
fn single(ranges: &[(&str, u16)]) -> Option<Media> {
    let json = weight_of(ranges, "application", "json", false);
    let graphql = weight_of(ranges, "application", "graphql-response+json", false);
    let rank = |found: Option<(usize, u16)>| found.filter(|(_, weight)| *weight > 0);
    match (rank(graphql), rank(json)) {
        (None, None) => None,
        (Some(_), None) => Some(Media::Graphql),
        (None, Some(_)) => Some(Media::Json),
        (Some((gp, gw)), Some((jp, jw))) => {
            Some(if gw > jw || (gw == jw && gp < jp) { Media::Graphql } else { Media::Json })
        }
    }
}

/// Position and weight of the most specific range that covers a type.
fn weight_of(
    ranges: &[(&str, u16)],
    kind: &str,
    subtype: &str,
    exact: bool,
) -> Option<(usize, u16)> {
    let mut best: Option<(u8, usize, u16)> = None;
    for (position, (range, weight)) in ranges.iter().enumerate() {
        let Some((main, sub)) = range.split_once('/') else { continue };
        let specific = match (main.eq_ignore_ascii_case(kind), sub.eq_ignore_ascii_case(subtype)) {
            (true, true) => 2,
            (true, false) if sub == "*" && !exact => 1,
            _ if main == "*" && sub == "*" && !exact => 0,
            _ => continue,
        };
        if best.is_none_or(|(known, ..)| specific > known) {
            best = Some((specific, position, *weight));
        }
    }
    best.map(|(_, position, weight)| (position, weight))
}

/// The values of a header such as `Accept` or `Accept-Language` with their weights in thousandths.
///
/// A parameter other than `q` is dropped: no type of ours has one that matters. A weight that
/// cannot be read counts as 0.
pub(crate) fn weighted(header: &str) -> impl Iterator<Item = (&str, u16)> {
    header.split(',').filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let value = parts.next().filter(|value| !value.is_empty())?;
        let weight = parts
            .filter_map(|part| part.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
            .map_or(1000, |(_, weight)| thousandths(weight.trim()));
        Some((value, weight))
    })
}

/// `0.75` is 750; anything outside of 0 to 1 is 0.
fn thousandths(weight: &str) -> u16 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return 0;
    }
    let fraction = format!("{fraction:0<3}").parse::<u16>().unwrap_or(0);
    match (whole, fraction) {
        ("0", fraction) => fraction,
        ("1", 0) => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Media, Wanted};
    use crate::framing::Framing;

    fn wanted(header: &str) -> Option<Wanted> {
        Wanted::of(header)
    }

    #[test]
    fn weight_goes_before_order_and_order_before_nothing() {
        let single = |header| wanted(header).and_then(|wanted| wanted.single);
        assert_eq!(
            single("application/json;q=0.5, application/graphql-response+json"),
            Some(Media::Graphql)
        );
        assert_eq!(
            single("application/json, application/graphql-response+json"),
            Some(Media::Json)
        );
        assert_eq!(
            single("application/graphql-response+json, application/json"),
            Some(Media::Graphql)
        );
        assert_eq!(single("*/*"), Some(Media::Json));
        assert_eq!(single("application/*;q=0.1"), Some(Media::Json));
        assert_eq!(single("application/json;q=0, */*"), Some(Media::Graphql));
    }

    #[test]
    fn a_stream_is_wanted_only_by_name() {
        assert_eq!(wanted("*/*").map(|w| w.stream), Some(None));
        let events = Some(Framing::Events);
        assert_eq!(wanted("text/event-stream").map(|w| (w.single, w.stream)), Some((None, events)));
        let urql = "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed";
        assert_eq!(wanted(urql), Some(Wanted { single: Some(Media::Graphql), stream: events }));
    }

    #[test]
    fn parts_are_for_apollo_alone() {
        let apollo = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9";
        assert_eq!(wanted(apollo).and_then(|wanted| wanted.stream), Some(Framing::Parts));
        assert_eq!(wanted("multipart/mixed, application/json").map(|w| w.stream), Some(None));
    }

    #[test]
    fn what_we_cannot_write_is_not_acceptable() {
        assert_eq!(wanted("text/html"), None);
        assert_eq!(wanted("application/json;q=0"), None);
        assert_eq!(wanted("application/json;q=2"), None);
    }
}
