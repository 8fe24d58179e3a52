//! Finds the row of headings and says which column holds what.

use std::collections::BTreeMap;

use chrono::Datelike as _;

use crate::{
    cells::{Cell, Row},
    fields::{BY_HEADING, Field, HINTS},
    options::Mapping,
    periods::{self, Period},
    text,
};

/// Longer texts are sentences, not headings.
const MAX_CHARS: usize = 16;

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
    /// Columns whose heading names a month, and which money of it they hold.
    months: Vec<MonthColumn>,
}

/// A column of money of one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MonthColumn {
    /// Counted from 0.
    pub(crate) column: usize,
    /// The month; its year may stand elsewhere.
    pub(crate) period: Period,
    /// Due, waived, paid or arrears.
    pub(crate) field: Field,
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
        let money = |heading: &str| {
            ["费", "款", "金额", "应", "实收", "欠", "预存"]
                .iter()
                .any(|word| heading.contains(word))
                || (heading.contains('月') && heading.contains(|c: char| c.is_ascii_digit()))
        };
        self.unread.iter().filter(move |(_, h)| money(h)).map(|(at, h)| (*at, h.as_str()))
    }

    /// Whether there is anything that only a list of single units, charges or payments has.
    pub(crate) fn is_detailed(&self) -> bool {
        let fields = [Field::Owner, Field::Phone, Field::DueOn, Field::PaidOn, Field::Receipt];
        fields.iter().any(|field| self.has(*field))
    }

    /// Columns that are read, with their fields.
    pub(crate) fn read(&self) -> impl Iterator<Item = (Field, usize)> {
        self.of
            .iter()
            .filter(|(field, _)| **field != Field::Ignored)
            .flat_map(|(field, columns)| columns.iter().map(|column| (*field, *column)))
    }

    /// The columns of months, if the table has a column for each.
    pub(crate) fn months(&self) -> &[MonthColumn] {
        &self.months
    }

    /// How many columns have a heading that is known.
    fn known(&self) -> usize {
        self.of.values().map(Vec::len).sum::<usize>() + self.months.len()
    }

    /// Whether anything but the headings says which time a row is about.
    fn says_when(&self) -> bool {
        let when = [Field::Period, Field::PeriodFrom, Field::PeriodTo, Field::DueOn, Field::PaidOn];
        when.into_iter().any(|field| self.has(field))
    }

    /// What the columns of months hold, when a second row says so below months that are merged
    /// over several columns.
    fn split_months(&mut self, below: &Row) {
        let Some(first) = self.months.iter().map(|month| month.column).min() else { return };
        let mut split = Vec::new();
        for (column, cell) in below.cells.iter().enumerate().skip(first) {
            let Cell::Text(raw) = cell else { continue };
            let known = field_of(&normalised(raw)).map(|(field, _)| field);
            let Some(field) = known.filter(|field| field.is_money()) else { continue };
            let month = self.months.iter().rev().find(|month| month.column <= column);
            split.extend(month.map(|month| MonthColumn { column, field, ..*month }));
        }
        if !split.is_empty() {
            self.unread.retain(|(column, _)| split.iter().all(|month| month.column != *column));
            self.months = split;
        }
    }

    /// Adds the columns of a second row of headings, which stands below merged ones.
    pub(crate) fn extend(&mut self, below: Self, row: &Row) {
        if !self.months.is_empty() {
            self.split_months(row);
            return;
        }
        self.unread.retain(|(column, _)| below.of.values().all(|read| !read.contains(column)));
        for (field, columns) in below.of {
            self.of.entry(field).or_default().extend(columns);
        }
    }

    /// The kind of table; `None` without a column for rooms or anything beside it.
    pub(crate) fn kind(&self) -> Option<Kind> {
        if !self.has(Field::Room) {
            return None;
        }
        if !self.months.is_empty() {
            return Some(Kind::Charges);
        }
        let receipt = [Field::PaidOn, Field::Receipt, Field::Method].iter().any(|f| self.has(*f));
        let money = (self.has(Field::Due), self.has(Field::Paid), self.has(Field::Amount));
        match money {
            (true, _, _) => Some(Kind::Charges),
            (_, true, _) if receipt || !self.has(Field::Arrears) => Some(Kind::Payments),
            (_, _, true) if receipt => Some(Kind::Payments),
            (_, _, true) => Some(Kind::Charges),
            _ if self.has(Field::Arrears) => Some(Kind::Charges),
            _ if self.is_register() => Some(Kind::Units),
            _ => None,
        }
    }

    /// Whether what is open stands for what is due, for want of a column that says so.
    pub(crate) fn is_opening(&self) -> bool {
        !self.has(Field::Due) && !self.has(Field::Amount)
    }

    /// Whether the table describes units, be it beside their charges.
    pub(crate) fn is_register(&self) -> bool {
        let fields = [Field::Owner, Field::Phone, Field::Area, Field::Use, Field::Prepaid];
        fields.iter().any(|f| self.has(*f))
    }
}

