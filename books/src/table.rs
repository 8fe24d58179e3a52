//! Walks the rows of a file: finds the headings of each sheet, skips what is no data, and hands
//! the rest on.

use crate::{
    cells::{Cell, Row},
    entries::{self, RowIn},
    fields::Field,
    gathered::{self, Gathered},
    headings::{self, Columns, Kind},
    options::Options,
    reasons::Reason,
    room_text,
    sheets::{Head, Merge, Sink},
    sums::Sums,
};

/// Headings stand within so many rows of the top of a sheet.
const MAX_PREAMBLE: usize = 40;

/// Reads the tables of a file into what is [`Gathered`].
pub(crate) struct Tables<'o> {
    options: &'o Options,
    gathered: Gathered,
    sheet: Head,
    building: Option<String>,
    rows: usize,
    sheet_rows: usize,
    stage: Stage,
    carried: Vec<(Merge, Cell)>,
    tables: usize,
    sums: Sums,
}

/// Where in a sheet the reader is.
enum Stage {
    /// Above the headings; the best row so far that looked like some.
    Preamble { best: Option<(u32, Columns)> },
    /// Between the headings and the first row of data.
    Headings { columns: Columns },
    /// In the data.
    Rows { columns: Columns, kind: Kind },
}

impl<'o> Tables<'o> {
    /// A reader for one file.
    pub(crate) fn new(options: &'o Options) -> Self {
        Self {
            options,
            gathered: Gathered::new(options),
            sheet: Head::default(),
            building: None,
            rows: 0,
            sheet_rows: 0,
            stage: Stage::Preamble { best: None },
            carried: Vec::new(),
            tables: 0,
            sums: Sums::default(),
        }
    }

    /// What was read, once every row has been.
    pub(crate) fn finish(mut self) -> Gathered {
        if self.tables == 0 && !self.gathered.problems.is_blocked() {
            let at = gathered::at(&self.sheet.name, 1, None);
            let reason = if self.rows == 0 {
                Reason::EmptyBook
            } else {
                Reason::NothingFound { looked_for: headings::looked_for() }
            };
            self.gathered.problems.add(at, "", &reason);
        }
        self.gathered
    }

    fn above_headings(&mut self, row: &Row, mut best: Option<(u32, Columns)>) -> Stage {
        let columns = headings::recognise(row, &self.sheet.name, &self.options.mappings);
        let looks = headings::looks_like_headings(row, &columns);
        if looks && columns.kind().is_some() {
            return Stage::Headings { columns };
        }
        if looks && best.is_none() {
            best = Some((row.number, columns));
        } else {
            self.gathered.preamble.take(row);
        }
        Stage::Preamble { best }
    }

    fn below_headings(&mut self, row: Row, mut columns: Columns) -> Stage {
        let below = headings::recognise(&row, &self.sheet.name, &self.options.mappings);
        let second = headings::looks_like_headings(&row, &below)
            && columns.first(Field::Room).is_some_and(|room| *row.cell(room) == Cell::Empty);
        if second {
            columns.extend(below, &row);
            return Stage::Headings { columns };
        }
        let Some(kind) = columns.kind() else { return Stage::Preamble { best: None } };
        self.tables += 1;
        self.sums = Sums::new(&columns);
        let place = gathered::at(&self.sheet.name, row.number, None);
        self.gathered.opens(place, &columns, kind);
        self.in_rows(row, columns, kind)
    }

    fn in_rows(&mut self, mut row: Row, columns: Columns, kind: Kind) -> Stage {
        if let Some(again) = self.headings_again(&row, &columns) {
            // The headings of the next page, or of another table below.
            let same = again == columns;
            return if same {
                Stage::Rows { columns, kind }
            } else {
                Stage::Headings { columns: again }
            };
        }
        self.carry_down(&mut row, &columns);
        let mut input = RowIn {
            sheet: &self.sheet.name,
            building: self.building.as_deref(),
            row: &row,
            columns: &columns,
            gathered: &mut self.gathered,
            sums: &mut self.sums,
        };
        entries::read(&mut input, kind);
        Stage::Rows { columns, kind }
    }

