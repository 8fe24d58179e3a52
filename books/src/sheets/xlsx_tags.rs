//! Counts the tags of an XML part as it is inflated, in a few bytes of memory.
//!
//! A tag of five bytes can become a hundred in the reader (a cell format, a sheet, a merged
//! area). Cells are streamed and may be as many as fit; everything else is counted.

use crate::refused::Refused;

/// Excel ends a cell at 32,767 characters; a longer stretch without any tag is not Excel's, and
/// would be held in memory whole.
const MAX_STRETCH: usize = 1 << 20;

/// Strings that cells share, over all parts.
const MAX_STRINGS: usize = 2_000_000;

/// Tags that are neither cells nor text, over all parts: formats, sheets, merged areas.
const MAX_OTHERS: usize = 500_000;

/// Tags of cells, of text and of the looks of text, which the reader does not keep.
const STREAMED: [&[u8]; 22] = [
    b"row",
    b"c",
    b"v",
    b"f",
    b"is",
    b"t",
    b"r",
    b"rPr",
    b"sz",
    b"color",
    b"rFont",
    b"family",
    b"charset",
    b"scheme",
    b"b",
    b"i",
    b"u",
    b"strike",
    b"vertAlign",
    b"rPh",
    b"phoneticPr",
    b"",
];

/// The counts, over all parts of a workbook.
#[derive(Debug, Default)]
pub(super) struct Tags {
    stretch: usize,
    name: Option<Name>,
    strings: usize,
    others: usize,
}

/// The name of a tag as far as it has come out.
#[derive(Debug, Default, Clone, Copy)]
struct Name {
    bytes: [u8; 16],
    length: usize,
}

impl Tags {
    /// A new part begins.
    pub(super) fn begin(&mut self) {
        self.stretch = 0;
        self.name = None;
    }

    /// Takes in the next bytes of a part, which may cut a tag anywhere.
    ///
    /// # Errors
    /// When there is too much of something.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        for &byte in bytes {
            self.stretch += 1;
            match (byte, &mut self.name) {
                (b'<', _) => {
                    self.stretch = 0;
                    self.name = Some(Name::default());
                }
                (_, None) => {}
                // A prefix is no part of the name.
                (b':', Some(name)) => *name = Name::default(),
                (b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>' | b'?' | b'!', Some(name)) => {
                    let name = *name;
                    self.name = None;
                    self.count(name);
                }
                (byte, Some(name)) => name.push(byte),
            }
            if self.stretch > MAX_STRETCH {
                return Err(too_large("cell", "1 MB".to_owned()));
            }
        }
        if self.strings > MAX_STRINGS {
            return Err(too_large("texts", MAX_STRINGS.to_string()));
        }
        if self.others > MAX_OTHERS {
            return Err(too_large("formats", MAX_OTHERS.to_string()));
        }
        Ok(())
    }

    /// Counts an opening tag; a closing one has no name before its slash.
    fn count(&mut self, name: Name) {
        let name = name.bytes.get(..name.length).unwrap_or_default();
        if name == b"si" {
            self.strings += 1;
        } else if !STREAMED.contains(&name) {
            self.others += 1;
        }
    }
}

impl Name {
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }
}

fn too_large(what: &'static str, limit: String) -> Refused {
    Refused::TooLarge { what, limit }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(text: &str) -> (usize, usize) {
        let mut tags = Tags::default();
        tags.begin();
        for byte in text.bytes() {
            tags.take(&[byte]).unwrap();
        }
        (tags.strings, tags.others)
    }

    #[test]
    fn cells_are_free_and_the_rest_is_counted() {
        let text = r#"<?xml version="1.0"?><x:sst><x:si><t>a</t></x:si><si/></x:sst>"#;
        assert_eq!(counts(text), (2, 1));
        assert_eq!(counts(r#"<row r="1"><c r="A1"><v>1</v></c></row><mergeCell/>"#), (0, 1));
    }

    #[test]
    fn too_much_is_refused() {
        let mut tags = Tags::default();
        assert!(tags.take(&b"<xf/>".repeat(MAX_OTHERS + 1)).is_err());
        let mut tags = Tags::default();
        assert!(tags.take(&b"<si/>".repeat(MAX_STRINGS + 1)).is_err());
        let mut tags = Tags::default();
        assert!(tags.take(&vec![b'a'; MAX_STRETCH + 1]).is_err());
    }
}
