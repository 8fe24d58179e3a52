//! Headings of columns of money that name a time, a fee item, or both: `2026年9月`, `9月应收`,
//! `物业费`, `停车费欠费`, `2026年9月物业费实收`.

use crate::{
    cells::Cell,
    fields::Field,
    periods::{self, Period},
};

/// Longer texts are sentences, not headings.
pub(crate) const MAX_CHARS: usize = 20;

/// What such a heading says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// The time; its year may stand elsewhere.
    pub(crate) period: Option<Period>,
    /// The fee item.
    pub(crate) item: Option<String>,
    /// Due, waived, paid or arrears; [`Field::Amount`] when it does not say.
    pub(crate) field: Field,
}

/// Words that say which money a column holds.
const KINDS: [(&str, Field); 19] = [
    ("实收", Field::Paid),
    ("已收", Field::Paid),
    ("已缴", Field::Paid),
    ("已交", Field::Paid),
    ("实缴", Field::Paid),
    ("实交", Field::Paid),
    ("收款", Field::Paid),
    ("减免", Field::Waived),
    ("优惠", Field::Waived),
    ("欠费", Field::Arrears),
    ("欠款", Field::Arrears),
    ("欠缴", Field::Arrears),
    ("未收", Field::Arrears),
    ("未缴", Field::Arrears),
    ("未交", Field::Arrears),
    ("应收", Field::Due),
    ("应缴", Field::Due),
    ("应交", Field::Due),
    ("账单", Field::Due),
];

/// Reads a normalised heading; none when it names neither a time nor an item.
pub(crate) fn read(heading: &str) -> Option<Part> {
    if heading.chars().count() > MAX_CHARS || crate::headings::is_share(heading) {
        return None;
    }
    let (period, rest) = time(heading);
    let (field, rest) = kind(rest);
    // `2026年9月份物业费金额`: these say nothing.
    let bare = ["金额", "费用", "款", "额"].iter().find_map(|word| rest.strip_suffix(word));
    let rest = bare.unwrap_or(rest);
    if rest.is_empty() {
        return period.is_some().then_some(Part { period, item: None, field });
    }
    is_item(rest).then(|| Part { period, item: Some(rest.to_owned()), field })
}

/// The time at the beginning of a heading, and the rest behind it.
fn time(heading: &str) -> (Option<Period>, &str) {
    const ENDS: [&str; 7] = ["月份", "月", "季度", "半年", "年度", "年", ""];
    let of = |text: &str| match periods::read(&Cell::text(text)) {
        Ok(Some(period)) => Some(period),
        _ => None,
    };
    for end in ENDS {
        let at = if end.is_empty() {
            heading.find(|c: char| !(c.is_ascii_digit() || "-./".contains(c)))
        } else {
            heading.rfind(end).map(|at| at + end.len())
        };
        let (written, rest) =
            heading.split_at_checked(at.unwrap_or(heading.len())).unwrap_or((heading, ""));
        let named = end.is_empty() || at.is_some();
        // A number alone is a running number, not a month or a year.
        let short = end.is_empty() && written.chars().filter(char::is_ascii_digit).count() < 5;
        if named
            && !short
            && let Some(period) = of(written)
        {
            return (Some(period), rest);
        }
    }
    (None, heading)
}

/// Which money it is, by a word before or behind the item.
fn kind(rest: &str) -> (Field, &str) {
    for (word, field) in KINDS {
        if let Some(rest) = rest.strip_prefix(word).or_else(|| rest.strip_suffix(word)) {
            return (field, rest);
        }
        let behind = ["金额", "合计", "款", "额", "数"];
        let longer = behind.iter().find_map(|tail| rest.strip_suffix(tail)?.strip_suffix(word));
        if let Some(rest) = longer {
            return (field, rest);
        }
    }
    (Field::Amount, rest)
}

