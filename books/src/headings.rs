//! Finds the row of headings and says which column holds what.

use std::collections::BTreeMap;

use chrono::Datelike as _;

use crate::{
    cells::{Cell, Row},
    fields::{BY_HEADING, Field, HINTS},
    heading_parts::{self, MAX_CHARS, Part},
    options::Mapping,
    periods::Period,
    text,
};

/// What kind of table a row of headings opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Units and their owners.
    Units,
    /// What is due.
    Charges,
    /// What was received.
    Payments,
}

/// Which column holds what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Columns {
    of: BTreeMap<Field, Vec<usize>>,
    /// Columns with headings that are not read, for a clerk to see.
    unread: Vec<(usize, String)>,
    /// Columns of money whose headings name a time or an item.
    parts: Vec<MoneyColumn>,
    /// A column that sums up its row without saying which money.
    total: Option<usize>,
    /// Columns of money that sum up others: `应收合计`.
    sums: Vec<usize>,
    /// Cells with a heading that is known.
    known: usize,
    /// Whether the title speaks of money received.
    received: bool,
}

/// A column of money of one time, one item, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MoneyColumn {
    /// Counted from 0.
    pub(crate) column: usize,
    /// What its heading says.
    pub(crate) part: Part,
}

impl Columns {
    /// The first column of a field, counted from 0.
    pub(crate) fn first(&self, field: Field) -> Option<usize> {
        self.all(field).first().copied()
    }

    /// All columns of a field.
    pub(crate) fn all(&self, field: Field) -> &[usize] {
        self.of.get(&field).map_or(&[], Vec::as_slice)
    }

