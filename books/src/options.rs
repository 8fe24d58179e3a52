//! How to read: limits and saved headings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{fields::Field, rooms::Room};

/// How to read a file. [`Options::default`] is what an office's file needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Headings that a person has told apart once, before the built-in synonyms.
    pub mappings: Vec<Mapping>,
    /// What is refused for its size.
    pub limits: Limits,
    /// Rooms that other files of the same import name, with their owners: what Excel made a date
    /// of in this file may be one of them.
    pub rooms: Vec<(Room, Vec<String>)>,
}

/// What a person has said about the headings of one kind of file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// Only for the sheet of this name; for all sheets when none is given.
    pub sheet: Option<String>,
    /// Heading as written to what the column holds; [`Field::Ignored`] leaves a column out.
    pub columns: BTreeMap<String, Field>,
}

/// What is refused, so that reading takes bounded time and memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Bytes of one part of an .xlsx file, inflated: about 300 thousand rows.
    pub part_bytes: u64,
    /// Bytes of all parts together, inflated.
    pub total_bytes: u64,
    /// Bytes of text in all cells together.
    pub text_bytes: u64,
    /// Rows with at least one cell, over all sheets.
    pub rows: usize,
    /// Columns; what stands to the right of them is not read.
    pub columns: usize,
    /// Problems that are listed, notes up to a quarter and warnings up to half of them; the rest
    /// is counted.
    pub problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            file_bytes: 64 * MIB,
            part_bytes: 160 * MIB,
            total_bytes: 320 * MIB,
            text_bytes: 96 * MIB,
            rows: 400_000,
            columns: 200,
            problems: 5_000,
        }
    }
}
