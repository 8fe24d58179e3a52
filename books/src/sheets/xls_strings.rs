//! How long the shared strings of an .xls are.
//!
//! A cell of 14 bytes can name a string of 32 thousand characters, and the reader gives every
//! cell a copy, so the lengths must be known before.

/// The lengths in bytes, at most, of the strings in a table and what continues it; fewer than the
/// table has when it is broken, where the reader stops too.
pub(super) fn lengths(parts: &[&[u8]]) -> Vec<u32> {
    let mut table = Table { parts, at: 0 };
    let mut lengths = Vec::new();
    // Two counts stand before the first string.
    if table.skip(8).is_some() {
        while let Some(length) = table.string() {
            lengths.push(length);
        }
    }
    lengths
}

/// A place in the table, which may be cut into records anywhere.
struct Table<'a> {
    parts: &'a [&'a [u8]],
    at: usize,
}

impl Table<'_> {
    /// Passes one string: length, flags, counts of what follows the characters, the characters,
    /// their formats and their phonetics.
    fn string(&mut self) -> Option<u32> {
        const WIDE: u8 = 1;
        const PHONETIC: u8 = 4;
        const RICH: u8 = 8;
        let chars = self.number(2)?;
        let flags = u8::try_from(self.number(1)?).ok()?;
        let formats = if flags & RICH == 0 { 0 } else { self.number(2)? };
        let phonetics = if flags & PHONETIC == 0 { 0 } else { self.number(4)? };
        let mut left = chars;
        let mut width = usize::from(flags & WIDE) + 1;
        while left > 0 {
            let here = (self.part()?.len() - self.at) / width;
            if here >= left {
                self.at += left * width;
                break;
            }
            left -= here;
            // Characters go on behind flags of their own.
            self.next_part()?;
            width = usize::from(u8::try_from(self.number(1)?).ok()? & WIDE) + 1;
        }
        self.skip(formats.checked_mul(4)?.checked_add(phonetics)?)?;
        u32::try_from(chars * 3).ok()
    }

    fn part(&self) -> Option<&[u8]> {
        self.parts.first().copied()
    }

    fn next_part(&mut self) -> Option<()> {
        self.parts = self.parts.get(1..)?;
        self.at = 0;
        Some(())
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            let here = (self.part()?.len() - self.at).min(bytes);
            self.at += here;
            bytes -= here;
            if bytes > 0 {
                self.next_part()?;
            }
        }
        Some(())
    }

    /// A number of up to four bytes, which no record cuts.
    fn number(&mut self, bytes: usize) -> Option<usize> {
        if self.part()?.len() == self.at {
            self.next_part()?;
        }
        let digits = self.part()?.get(self.at..self.at + bytes)?;
        let number = digits.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        self.at += bytes;
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_go_on_in_the_next_record() {
        let counts = [0_u8; 8];
        // "ab" plain; "cdef" wide, cut after "cd" and going on plain; "g" with one format.
        let first = [&counts[..], &[2, 0, 0, b'a', b'b'], &[4, 0, 1, b'c', 0, b'd', 0]].concat();
        let second = [0, b'e', b'f', 1, 0, 8, 1, 0, b'g', 9, 9, 9, 9];
        assert_eq!(lengths(&[&first, &second]), [6, 12, 3]);
    }

    #[test]
    fn a_broken_table_ends() {
        assert_eq!(lengths(&[&[0; 8], &[255, 255, 0, b'a']]), Vec::<u32>::new());
        assert!(lengths(&[&[0; 3]]).is_empty());
    }
}
