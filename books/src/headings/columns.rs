//! Which column holds what, and what kind of table that makes.

use std::collections::BTreeMap;

use super::normalised;
use crate::{fields::Field, heading_parts::Part, periods::Period};

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
    pub(super) of: BTreeMap<Field, Vec<usize>>,
    /// Columns with headings that are not read, for a clerk to see.
    pub(super) unread: Vec<(usize, String)>,
    /// Columns of money whose headings name a time or an item.
    pub(super) parts: Vec<MoneyColumn>,
    /// A column that sums up its row without saying which money.
    pub(super) total: Option<usize>,
    /// Columns of money that sum up others: `应收合计`.
    pub(super) sums: Vec<usize>,
    /// Cells with a heading that is known.
    pub(super) known: usize,
    /// Whether the title speaks of money received.
    pub(super) received: bool,
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
        const WORDS: [&str; 20] = [
            "费",
            "款",
            "金",
            "应",
            "实收",
            "欠",
            "预存",
            "余额",
            "结余",
            "收入",
            "支出",
            "减免",
            "优惠",
            "折扣",
            "调整",
            "冲",
            "抵扣",
            "微信",
            "支付宝",
            "转账",
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
    pub(super) fn says_when(&self) -> bool {
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

    pub(super) fn take(&mut self, field: Field, (column, heading): (usize, &str), surer: bool) {
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
    pub(super) fn settle(&mut self, headings: &[String]) {
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