    /// Whether there is a column for it.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.of.contains_key(&field)
    }

    /// Columns that are not read although their headings speak of money: nobody's fen may get
    /// lost in silence.
    pub(crate) fn unread_money(&self) -> impl Iterator<Item = (usize, &str)> {
        const WORDS: [&str; 14] = [
            "费", "款", "金", "应", "实收", "欠", "预存", "余额", "结余", "收入", "支出", "减免",
            "优惠", "折扣",
        ];
        let money = |heading: &str| {
            WORDS.iter().any(|word| heading.contains(word))
                || (heading.contains('月') && heading.contains(|c: char| c.is_ascii_digit()))
        };
        self.unread.iter().filter(move |(_, h)| money(h)).map(|(at, h)| (*at, h.as_str()))
    }

    /// Whether there is anything that only a list of single units, charges or payments has.
    pub(crate) fn is_detailed(&self) -> bool {
        let fields = [Field::Owner, Field::Phone, Field::DueOn, Field::PaidOn, Field::Receipt];
        fields.iter().any(|field| self.has(*field))
    }

    /// Columns that are read by their fields.
    pub(crate) fn read(&self) -> impl Iterator<Item = (Field, usize)> {
        self.of
            .iter()
            .filter(|(field, _)| **field != Field::Ignored)
            .flat_map(|(field, columns)| columns.iter().map(|column| (*field, *column)))
    }

    /// Columns of money, by field or by what their headings name.
    pub(crate) fn money(&self) -> impl Iterator<Item = usize> {
        let fields = self.read().filter(|(field, _)| field.is_money()).map(|(_, column)| column);
        fields.chain(self.parts.iter().map(|part| part.column))
    }

    /// The columns of months and items, if the table has a column for each.
    pub(crate) fn parts(&self) -> &[MoneyColumn] {
        &self.parts
    }

    /// The column that sums up a row without saying which money: `合计`.
    pub(crate) fn total(&self) -> Option<usize> {
        self.total
    }

    /// Whether the column of a field sums up others, by its heading.
    pub(crate) fn is_sum(&self, field: Field) -> bool {
        self.first(field).is_some_and(|column| self.sums.contains(&column))
    }

    /// Whether anything but the headings of money says which time a row is about.
    fn says_when(&self) -> bool {
        let when = [Field::Period, Field::PeriodFrom, Field::PeriodTo, Field::DueOn];
        let mut times: Vec<Option<Period>> = self.parts.iter().map(|p| p.part.period).collect();
        times.dedup();
        // A day of receipt beside a column for each month is when the row was paid.
        when.into_iter().any(|field| self.has(field))
            || (self.has(Field::PaidOn) && times.len() < 2)
    }

    /// The kind of table; `None` without a column for rooms or anything beside it.
    pub(crate) fn kind(&self) -> Option<Kind> {
        if !self.has(Field::Room) {
            return None;
        }
        if !self.parts.is_empty() {
            let paid = if self.is_received_in_parts() { Kind::Payments } else { Kind::Charges };
            return Some(paid);
        }
        let receipt = [Field::PaidOn, Field::Receipt, Field::Method].iter().any(|f| self.has(*f));
        let money = (self.has(Field::Due), self.has(Field::Paid), self.has(Field::Amount));
        match money {
            (true, _, _) => Some(Kind::Charges),
            (_, true, _) if receipt || !self.has(Field::Arrears) => Some(Kind::Payments),
            (_, _, true) if receipt => Some(Kind::Payments),
            (_, _, true) => Some(Kind::Charges),
            _ if self.has(Field::PaidOut) && receipt => Some(Kind::Payments),
            _ if self.has(Field::Arrears) => Some(Kind::Charges),
            _ if self.is_register() => Some(Kind::Units),
            _ => None,
        }
    }

    /// Whether columns of months or items hold what was received: the title says so, or there are
    /// receipts, and nothing speaks of what is due.
    fn is_received_in_parts(&self) -> bool {
        let owed = [Field::Due, Field::Waived, Field::Arrears];
        let speaks_of_dues = owed.iter().chain([&Field::DueOn]).any(|field| self.has(*field))
            || self.parts.iter().any(|part| owed.contains(&part.part.field));
        let receipt =
            self.has(Field::Receipt) || (self.has(Field::PaidOn) && !self.has(Field::Paid));
        !speaks_of_dues && (self.received || receipt)
    }

    /// Whether what is open stands for what is due, for want of a column that says so.
    pub(crate) fn is_opening(&self) -> bool {
        !self.has(Field::Due) && !self.has(Field::Amount) && self.parts.is_empty()
    }

    /// Whether the table describes units, be it beside their charges.
    pub(crate) fn is_register(&self) -> bool {
        let fields = [Field::Owner, Field::Phone, Field::Area, Field::Use, Field::Prepaid];
        fields.iter().any(|f| self.has(*f))
    }

    /// The columns to the left of this width, where the next table begins beside this one.
    pub(crate) fn within(mut self, width: Option<usize>) -> Self {
        let Some(width) = width else { return self };
        self.of.values_mut().for_each(|columns| columns.retain(|column| *column < width));
        self.of.retain(|_, columns| !columns.is_empty());
        self.unread.retain(|(column, _)| *column < width);
        self.parts.retain(|part| part.column < width);
        self.total = self.total.filter(|column| *column < width);
        self
    }

    fn take(&mut self, field: Field, (column, heading): (usize, &str), surer: bool) {
        let taken = self.of.entry(field).or_default();
        let many = [Field::Phone, Field::Remark, Field::CoOwner, Field::Ignored].contains(&field);
        if many || taken.is_empty() {
            taken.push(column);
        } else if surer {
            let other = std::mem::replace(taken, vec![column]);
            self.unread.extend(other.into_iter().map(|other| (other, String::new())));
        } else {
            self.unread.push((column, heading.to_owned()));
        }
    }

    /// Gives columns that stand alone the place that they would have had beside others.
    fn settle(&mut self, headings: &[String]) {
        let heading =
            |column: usize| headings.get(column).map_or_else(String::new, |h| normalised(h));
        // Arrears of before are the arrears, when there are no others.
        let owed = [Field::Due, Field::Amount, Field::Arrears];
        if self.parts.is_empty()
            && owed.iter().all(|field| !self.has(*field))
            && let Some(columns) = self.of.remove(&Field::Opening)
        {
            self.of.insert(Field::Arrears, columns);
        }
        let period = [Field::Period, Field::PeriodFrom, Field::PeriodTo];
        if period.iter().all(|field| !self.has(*field))
            && let Some(columns) = self.of.remove(&Field::Year)
        {
            self.of.insert(Field::Period, columns);
        }
        // One item beside what is due may be a part of it or stand beside it.
        let first = self.parts.first().map(|part| part.part.item.clone());
        let one = self
            .parts
            .iter()
            .all(|p| p.part.period.is_none() && Some(&p.part.item) == first.as_ref());
        let plain = [Field::Due, Field::Amount].iter().any(|f| self.has(*f) && !self.is_sum(*f));
        if one && plain {
            let parts = std::mem::take(&mut self.parts);
            self.unread.extend(parts.iter().map(|part| (part.column, String::new())));
        }
        for (column, text) in &mut self.unread {
            *text = heading(*column);
        }
    }
}

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

