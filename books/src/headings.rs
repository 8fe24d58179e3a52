//! Finds the row of headings and says which column holds what.

mod columns;
mod rows;

use std::collections::BTreeMap;

pub(crate) use self::{
    columns::{Columns, Kind, MoneyColumn},
    rows::{joined, texts_of, with_units},
};
use crate::{
    cells::{Cell, Row},
    fields::{BY_HEADING, Field, HINTS},
    heading_parts::{self, MAX_CHARS, Part},
    options::Mapping,
    text,
};

/// What is needed beside the headings to tell what they mean.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// Name of the sheet.
    pub(crate) sheet: &'a str,
    /// What people have said about headings.
    pub(crate) mappings: &'a [Mapping],
    /// Whether the title speaks of money received.
    pub(crate) received: bool,
}

fn is_money(heading: &str) -> bool {
    field_of(heading).is_some_and(|(field, _)| field.is_money())
}

/// `合计`, and `合计应收` of two rows.
const TOTALS: [&str; 6] = ["合计", "小计", "总计", "共计", "总额", "累计"];

fn is_total(heading: &str) -> bool {
    TOTALS.contains(&heading)
}

/// Reads headings, with a saved mapping first. Of two columns for a field that has room for one,
/// the one with the surer heading is read; the other, and columns with headings that nobody knows,
/// are named as unread.
pub(crate) fn recognise(headings: &[String], context: Context<'_>) -> Columns {
    let mut columns = recognise_with(headings, context, true);
    // `9月应收` beside a column for the period is what is due, and says nothing new.
    if !columns.parts.is_empty() && columns.says_when() {
        columns = recognise_with(headings, context, false);
    }
    columns.settle(headings);
    columns
}

fn recognise_with(headings: &[String], context: Context<'_>, by_time: bool) -> Columns {
    let mut columns = Columns { received: context.received, ..Columns::default() };
    let mappings = fitting(headings, context);
    let mut ranks: BTreeMap<Field, usize> = BTreeMap::new();
    for (column, raw) in headings.iter().enumerate() {
        let heading = normalised(raw);
        if heading.is_empty() {
            continue;
        }
        match meaning(raw, (&heading, by_time), &mappings) {
            Meaning::Field(field, rank) => {
                columns.known += 1;
                let surest = ranks.entry(field).or_insert(usize::MAX);
                let surer = rank < *surest;
                *surest = rank.min(*surest);
                columns.take(field, (column, &heading), surer);
                if TOTALS.iter().any(|word| heading.contains(word)) {
                    columns.sums.push(column);
                }
            }
            Meaning::Part(part) => {
                columns.known += 1;
                columns.parts.push(MoneyColumn { column, part });
            }
            Meaning::Total => columns.total = Some(column),
            Meaning::Unknown => columns.unread.push((column, heading)),
        }
    }
    columns
}

/// What one heading means.
enum Meaning {
    Field(Field, usize),
    Part(Part),
    Total,
    Unknown,
}

fn meaning(raw: &str, (heading, by_time): (&str, bool), mappings: &[&Mapping]) -> Meaning {
    if let Some(field) = saved(heading, mappings) {
        return Meaning::Field(field, 0);
    }
    if let Some((field, rank)) = BY_HEADING.get(heading) {
        // `物业费(元/月)` is a rate, whatever else it is called.
        return if is_rate(raw) {
            Meaning::Field(Field::Ignored, 0)
        } else {
            Meaning::Field(*field, *rank)
        };
    }
    if is_total(heading) {
        return Meaning::Total;
    }
    if let Some(money) = TOTALS.iter().find_map(|word| heading.strip_prefix(word))
        && let Some((field, _)) = field_of(money)
    {
        return Meaning::Field(field, HINT);
    }
    if let Some(part) = heading_parts::read(heading) {
        match part {
            _ if is_rate(raw) => return Meaning::Field(Field::Ignored, 0),
            part if part.period.is_none() || by_time => return Meaning::Part(part),
            Part { item: Some(item), field, .. } => {
                return Meaning::Part(Part { period: None, item: Some(item), field });
            }
            _ => {}
        }
    }
    // `月应收`, `每月物业费`: what one month comes to is no charge of any month.
    if heading.starts_with(['月', '每']) {
        return Meaning::Field(Field::Ignored, HINT);
    }
    // What was open before this table stands in the table before it.
    const BEFORE: [&str; 6] = ["上期", "上月", "上年", "上季", "前期", "结转"];
    if BEFORE.iter().any(|word| heading.starts_with(word)) {
        return Meaning::Unknown;
    }
    field_of(heading).map_or(Meaning::Unknown, |(field, rank)| Meaning::Field(field, rank))
}