/// Reads a row as headings, with a saved mapping first. Of two columns for a field that has room
/// for one, the one with the surer heading is read; the other, and columns with headings that
/// nobody knows, are named in [`Columns::unread`].
pub(crate) fn recognise(row: &Row, sheet: &str, mappings: &[Mapping]) -> Columns {
    let columns = recognise_with(row, (sheet, mappings), true);
    // `9月应收` beside a column for the period is what is due, and says nothing new.
    if columns.months.is_empty() || !columns.says_when() {
        return columns;
    }
    recognise_with(row, (sheet, mappings), false)
}

fn recognise_with(row: &Row, (sheet, mappings): (&str, &[Mapping]), by_month: bool) -> Columns {
    let mut columns = Columns::default();
    let mut ranks: BTreeMap<Field, usize> = BTreeMap::new();
    for (column, cell) in row.cells.iter().enumerate() {
        if let Cell::Day(day) = cell
            && by_month
            && day.day() == 1
        {
            let period = Period::of(*day);
            columns.months.push(MonthColumn { column, period, field: Field::Due });
        }
        let Cell::Text(raw) = cell else { continue };
        let heading = normalised(raw);
        let sure =
            saved(&heading, sheet, mappings).is_some() || BY_HEADING.contains_key(heading.as_str());
        if by_month
            && !sure
            && let Some((period, field)) = month_of(&heading)
        {
            columns.months.push(MonthColumn { column, period, field });
            continue;
        }
        let Some((field, rank)) = known(&heading, sheet, mappings) else {
            columns.unread.push((column, heading));
            continue;
        };
        let taken = columns.of.entry(field).or_default();
        if matches!(field, Field::Phone | Field::Remark | Field::CoOwner | Field::Ignored) {
            taken.push(column);
            continue;
        }
        let surest = ranks.entry(field).or_insert(usize::MAX);
        if taken.is_empty() || rank < *surest {
            *surest = rank;
            let other = std::mem::replace(taken, vec![column]);
            columns.unread.extend(other.into_iter().map(|other| (other, heading_at(row, other))));
        } else {
            columns.unread.push((column, heading));
        }
    }
    columns
}

fn heading_at(row: &Row, column: usize) -> String {
    normalised(&row.cell(column).shown())
}

/// Whether a single text is a heading that is known.
pub(crate) fn is_known(raw: &str, sheet: &str, mappings: &[Mapping]) -> bool {
    known(&normalised(raw), sheet, mappings).is_some()
}

/// The field of a heading and how sure it is, a saved mapping being the surest.
fn known(heading: &str, sheet: &str, mappings: &[Mapping]) -> Option<(Field, usize)> {
    saved(heading, sheet, mappings).map(|field| (field, 0)).or_else(|| field_of(heading))
}

