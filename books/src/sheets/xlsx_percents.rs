//! Which cells of an .xlsx are shown as percentages.

use std::{
    collections::HashSet,
    io::{BufRead as _, BufReader, Cursor, Read},
};

use zip::ZipArchive;

use super::percents::{self, BUILT_IN, Places};
use crate::refused::Refused;

/// The longest tag that is looked at.
const MAX_TAG: usize = 4_096;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The formats of a workbook that show percentages, and the parts of its sheets.
pub(super) struct Percents<'a> {
    archive: Option<Archive<'a>>,
    /// Numbers of cell formats.
    formats: HashSet<usize>,
    /// Parts, in the order of the sheets.
    parts: Vec<String>,
}

impl<'a> Percents<'a> {
    /// Looks at the formats. The bytes must have passed [`super::xlsx_bounds::check`].
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let mut percents = Self { archive: None, formats: HashSet::new(), parts: Vec::new() };
        let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return percents };
        percents.formats = formats(&mut archive);
        if !percents.formats.is_empty() {
            percents.parts = parts(&mut archive);
            percents.archive = Some(archive);
        }
        percents
    }

    /// Row and column, from 0, of the cells of a sheet that are percentages.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn cells(&mut self, sheet: usize) -> Result<Places, Refused> {
        let mut found = Places::new();
        let (Some(archive), Some(part)) = (&mut self.archive, self.parts.get(sheet)) else {
            return Ok(found);
        };
        // Rows and cells may leave their place out; then it is the next one.
        let (mut row, mut column) = (0_u32, 0_u32);
        let formats = &self.formats;
        each_tag(archive, part, |name, tag| match name {
            "row" => {
                let own = attribute(tag, "r").and_then(|r| r.parse().ok());
                row = own.unwrap_or_else(|| row.saturating_add(1));
                column = 0;
            }
            "c" => {
                let own = attribute(tag, "r").and_then(column_of);
                let at = own.unwrap_or(column);
                column = at.saturating_add(1);
                let format = attribute(tag, "s").and_then(|s| s.parse().ok());
                if format.is_some_and(|format| formats.contains(&format)) {
                    found.insert((row.saturating_sub(1), at));
                }
            }
            _ => {}
        });
        percents::check(&found)?;
        Ok(found)
    }
}

/// The numbers of the cell formats that show percentages.
fn formats(archive: &mut Archive<'_>) -> HashSet<usize> {
    let mut codes: HashSet<String> = BUILT_IN.iter().map(u16::to_string).collect();
    let (mut formats, mut next, mut within) = (HashSet::new(), 0, false);
    each_tag(archive, "xl/styles.xml", |name, tag| match name {
        "numFmt" if attribute(tag, "formatCode").is_some_and(is_percent) => {
            codes.extend(attribute(tag, "numFmtId").map(str::to_owned));
        }
        "cellXfs" => within = true,
        "/cellXfs" => within = false,
        "xf" if within => {
            if attribute(tag, "numFmtId").is_some_and(|id| codes.contains(id)) {
                formats.insert(next);
            }
            next += 1;
        }
        _ => {}
    });
    formats
}

fn is_percent(code: &str) -> bool {
    percents::is_percent(&code.replace("&quot;", "\""))
}

/// The parts of the sheets, in the order of the workbook.
fn parts(archive: &mut Archive<'_>) -> Vec<String> {
    let mut ids = Vec::new();
    each_tag(archive, "xl/workbook.xml", |name, tag| {
        if name == "sheet" {
            ids.push(attribute(tag, "id").unwrap_or_default().to_owned());
        }
    });
    let mut targets = Vec::new();
    each_tag(archive, "xl/_rels/workbook.xml.rels", |name, tag| {
        if name == "Relationship" {
            let both = attribute(tag, "Id").zip(attribute(tag, "Target"));
            targets.extend(both.map(|(id, target)| (id.to_owned(), target.to_owned())));
        }
    });
    let part = |id: &String| {
        let target = targets.iter().find(|(own, _)| own == id).map(|(_, target)| target.as_str());
        let target = target.unwrap_or_default();
        target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned)
    };
    ids.iter().map(part).collect()
}

/// Hands over every tag of a part, with its name without prefix. What cannot be read ends it: the reader of cells will say
/// so.
fn each_tag(archive: &mut Archive<'_>, part: &str, mut take: impl FnMut(&str, &str)) {
    let Ok(part) = archive.by_name(part) else { return };
    let mut part = BufReader::new(part);
    let mut tag = Vec::new();
    loop {
        tag.clear();
        if !matches!(skip(&mut part), Ok(true)) || !matches!(whole(&mut part, &mut tag), Ok(true)) {
            return;
        }
        let text = String::from_utf8_lossy(&tag);
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let name = if name.len() > 1 { name.trim_end_matches('/') } else { name };
        let (slash, bare) = name.strip_prefix('/').map_or(("", name), |bare| ("/", bare));
        let bare = bare.rsplit(':').next().unwrap_or(bare);
        take(&format!("{slash}{bare}"), rest);
    }
}

/// Up to behind the next `<`; whether there is one.
fn skip(part: &mut BufReader<impl Read>) -> std::io::Result<bool> {
    part.skip_until(b'<')?;
    Ok(!part.fill_buf()?.is_empty())
}

/// The tag up to its end, which is no sign in quotes; whether there is one.
fn whole(part: &mut BufReader<impl Read>, tag: &mut Vec<u8>) -> std::io::Result<bool> {
    let mut quote = None;
    for byte in part.bytes() {
        let byte = byte?;
        match (byte, quote) {
            (b'>', None) => return Ok(true),
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
        if tag.len() < MAX_TAG {
            tag.push(byte);
        }
    }
    Ok(false)
}

/// The value of an attribute, its prefix left out.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = tag;
    loop {
        let (before, behind) = rest.split_once('=')?;
        let behind = behind.trim_start();
        let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, tail) = behind.get(1..)?.split_once(quote)?;
        let own = before.trim();
        if own.rsplit(':').next() == Some(name) {
            return Some(value);
        }
        rest = tail;
    }
}

/// `AB12` is column 27, from 0.
fn column_of(place: &str) -> Option<u32> {
    let letters = place.bytes().take_while(u8::is_ascii_uppercase).take(4);
    let number = letters.fold(0, |sum, letter| sum * 26 + u32::from(letter - b'A') + 1);
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_places_are_taken_apart() {
        assert_eq!(attribute(r#" r="F3" s='5' t="n"/"#, "s"), Some("5"));
        assert_eq!(attribute(r#" name="a=b" r:id="rId2""#, "id"), Some("rId2"));
        assert_eq!(
            [column_of("A1"), column_of("AB12"), column_of("12")],
            [Some(0), Some(27), None]
        );
    }

    #[test]
    fn a_sign_that_is_only_shown_makes_no_percentage() {
        assert!(is_percent("0.00%") && !is_percent("0&quot;%&quot;"));
    }
}