/// The headings of a row as texts: a day is a month, and so is a number such as 202609.
pub(crate) fn texts_of(row: &Row) -> Vec<String> {
    let text = |cell: &Cell| match cell {
        Cell::Text(raw) => raw.clone(),
        Cell::Day(day) if day.day() == 1 => day.format("%Y年%-m月").to_string(),
        Cell::Number(number) if is_month_number(*number) => format!("{number:.0}"),
        _ => String::new(),
    };
    row.cells.iter().map(text).collect()
}

fn is_month_number(number: f64) -> bool {
    number.fract() == 0.0
        && (199_001.0..=209_912.0).contains(&number)
        && (1.0..=12.0).contains(&(number % 100.0))
}

/// Two rows of headings as one: what stands above several columns (`2026年9月`, `停车费`, `合计`)
/// is said of each of them, where both together name a column of money.
pub(crate) fn joined(above: &[String], below: &[String]) -> Vec<String> {
    let mut group = "";
    let mut joined = Vec::with_capacity(above.len().max(below.len()));
    for column in 0..above.len().max(below.len()) {
        let own = above.get(column).map_or("", String::as_str);
        let below = below.get(column).map_or("", String::as_str);
        if !own.trim().is_empty() {
            group = own;
        }
        joined.push(match (below.trim().is_empty(), own) {
            (true, own) => own.to_owned(),
            (false, _) => both(group, below),
        });
    }
    joined
}

fn both(group: &str, below: &str) -> String {
    let (above, own) = (normalised(group), normalised(below));
    let whole = format!("{above}{own}");
    let says = |heading: &str| {
        heading_parts::read(heading).map_or(0, |part| {
            let year = part.period.and_then(Period::year);
            let said = [part.period.is_some(), year.is_some(), part.item.is_some()];
            said.into_iter().filter(|said| *said).count()
        })
    };
    let adds = says(&whole) > says(&own) && says(&above) > 0;
    let sums = is_total(&above) && is_money(&own);
    if adds || sums { whole } else { below.to_owned() }
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
    fn what_stands_above_several_columns_is_said_of_each() {
        let row = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let years = joined(&row(&["房号", "2026年", "", "备注"]), &row(&["", "1月", "2月", ""]));
        assert_eq!(years, ["房号", "2026年1月", "2026年2月", "备注"]);
        let items =
            joined(&row(&["房号", "停车费", "", "合计"]), &row(&["", "应收", "实收", "应收"]));
        assert_eq!(items, ["房号", "停车费应收", "停车费实收", "合计应收"]);
        let plain = joined(&row(&["房号", "费用信息", ""]), &row(&["", "应收", "实收"]));
        assert_eq!(plain, ["房号", "应收", "实收"]);
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
