//! From files to one book.

use guanjia_books::{
    At, Book, Mapping, Options, Problem, Refused, Room, Severity, Source, UnitRow,
};

use super::runs::Upload;
use crate::kernel::Fen;

/// What some files say together.
pub struct Read {
    /// Their rows. Of several files each place names its file before the sheet.
    pub book: Book,
    names: Vec<String>,
}

/// Which file is no book, and why.
pub struct NoBook {
    /// The file, from 0.
    pub file: usize,
    /// Why it was not read.
    pub refused: Refused,
}

impl NoBook {
    /// The refusal as a problem of the whole file.
    pub(super) fn problem(&self) -> (i64, Problem) {
        let problem = Problem {
            at: At { sheet: String::new(), row: 0, column: None },
            value: String::new(),
            severity: Severity::Blocking,
            code: self.refused.code(),
            zh: self.refused.zh(),
            en: self.refused.en(),
        };
        (i64::try_from(self.file).unwrap_or_default(), problem)
    }
}

/// Reads every file. Headings that a person has told apart go before the built-in ones. A room that Excel made a date of in
/// one file may be known from another.
pub fn read(files: Vec<Upload>, mappings: &[Mapping]) -> Result<Read, NoBook> {
    let mut options = Options { mappings: mappings.to_vec(), ..Options::default() };
    let one = |(index, file): (usize, &Upload), options: &Options| {
        let source = Source::Bytes { name: &file.name, bytes: &file.bytes };
        guanjia_books::read(source, options).map_err(|refused| NoBook { file: index, refused })
    };
    let mut books: Vec<Book> = Vec::new();
    for file in files.iter().enumerate() {
        books.push(one(file, &options)?);
    }
    for index in 0..books.len() {
        let lost = |book: &Book| book.problems.iter().any(|problem| problem.code == "room_is_date");
        if books.len() == 1 || !books.get(index).is_some_and(lost) {
            continue;
        }
        let others = books.iter().enumerate().filter(|(other, _)| *other != index);
        options.rooms = others.flat_map(|(_, book)| rooms_of(book)).collect();
        if let (Some(file), Some(book)) = (files.get(index), books.get_mut(index)) {
            *book = one((index, file), &options)?;
        }
    }
    let names: Vec<String> = files.into_iter().map(|file| file.name).collect();
    Ok(Read { book: join(&names, books), names })
}

/// The rooms of a register with their owners.
fn rooms_of(book: &Book) -> Vec<(Room, Vec<String>)> {
    let owners = |unit: &UnitRow| unit.holders.iter().map(|holder| holder.name.clone()).collect();
    book.units.iter().map(|unit| (unit.room.clone(), owners(unit))).collect()
}

impl Read {
    /// Problems with the file that each is in, and the sheet as that file calls it.
    pub(super) fn placed(
        &self,
        problems: impl IntoIterator<Item = Problem>,
    ) -> Vec<(i64, Problem)> {
        let place = |mut problem: Problem| {
            let found = (0_i64..).zip(&self.names).find_map(|(index, name)| {
                let bare = problem.at.sheet.strip_prefix(&prefix(name))?;
                Some((index, bare.to_owned()))
            });
            let Some((index, sheet)) = found.filter(|_| self.names.len() > 1) else {
                return (0, problem);
            };
            problem.at.sheet = sheet;
            (index, problem)
        };
        problems.into_iter().map(place).collect()
    }
}

fn prefix(name: &str) -> String {
    format!("{name}: ")
}

fn join(names: &[String], mut books: Vec<Book>) -> Book {
    if books.len() == 1 {
        return books.pop().unwrap_or_default();
    }
    let with_receipts: Vec<bool> = books.iter().map(|book| !book.payments.is_empty()).collect();
    let mut joined = Book::default();
    for (index, (name, mut book)) in names.iter().zip(books).enumerate() {
        let elsewhere = with_receipts.iter().enumerate().any(|(other, has)| *has && other != index);
        if elsewhere {
            leave_paid_aside(&mut book);
        }
        let prefix = prefix(name);
        let units = book.units.iter_mut().map(|row| &mut row.at);
        let charges = book.charges.iter_mut().map(|row| &mut row.at);
        let payments = book.payments.iter_mut().map(|row| &mut row.at);
        let problems = book.problems.iter_mut().map(|problem| &mut problem.at);
        for at in units.chain(charges).chain(payments).chain(problems) {
            at.sheet.insert_str(0, &prefix);
        }
        joined.units.extend(book.units);
        joined.charges.extend(book.charges);
        joined.payments.extend(book.payments);
        joined.problems.extend(book.problems);
        joined.as_of = joined.as_of.max(book.as_of);
        joined.community_name = joined.community_name.or(book.community_name);
    }
    joined
}

/// Receipts in another file say when money came; the sums beside the charges say the same money again.
fn leave_paid_aside(book: &mut Book) {
    let mut first = None;
    let mut sum = 0_i64;
    for charge in &mut book.charges {
        if let Some(paid) = charge.paid_fen.take().filter(|paid| *paid != 0) {
            sum = sum.saturating_add(paid);
            first.get_or_insert_with(|| charge.at.clone());
        }
    }
    if let Some(at) = first {
        let shown = Fen(sum);
        book.problems.push(Problem {
            at,
            value: shown.to_string(),
            severity: Severity::Warning,
            code: "paid_ignored",
            zh: format!("另一个文件有收款记录,本文件应收表上的实收(共 {shown} 元)未采用"),
            en: format!(
                "another file has receipts, so the paid column of the charges here ({shown} yuan in all) was left aside"
            ),
        });
    }
}
