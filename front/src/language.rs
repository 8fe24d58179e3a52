//! The language of error texts, from `Accept-Language`.

use serde::Deserialize;

use crate::accept::weighted;

/// A language in which the front speaks. Chinese first, English complete.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
pub enum Language {
    /// Simplified Chinese, the default.
    #[default]
    #[serde(rename = "zh-CN")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Reads the value of an `Accept-Language` header; none if it is absent or names no language of
    /// ours.
    #[must_use]
    pub fn from_header(value: Option<&str>) -> Option<Self> {
        let mut best = (None, 0);
        for (range, weight) in value.into_iter().flat_map(weighted) {
            let known = match range.split('-').next() {
                Some(tag) if tag.eq_ignore_ascii_case("zh") => Self::Chinese,
                Some(tag) if tag.eq_ignore_ascii_case("en") => Self::English,
                _ => continue,
            };
            if weight > best.1 {
                best = (Some(known), weight);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn the_heaviest_known_language_wins() {
        let read = |header| Language::from_header(Some(header));
        assert_eq!(read("en-GB,en;q=0.9,zh;q=0.8"), Some(Language::English));
        assert_eq!(read("fr, en;q=0.4, zh-CN;q=0.7"), Some(Language::Chinese));
        assert_eq!(read("en;q=0, *"), None);
        assert_eq!(read("nonsense;;;"), None);
        assert_eq!(Language::from_header(None), None);
    }
}