/// Whether it is what a fee is called: Chinese, ending in 费, without any word that makes a rate,
/// a sum or a state of it. `月管理费` and `每月物业费` are rates, `本期水费` may be any.
fn is_item(text: &str) -> bool {
    const OTHER: [&str; 3] = ["其他", "其它", "维修基金"];
    const NOT: &str = "收缴交欠付免月每总计本上期年日应实已未退减共单价";
    let han = text.chars().all(|c| !c.is_ascii() && c.is_alphabetic());
    let fee = text.ends_with('费') && (2..=10).contains(&text.chars().count());
    OTHER.contains(&text) || (han && fee && !text.contains(|c| NOT.contains(c)))
}

/// The fee item that a title names, when it names one alone: `2026年9月停车费欠费明细`.
pub(crate) fn item_in(folded: &str) -> Option<String> {
    const ITEMS: [&str; 20] = [
        "物业管理费",
        "物业服务费",
        "物业费",
        "车位管理费",
        "车位服务费",
        "停车管理费",
        "停车服务费",
        "停车费",
        "车位费",
        "公摊水电费",
        "公摊电费",
        "公摊水费",
        "水电费",
        "水费",
        "电费",
        "垃圾清运费",
        "垃圾费",
        "电梯费",
        "取暖费",
        "采暖费",
    ];
    const OTHER_WORDS: [&str; 6] = ["欠费", "缴费", "交费", "收费", "费用", "减免费"];
    // What is part of a longer name that was found is no item of its own.
    let mut rest = folded.to_owned();
    let mut found: Vec<&str> = Vec::new();
    for item in ITEMS {
        if rest.contains(item) {
            rest = rest.replace(item, ",");
            found.push(item);
        }
    }
    for word in OTHER_WORDS {
        rest = rest.replace(word, ",");
    }
    match found.as_slice() {
        [one] if !rest.contains('费') => Some((*one).to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(heading: &str) -> String {
        let Some(part) = read(heading) else { return "none".to_owned() };
        let period = part.period.map_or("-".to_owned(), |period| period.to_string());
        format!("{period} {} {:?}", part.item.as_deref().unwrap_or("-"), part.field)
    }

    #[test]
    fn a_heading_may_name_a_time_an_item_and_its_money() {
        for (heading, said) in [
            ("2026年9月", "2026-09 - Amount"),
            ("2026-09", "2026-09 - Amount"),
            ("202609", "2026-09 - Amount"),
            ("9月份", "09 - Amount"),
            ("十月实收", "10 - Paid"),
            ("9月欠费", "09 - Arrears"),
            ("2026年9月应收金额", "2026-09 - Due"),
            ("物业费", "- 物业费 Amount"),
            ("应收物业费", "- 物业费 Due"),
            ("停车费欠费", "- 停车费 Arrears"),
            ("2026年7月停车费", "2026-07 停车费 Amount"),
            ("2026年9月物业费实收金额", "2026-09 物业费 Paid"),
            ("2025年欠费", "2025 - Arrears"),
            ("2026年第三季度", "2026-Q3 - Amount"),
            ("2026年上半年", "2026-01/2026-06 - Amount"),
            ("其他费用", "- 其他 Amount"),
        ] {
            assert_eq!(shown(heading), said, "{heading}");
        }
    }

    #[test]
    fn a_title_names_an_item_when_it_is_one_alone() {
        let said = |title| item_in(title).unwrap_or_default();
        assert_eq!(said("丽景花园2026年9月停车费欠费明细"), "停车费");
        assert_eq!(said("物业管理费"), "物业管理费");
        for other in ["物业费、停车费收费台账", "物业费及安保费", "2026年9月应收", "收费表"]
        {
            assert_eq!(said(other), "", "{other}");
        }
    }

    #[test]
    fn rates_states_and_rooms_are_no_columns_of_money() {
        for heading in [
            "月份",
            "欠费月数",
            "月管理费",
            "每月物业费",
            "9月备注",
            "1-301",
            "是否缴费",
            "物业费单价",
            "物业费标准",
            "上期水费",
            "2026",
            "9",
        ] {
            assert_eq!(shown(heading), "none", "{heading}");
        }
    }
}
