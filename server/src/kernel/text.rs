//! What people read, in both languages. Chinese comes first.

/// The language somebody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// 简体中文.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// From an `Accept-Language` header: English if it is named before any Chinese, otherwise Chinese.
    pub fn from_header(header: Option<&str>) -> Self {
        let first = header.unwrap_or_default().split(',').find_map(|part| {
            let tag = part.trim().to_ascii_lowercase();
            (tag.starts_with("zh") || tag.starts_with("en")).then(|| tag.starts_with("en"))
        });
        if first == Some(true) { Self::English } else { Self::Chinese }
    }
}

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// From both sentences.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The sentence in one language.
    pub fn to(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_unless_english_is_asked_for_first() {
        assert_eq!(Language::from_header(None), Language::Chinese);
        assert_eq!(Language::from_header(Some("fr, en;q=0.8")), Language::English);
        assert_eq!(Language::from_header(Some("zh-CN,zh;q=0.9,en;q=0.8")), Language::Chinese);
    }
}