/// `(元/㎡·月)` behind a heading makes a rate of it.
fn is_rate(raw: &str) -> bool {
    let squeezed = text::squeeze(raw);
    ["元/", "/㎡", "/M2", "/m2", "/m²", "/月", "/平"].iter().any(|unit| squeezed.contains(unit))
}

/// Whether a single text is a heading that is known.
pub(crate) fn is_known(raw: &str, context: Context<'_>) -> bool {
    let heading = normalised(raw);
    saved(&heading, &fitting(&[], context)).is_some() || field_of(&heading).is_some()
}

/// Whether a row looks like headings at all: at least two known ones, and no numbers.
pub(crate) fn looks_like_headings(row: &Row, columns: &Columns) -> bool {
    let texts = texts_of(row);
    let numbers = row
        .cells
        .iter()
        .zip(&texts)
        .any(|(cell, text)| matches!(cell, Cell::Number(_) | Cell::Day(_)) && text.is_empty());
    let sums = usize::from(columns.total.is_some());
    columns.known >= 2 && !numbers && (columns.known + sums) * 2 >= row.filled()
}

/// The heading without spaces, units in brackets, stars and colons, in capitals.
pub(crate) fn normalised(raw: &str) -> String {
    let squeezed = text::squeeze(raw);
    let mut bare = String::with_capacity(squeezed.len());
    let mut depth = 0_usize;
    for c in squeezed.chars() {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            '*' | ':' | '：' => {}
            c if depth == 0 => bare.extend(c.to_uppercase()),
            _ => {}
        }
    }
    bare
}

/// The mappings of a sheet, those first of which most headings stand in the row: two kinds of file
/// may use one heading in two ways.
fn fitting<'m>(headings: &[String], context: Context<'m>) -> Vec<&'m Mapping> {
    let own =
        |mapping: &&Mapping| mapping.sheet.as_deref().is_none_or(|name| name == context.sheet);
    let mut fitting: Vec<&Mapping> = context.mappings.iter().filter(own).collect();
    if fitting.len() > 1 {
        let row: Vec<String> = headings.iter().map(|heading| normalised(heading)).collect();
        let there = |mapping: &&Mapping| {
            let found = mapping.columns.keys().filter(|name| row.contains(&normalised(name)));
            let lacks = mapping.columns.len() - found.clone().count();
            (lacks, std::cmp::Reverse(found.count()))
        };
        fitting.sort_by_cached_key(there);
    }
    fitting
}

fn saved(heading: &str, mappings: &[&Mapping]) -> Option<Field> {
    mappings
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .find(|(name, _)| normalised(name) == heading)
        .map(|(_, field)| *field)
}

/// Whether it is called a rate.
pub(crate) fn is_share(heading: &str) -> bool {
    ["率", "比例", "%", "折扣"].iter().any(|end| heading.ends_with(end))
}

/// How sure a hint is.
const HINT: usize = 1_000;

fn field_of(heading: &str) -> Option<(Field, usize)> {
    if heading.is_empty() || heading.chars().count() > MAX_CHARS {
        return None;
    }
    BY_HEADING.get(heading).copied().or_else(|| {
        // `减免比例`, `优惠率` are no amounts; that they are not read is said.
        if is_share(heading) && ["减免", "优惠", "折扣"].iter().any(|word| heading.contains(word))
        {
            return None;
        }
        let (_, field) = HINTS.iter().find(|(word, _)| heading.contains(word))?;
        Some((*field, HINT))
    })
}