    /// The columns of a row of headings among the rows of data. The one cell where a room should
    /// be tells for nearly all rows that they are none.
    fn headings_again(&self, row: &Row, columns: &Columns) -> Option<Columns> {
        let (sheet, mappings) = (&self.sheet.name, &self.options.mappings);
        let room = row.cell(columns.first(Field::Room)?);
        if !matches!(room, Cell::Text(raw) if headings::is_known(raw, sheet, mappings)) {
            return None;
        }
        let again = headings::recognise(row, sheet, mappings);
        let opens = again.kind().is_some() && headings::looks_like_headings(row, &again);
        opens.then_some(again)
    }

    /// Gives a row below the first of merged cells the value that Excel shows beside it; never
    /// money, which would count twice.
    fn carry_down(&mut self, row: &mut Row, columns: &Columns) {
        if self.sheet.merges.is_empty() {
            return;
        }
        self.carried.retain(|(merge, _)| merge.last >= row.number);
        for (_, column) in columns.read().filter(|(field, _)| !field.is_money()) {
            self.begin_merge(row, column);
        }
        for (merge, value) in &self.carried {
            if merge.first < row.number {
                if row.cells.len() <= merge.column {
                    row.cells.resize(merge.column + 1, Cell::Empty);
                }
                if let Some(cell) = row.cells.get_mut(merge.column) {
                    *cell = value.clone();
                }
            }
        }
    }

    fn begin_merge(&mut self, row: &Row, column: usize) {
        let merge = self
            .sheet
            .merges
            .iter()
            .find(|merge| merge.column == column && merge.first == row.number);
        if let Some(merge) = merge {
            self.carried.push((*merge, row.cell(column).clone()));
        }
    }
}

impl Sink for Tables<'_> {
    fn begin(&mut self, head: Head) -> bool {
        self.stage = Stage::Preamble { best: None };
        self.carried.clear();
        let hidden = head.hidden;
        self.gathered.preamble.begin_sheet(&head.name);
        self.building = room_text::building_of_sheet(&head.name);
        self.sheet = head;
        self.sheet_rows = 0;
        // Sums by unit look like charges, and would count them twice.
        let sums = ["汇总", "统计", "总表"].iter().any(|word| self.sheet.name.contains(word));
        if hidden || sums {
            let at = gathered::at(&self.sheet.name, 1, None);
            let reason = if hidden { Reason::HiddenSheet } else { Reason::SummarySheet };
            self.gathered.problems.add(at, "", &reason);
        }
        !hidden && !sums
    }

    fn row(&mut self, row: Row) {
        self.rows += 1;
        self.sheet_rows += 1;
        let stage = std::mem::replace(&mut self.stage, Stage::Preamble { best: None });
        self.stage = match stage {
            Stage::Preamble { best } if self.sheet_rows <= MAX_PREAMBLE => {
                self.above_headings(&row, best)
            }
            Stage::Preamble { best } => Stage::Preamble { best },
            Stage::Headings { columns } => self.below_headings(row, columns),
            Stage::Rows { columns, kind } => self.in_rows(row, columns, kind),
        };
    }

    fn end(&mut self) {
        let stage = std::mem::replace(&mut self.stage, Stage::Preamble { best: None });
        match stage {
            Stage::Preamble { best: Some((row, columns)) } => {
                self.gathered.lacks(&self.sheet.name, row, &columns)
            }
            Stage::Preamble { best: None } if self.sheet_rows > 0 => {
                let at = gathered::at(&self.sheet.name, 1, None);
                let reason = Reason::UnknownSheet { looked_for: headings::looked_for() };
                self.gathered.problems.add(at, "", &reason);
            }
            // Headings without any row below are a table, if an empty one.
            Stage::Headings { columns } if columns.kind().is_some() => self.tables += 1,
            _ => {}
        }
    }
}
