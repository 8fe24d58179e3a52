//! The records that an .xls consists of: a kind, a length, data.

/// One record.
pub(super) struct Record<'a> {
    /// Where it stands in the stream.
    pub(super) at: usize,
    /// Its kind.
    pub(super) kind: u16,
    /// What it holds.
    pub(super) data: &'a [u8],
}

impl Record<'_> {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const END: u16 = 0x000A;
    pub(super) const FILE_PASS: u16 = 0x002F;
    pub(super) const CONTINUE: u16 = 0x003C;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const MANY_NUMBERS: u16 = 0x00BD;
    pub(super) const CELL_FORMAT: u16 = 0x00E0;
    pub(super) const SHARED_STRINGS: u16 = 0x00FC;
    pub(super) const LABEL_SST: u16 = 0x00FD;
    pub(super) const DIMENSIONS: u16 = 0x0200;
    pub(super) const BLANK: u16 = 0x0201;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const SMALL_NUMBER: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BEGIN: u16 = 0x0809;

    /// Whether the reader makes a cell of it.
    pub(super) fn is_cell(&self) -> bool {
        const RICH_LABEL: u16 = 0x00D6;
        matches!(
            self.kind,
            Self::FORMULA | Self::MANY_NUMBERS | Self::LABEL_SST | RICH_LABEL | Self::NUMBER
                ..=0x0205 | Self::SMALL_NUMBER
        )
    }

    /// The number at a place, in the byte order of the format; 0 beyond the end.
    pub(super) fn number(&self, at: usize) -> u16 {
        match self.data.get(at..at + 2) {
            Some(&[low, high]) => u16::from_le_bytes([low, high]),
            _ => 0,
        }
    }

    /// One more than the last column of a record of several cells, which ends with it.
    pub(super) fn last_column(&self) -> u64 {
        let last = self.number(self.data.len().saturating_sub(2));
        if self.kind == Self::MANY_NUMBERS { u64::from(last) + 1 } else { 0 }
    }
}

/// The records from an offset to the end of the stream, or until the count runs out.
pub(super) struct Records<'a, 'b> {
    stream: &'a [u8],
    at: usize,
    left: &'b mut usize,
}

impl<'a, 'b> Records<'a, 'b> {
    /// The records from an offset on; `left` counts down, over several calls.
    pub(super) fn new(stream: &'a [u8], offset: usize, left: &'b mut usize) -> Self {
        Self { stream, at: offset, left }
    }
}

impl<'a> Iterator for Records<'a, '_> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        *self.left = self.left.checked_sub(1)?;
        let at = self.at;
        let (&[k0, k1, l0, l1], rest) = self.stream.get(at..)?.split_first_chunk()?;
        let data = rest.get(..u16::from_le_bytes([l0, l1]).into())?;
        self.at = at + 4 + data.len();
        Some(Record { at, kind: u16::from_le_bytes([k0, k1]), data })
    }
}