/// What is looked for when nothing is found, for the text of a problem.
pub(crate) fn looked_for() -> String {
    [Field::Room, Field::Owner, Field::Due, Field::Paid, Field::Period, Field::DueOn, Field::PaidOn]
        .map(Field::examples)
        .join("；")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::SYNONYMS;

    const CONTEXT: Context<'_> = Context { sheet: "", mappings: &[], received: false };

    fn columns(headings: &[&str]) -> Columns {
        let headings: Vec<String> = headings.iter().map(|text| (*text).to_owned()).collect();
        recognise(&headings, CONTEXT)
    }

    fn kind(headings: &[&str]) -> Option<Kind> {
        columns(headings).kind()
    }

    #[test]
    fn the_columns_tell_the_kind_of_table() {
        assert_eq!(kind(&["楼栋", "单元", "房号", "业主姓名"]), Some(Kind::Units));
        assert_eq!(
            kind(&["房号", "业主", "费用名称", "应收(元)", "实收(元)"]),
            Some(Kind::Charges)
        );
        assert_eq!(kind(&["收据号", "房屋", "收款日期", "收款金额"]), Some(Kind::Payments));
        assert_eq!(kind(&["房号", "日期", "金额", "方式"]), Some(Kind::Payments));
        assert_eq!(kind(&["房号", "账期", "金额"]), Some(Kind::Charges));
        assert_eq!(kind(&["房号", "欠费金额"]), Some(Kind::Charges));
        assert_eq!(kind(&["房号", "物业费", "停车费"]), Some(Kind::Charges));
        assert_eq!(kind(&["收据号", "房号", "日期", "物业费", "停车费"]), Some(Kind::Payments));
        assert_eq!(kind(&["房号", "日期", "收入", "支出"]), Some(Kind::Payments));
        assert_eq!(kind(&["姓名", "应收"]), None);
    }

    #[test]
    fn headings_are_known_with_their_dirt() {
        for (heading, field) in [
            ("面积(㎡)", Field::Area),
            ("应收　金额（元）", Field::Due),
            ("*房 号：", Field::Room),
            ("套内建筑面积", Field::Ignored),
            ("业主身份证号", Field::Identity),
        ] {
            assert_eq!(field_of(&normalised(heading)).unwrap().0, field, "{heading}");
        }
    }

    #[test]
    fn no_heading_stands_for_two_fields() {
        let mut seen = std::collections::HashMap::new();
        for (field, names) in SYNONYMS {
            for name in names.split_whitespace() {
                assert_eq!(seen.insert(name, field), None, "{name}");
                assert_eq!(normalised(name), name, "{name}");
            }
        }
    }

    #[test]
    fn what_the_month_itself_is_due_goes_before_the_sum_with_older_arrears() {
        let columns = columns(&["房号", "上期欠费", "应收合计", "本月应收"]);
        assert_eq!(columns.first(Field::Due), Some(3));
        assert!(!columns.has(Field::Arrears));
        assert_eq!(columns.unread_money().count(), 2);
    }

    #[test]
    fn a_rate_is_no_charge() {
        let columns = columns(&["房号", "业主", "物业费(元/㎡·月)"]);
        assert_eq!(columns.kind(), Some(Kind::Units));
    }

    #[test]
    fn a_saved_mapping_goes_before_the_synonyms_and_of_two_the_one_that_fits_the_row() {
        let mapping = |columns: &[(&str, Field)]| Mapping {
            sheet: None,
            columns: columns.iter().map(|(name, field)| ((*name).to_owned(), *field)).collect(),
        };
        let all = [
            mapping(&[("备注", Field::Room), ("甲", Field::Due)]),
            mapping(&[("备注", Field::Receipt), ("乙", Field::Paid)]),
        ];
        let field = |headings: &[&str]| {
            let headings: Vec<String> = headings.iter().map(|text| (*text).to_owned()).collect();
            let context = Context { mappings: &all, ..CONTEXT };
            recognise(&headings, context).read().find(|(_, at)| *at == 0).map(|(field, _)| field)
        };
        assert_eq!(field(&["备注", "甲"]), Some(Field::Room));
        assert_eq!(field(&["备注", "乙"]), Some(Field::Receipt));
    }
}
