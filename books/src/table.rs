//! Walks the rows of a file: finds the headings of each sheet, skips what is no data, and hands
//! the rest on.

use crate::{
    cells::{Cell, Row},
    entries::{self, RowIn},
    fields::Field,
    gathered::{self, Gathered},
    headings::{self, Columns, Context, Kind},
    money,
    options::Options,
    reasons::Reason,
    repeated::{self, Blocks},
    room_text,
    sheets::{Head, Merge, Sink},
    sums::Sums,
    text,
};

/// Headings stand within so many rows of the top of a sheet.
const MAX_PREAMBLE: usize = 40;

/// Reads the tables of a file into what is [`Gathered`].
pub(crate) struct Tables<'o> {
    options: &'o Options,
    gathered: Gathered,
    sheet: Head,
    /// The building, and perhaps the entrance, that the sheet or a line above is for.
    section: Option<(String, Option<String>)>,
    /// Building and entrance of the row before, for rows that leave both out.
    place: (Cell, Cell),
    rows: usize,
    sheet_rows: usize,
    stage: Stage,
    /// The columns of the table that was read last in this sheet.
    read_last: Option<Columns>,
    carried: Vec<(Merge, Cell)>,
    tables: usize,
    sums: Sums,
    blocks: Option<Blocks>,
}

/// Where in a sheet the reader is.
enum Stage {
    /// Above the headings; the best row so far that looked like some, and the row just passed.
    Preamble { best: Option<(u32, Columns)>, above: Option<Row> },
    /// Between the headings and the first row of data.
    Headings { headings: Vec<String>, columns: Columns },
    /// In the data.
    Rows { columns: Columns, kind: Kind },
}

impl Stage {
    fn start() -> Self {
        Self::Preamble { best: None, above: None }
    }
}

