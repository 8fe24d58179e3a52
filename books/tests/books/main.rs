//! Whole files, read as the server reads them.

mod lijing;
mod support;
mod xihu;