/// Whether a row looks like headings at all: at least two known ones, and no numbers.
pub(crate) fn looks_like_headings(row: &Row, columns: &Columns) -> bool {
    let is_month = |column| columns.months.iter().any(|month| month.column == column);
    let numbers =
        row.cells.iter().enumerate().any(|(column, cell)| {
            matches!(cell, Cell::Number(_) | Cell::Day(_)) && !is_month(column)
        });
    columns.known() >= 2 && !numbers && columns.known() * 2 >= row.filled()
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

/// The month that a heading names and the money it speaks of: `2026年9月`, `9月份`, `9月应收`,
/// `2026-09`, `9月欠费`.
fn month_of(heading: &str) -> Option<(Period, Field)> {
    const PAID: [&str; 5] = ["实收", "已收", "已缴", "已交", "实缴"];
    if heading.chars().count() > MAX_CHARS {
        return None;
    }
    let end = heading.find('月').map_or(heading.len(), |at| at + '月'.len_utf8());
    let (month, rest) = heading.split_at_checked(end)?;
    let period = match periods::read(&Cell::text(month)) {
        Ok(Some(period @ (Period::Month(..) | Period::MonthOnly(_)))) => period,
        _ => return None,
    };
    let rest = rest.strip_prefix('份').unwrap_or(rest);
    let has = |words: &[&str]| words.iter().any(|word| rest.contains(word));
    let field = match rest {
        "" => Field::Due,
        _ if has(&PAID) => Field::Paid,
        _ if has(&["减免", "优惠"]) => Field::Waived,
        _ if has(&["欠", "未"]) => Field::Arrears,
        _ if has(&["应", "费", "金额", "账单"]) => Field::Due,
        _ => return None,
    };
    Some((period, field))
}

fn saved(heading: &str, sheet: &str, mappings: &[Mapping]) -> Option<Field> {
    mappings
        .iter()
        .filter(|mapping| mapping.sheet.as_deref().is_none_or(|name| name == sheet))
        .flat_map(|mapping| &mapping.columns)
        .find(|(name, _)| normalised(name) == heading)
        .map(|(_, field)| *field)
}

fn field_of(heading: &str) -> Option<(Field, usize)> {
    const HINT: usize = 1_000;
    if heading.is_empty() || heading.chars().count() > MAX_CHARS {
        return None;
    }
    BY_HEADING.get(heading).copied().or_else(|| {
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

    fn kind(headings: &[&str]) -> Option<Kind> {
        let row = Row { number: 1, cells: headings.iter().map(|text| Cell::text(text)).collect() };
        recognise(&row, "", &[]).kind()
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
        assert_eq!(kind(&["姓名", "应收"]), None);
    }

    #[test]
    fn headings_are_known_with_their_dirt() {
        for (heading, field) in [
            ("面积(㎡)", Field::Area),
            ("应收　金额（元）", Field::Due),
            ("*房 号：", Field::Room),
            ("2026年应收物业费", Field::Due),
            ("套内建筑面积", Field::Ignored),
            ("业主身份证号", Field::Ignored),
        ] {
            assert_eq!(field_of(&normalised(heading)).unwrap().0, field, "{heading}");
        }
    }

    #[test]
    fn no_heading_stands_for_two_fields() {
        let mut seen = std::collections::HashMap::new();
        for (field, names) in SYNONYMS {
            for name in names.split(' ') {
                assert_eq!(seen.insert(name, field), None, "{name}");
                assert_eq!(normalised(name), name, "{name}");
            }
        }
    }

    #[test]
    fn a_heading_may_name_a_month_and_its_money() {
        let month = |heading: &str| month_of(&normalised(heading));
        assert_eq!(month("2026年9月(元)"), Some((Period::Month(2026, 9), Field::Due)));
        assert_eq!(month("9月份"), Some((Period::MonthOnly(9), Field::Due)));
        assert_eq!(month("2026-09"), Some((Period::Month(2026, 9), Field::Due)));
        assert_eq!(month("十月实收"), Some((Period::MonthOnly(10), Field::Paid)));
        assert_eq!(month("9月欠费"), Some((Period::MonthOnly(9), Field::Arrears)));
        for heading in ["月份", "欠费月数", "2026年应收", "月管理费", "9月备注", "1-301"]
        {
            assert_eq!(month(heading), None, "{heading}");
        }
    }

    #[test]
    fn a_saved_mapping_goes_before_the_synonyms() {
        let mapping =
            Mapping { sheet: None, columns: BTreeMap::from([("备注".to_owned(), Field::Room)]) };
        assert_eq!(saved("备注", "any", std::slice::from_ref(&mapping)), Some(Field::Room));
    }
}