impl<'o> Tables<'o> {
    /// A reader for one file of this name.
    pub(crate) fn new(options: &'o Options, file: &str) -> Self {
        let mut gathered = Gathered::new(options);
        gathered.preamble.begin_file(file);
        Self {
            options,
            gathered,
            sheet: Head::default(),
            section: None,
            place: Default::default(),
            rows: 0,
            sheet_rows: 0,
            stage: Stage::start(),
            read_last: None,
            carried: Vec::new(),
            tables: 0,
            sums: Sums::default(),
            blocks: None,
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

    fn recognised(&self, headings: &[String]) -> Columns {
        headings::recognise(headings, self.context())
    }

    fn context(&self) -> Context<'_> {
        let received = self.gathered.preamble.received;
        Context { sheet: &self.sheet.name, mappings: &self.options.mappings, received }
    }

    fn above_headings(
        &mut self,
        row: Row,
        mut best: Option<(u32, Columns)>,
        above: Option<Row>,
    ) -> Stage {
        let headings = headings::texts_of(&row);
        let columns = self.recognised(&headings);
        let looks = headings::looks_like_headings(&row, &columns);
        if looks && columns.kind().is_some() {
            // What stands above several columns may be a row of its own: `2026年9月`, `停车费`.
            let above = above.filter(|above| above.number + 1 == row.number && above.filled() > 1);
            let headings = match above {
                Some(above) => headings::joined(&headings::texts_of(&above), &headings),
                None => headings,
            };
            let columns = self.recognised(&headings);
            return Stage::Headings { headings, columns };
        }
        if looks && best.is_none() {
            best = Some((row.number, columns));
        } else {
            self.gathered.preamble.take(&row);
        }
        Stage::Preamble { best, above: Some(row) }
    }

    fn below_headings(&mut self, row: Row, headings: Vec<String>, columns: Columns) -> Stage {
        let below = headings::texts_of(&row);
        let second = headings::looks_like_headings(&row, &self.recognised(&below))
            && columns.first(Field::Room).is_some_and(|room| *row.cell(room) == Cell::Empty);
        if second {
            let headings = headings::joined(&headings, &below);
            let columns = self.recognised(&headings);
            return Stage::Headings { headings, columns };
        }
        if let Some(headings) = headings::with_units(&headings, &row) {
            return Stage::Headings { headings, columns };
        }
        let Some(kind) = columns.kind() else { return Stage::start() };
        self.tables += 1;
        self.blocks = repeated::blocks(&headings, &columns);
        let columns = columns.within(self.blocks.map(|blocks| blocks.width));
        // The headings of the next page open nothing new, and its totals go on.
        if self.read_last.as_ref() != Some(&columns) {
            self.sums = Sums::new(&columns);
            let place = gathered::at(&self.sheet.name, row.number, None);
            self.gathered.opens(place, &columns, kind);
            self.refuse_other_units(row.number, &headings, &columns);
            self.read_last = Some(columns.clone());
        }
        self.in_rows(row, columns, kind)
    }

    /// Amounts in units of ten thousand are rounded, and 1.5 of them looks like 1.50 yuan; so do fen.
    fn refuse_other_units(&mut self, row: u32, headings: &[String], columns: &Columns) {
        let unit = |column: usize| money::unit_in(&text::fold(headings.get(column)?));
        let own = columns.money().find_map(|column| Some((Some(column), unit(column)?)));
        let titled = self.gathered.preamble.unit.map(|unit| (None, unit));
        let titled = titled.filter(|_| columns.money().next().is_some());
        if let Some((column, unit)) = own.or(titled) {
            let at = gathered::at(&self.sheet.name, row, column);
            self.gathered.problems.add(at, unit, &Reason::MoneyInUnits { unit });
        }
    }

    fn in_rows(&mut self, mut row: Row, columns: Columns, kind: Kind) -> Stage {
        if let Some((headings, again)) = self.headings_again(&row, &columns) {
            // The headings of the next page, or of another table below.
            let same = again == columns;
            return if same {
                self.sums.begin_page();
                Stage::Rows { columns, kind }
            } else {
                Stage::Headings { headings, columns: again }
            };
        }
        if self.begins_section(&row) {
            return Stage::Rows { columns, kind };
        }
        self.carry_down(&mut row, &columns);
        self.fill_place(&mut row, &columns);
        for (shift, row) in repeated::split(row, self.blocks) {
            let mut input = RowIn {
                sheet: &self.sheet.name,
                section: self.section.as_ref(),
                row: &row,
                shift,
                columns: &columns,
                gathered: &mut self.gathered,
                sums: &mut self.sums,
            };
            entries::read(&mut input, kind);
        }
        Stage::Rows { columns, kind }
    }

    /// A row of headings among the rows of data. The one cell where a room should be tells for
    /// nearly all rows that they are none.
    fn headings_again(&self, row: &Row, columns: &Columns) -> Option<(Vec<String>, Columns)> {
        let room = row.cell(columns.first(Field::Room)?);
        if !matches!(room, Cell::Text(raw) if headings::is_known(raw, self.context())) {
            return None;
        }
        let headings = headings::texts_of(row);
        let again = self.recognised(&headings);
        let opens = again.kind().is_some() && headings::looks_like_headings(row, &again);
        opens.then_some((headings, again))
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
                put(row, merge.column, value.clone());
            }
        }
    }

    /// A row of nothing but `1栋` or `2号楼1单元` says it of those below it.
    fn begins_section(&mut self, row: &Row) -> bool {
        let mut texts = row.texts();
        let (Some(text), None, 1) = (texts.next(), texts.next(), row.filled()) else {
            return false;
        };
        let section = room_text::section(&text::fold(text));
        let begins = section.is_some();
        if begins {
            self.section = section;
        }
        begins
    }

    /// Offices write building and entrance once and leave the cells below empty.
    fn fill_place(&mut self, row: &mut Row, columns: &Columns) {
        let (Some(building), Some(room)) =
            (columns.first(Field::Building), columns.first(Field::Room))
        else {
            return;
        };
        let entrance = columns.first(Field::Entrance);
        let own = (row.cell(building).clone(), entrance.map(|at| row.cell(at).clone()));
        let own = (own.0, own.1.unwrap_or_default());
        if own.0 != Cell::Empty {
            self.place = own;
            return;
        }
        if *row.cell(room) == Cell::Empty {
            return;
        }
        if own.1 != Cell::Empty {
            self.place.1 = own.1;
        }
        let (building_cell, entrance_cell) = self.place.clone();
        put(row, building, building_cell);
        if let Some(entrance) = entrance {
            put(row, entrance, entrance_cell);
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

fn put(row: &mut Row, column: usize, value: Cell) {
    if row.cells.len() <= column {
        row.cells.resize(column + 1, Cell::Empty);
    }
    if let Some(cell) = row.cells.get_mut(column) {
        *cell = value;
    }
}

impl Sink for Tables<'_> {
    fn begin(&mut self, head: Head) -> bool {
        self.stage = Stage::start();
        self.read_last = None;
        self.carried.clear();
        let hidden = head.hidden;
        self.gathered.preamble.begin_sheet(&head.name);
        self.section = room_text::building_of_sheet(&head.name).map(|building| (building, None));
        self.place = Default::default();
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
        let stage = std::mem::replace(&mut self.stage, Stage::start());
        self.stage = match stage {
            Stage::Preamble { best, above } if self.sheet_rows <= MAX_PREAMBLE => {
                self.above_headings(row, best, above)
            }
            Stage::Preamble { best, .. } => Stage::Preamble { best, above: None },
            Stage::Headings { headings, columns } => self.below_headings(row, headings, columns),
            Stage::Rows { columns, kind } => self.in_rows(row, columns, kind),
        };
    }

    fn end(&mut self) {
        let stage = std::mem::replace(&mut self.stage, Stage::start());
        match stage {
            Stage::Preamble { best: Some((row, columns)), .. } => {
                self.gathered.lacks(&self.sheet.name, row, &columns)
            }
            Stage::Preamble { best: None, .. } if self.sheet_rows > 0 => {
                let at = gathered::at(&self.sheet.name, 1, None);
                let reason = Reason::UnknownSheet { looked_for: headings::looked_for() };
                self.gathered.problems.add(at, "", &reason);
            }
            // Headings without any row below are a table, if an empty one.
            Stage::Headings { columns, .. } if columns.kind().is_some() => self.tables += 1,
            _ => {}
        }
    }
}
