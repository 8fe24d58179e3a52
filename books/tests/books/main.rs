//! Whole files, read as the server reads them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod corrupted;
mod delimited;
mod dirt;
mod hostile;
mod lijing;
mod marked;
mod misread;
mod months;
mod nasty;
mod offices;
mod refusals;
mod room_dates;
mod rows;
mod support;
mod template;
mod xihu;
mod xls;
