//! Numbers and addresses: what they are, how they are written, what is known of them, where they come from.

use guanjia_books::phone_numbers;
use serde::{Deserialize, Serialize};

use super::plates::half_width;
use crate::kernel::{Problem, ProblemCode, Text, names::named};

/// The longest address, in characters.
const LONGEST_ADDRESS: usize = 200;
/// The shortest address, in characters.
const SHORTEST_ADDRESS: usize = 5;

/// What is known of a number or address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "ContactPointStatus")]
pub enum PointStatus {
    /// It reaches them.
    Valid,
    /// It is somebody else's.
    Wrong,
    /// Nobody has it.
    Dead,
    /// They asked not to be called there.
    DoNotCall,
}

named!(PointStatus { Valid = "VALID", Wrong = "WRONG", Dead = "DEAD", DoNotCall = "DO_NOT_CALL" });

/// What a number or address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "ContactPointKind")]
pub enum PointKind {
    /// 手机.
    Mobile,
    /// 固定电话.
    Landline,
    /// 微信号.
    Wechat,
    /// 通讯地址: where letters arrive.
    Address,
}

named!(PointKind {
    Mobile = "MOBILE",
    Landline = "LANDLINE",
    Wechat = "WECHAT",
    Address = "ADDRESS",
});

/// Where we have a number or address from (rule 31: the source is kept).
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "ContactPointSource")]
pub enum PointSource {
    /// 台账: the office's books.
    Books,
    /// 业主本人: they told us.
    Owner,
    /// 管家: a steward found it out on the spot.
    Steward,
    /// 开发商销售档案.
    DeveloperFile,
    /// 身份证复印件上的地址.
    IdCopy,
    /// 房产中介.
    Agent,
    /// 前台租售登记.
    FrontDesk,
    /// 亲友.
    Relative,
    /// 工作单位.
    Employer,
    /// 其他.
    Other,
}

named!(PointSource {
    Books = "BOOKS",
    Owner = "OWNER",
    Steward = "STEWARD",
    DeveloperFile = "DEVELOPER_FILE",
    IdCopy = "ID_COPY",
    Agent = "AGENT",
    FrontDesk = "FRONT_DESK",
    Relative = "RELATIVE",
    Employer = "EMPLOYER",
    Other = "OTHER",
});

impl PointKind {
    /// What a telephone number is by its form: a mobile has eleven digits and begins with 1.
    pub fn of_number(number: &str) -> Self {
        let mobile = number.len() == 11 && number.starts_with('1');
        if mobile { Self::Mobile } else { Self::Landline }
    }

    /// Whether it is a number that can be called.
    pub fn is_telephone(self) -> bool {
        matches!(self, Self::Mobile | Self::Landline)
    }

    /// The value as it is kept and compared, or what is wrong with it at `field`.
    pub fn normalised(self, text: &str, field: &str) -> Result<String, Problem> {
        let invalid =
            |zh: &str, en: &str| Problem::at(field, ProblemCode::Invalid, Text::new(zh, en));
        match self {
            Self::Mobile | Self::Landline => {
                telephone(text).filter(|number| Self::of_number(number) == self).ok_or_else(|| {
                    invalid("不是有效的电话号码", "not a telephone number of this kind")
                })
            }
            Self::Wechat => {
                wechat(text).ok_or_else(|| invalid("不是有效的微信号", "not a WeChat id"))
            }
            Self::Address => address(text).ok_or_else(|| {
                invalid("通讯地址须为 5 到 200 个字", "an address has 5 to 200 characters")
            }),
        }
    }
}

/// One telephone number as the books write it: `13812345678`, `0571-88886666`. None for a placeholder, for none and for
/// several.
pub fn telephone(text: &str) -> Option<String> {
    let [number] = <[String; 1]>::try_from(phone_numbers(text)).ok()?;
    Some(number)
}

/// A WeChat id begins with a letter and has 6 to 20 letters, digits, hyphens and underscores; a mobile number is one too.
fn wechat(text: &str) -> Option<String> {
    let plain: String = text.trim().chars().map(half_width).collect();
    let first = plain.chars().next()?;
    let fits = first.is_ascii_alphabetic()
        && (6..=20).contains(&plain.len())
        && plain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if fits {
        return Some(plain);
    }
    telephone(&plain).filter(|number| PointKind::of_number(number) == PointKind::Mobile)
}

fn address(text: &str) -> Option<String> {
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (SHORTEST_ADDRESS..=LONGEST_ADDRESS).contains(&plain.chars().count()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(kind: PointKind, text: &str) -> Option<String> {
        kind.normalised(text, "value").ok()
    }

    #[test]
    fn a_number_is_the_same_however_it_is_typed() {
        for text in ["13812345678", "+86 138-1234-5678", "138 1234 5678", "１３８１２３４５６７８"]
        {
            assert_eq!(kept(PointKind::Mobile, text).as_deref(), Some("13812345678"), "{text}");
        }
        assert_eq!(
            kept(PointKind::Landline, "(0571)88886666").as_deref(),
            kept(PointKind::Landline, "0571-88886666").as_deref()
        );
    }

    #[test]
    fn a_placeholder_and_another_kind_are_refused() {
        for text in
            ["13800000000", "11111111111", "12345678901", "0571-88886666", "", "无", "1381234567"]
        {
            assert_eq!(kept(PointKind::Mobile, text), None, "{text}");
        }
        assert_eq!(kept(PointKind::Landline, "13812345678"), None);
        assert_eq!(kept(PointKind::Mobile, "13812345678、13987654321"), None, "one at a time");
    }

    #[test]
    fn wechat_and_addresses_have_a_form() {
        assert_eq!(kept(PointKind::Wechat, " wx_id-01 ").as_deref(), Some("wx_id-01"));
        assert_eq!(kept(PointKind::Wechat, "13812345678").as_deref(), Some("13812345678"));
        for text in ["1abcdef", "abc", "微信号码很长"] {
            assert_eq!(kept(PointKind::Wechat, text), None, "{text}");
        }
        let kept_address = kept(PointKind::Address, " 杭州市  西湖区文三路 1 号 ");
        assert_eq!(kept_address.as_deref(), Some("杭州市 西湖区文三路 1 号"));
        assert_eq!(kept(PointKind::Address, "杭州"), None);
    }
}
