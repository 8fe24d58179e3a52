//! The calendar of workdays, as far as cases are concerned: importing the list of a year moves the steps that we planned for
//! days that turn out to be free, and moves back those that had been moved for days that are worked after all.

pub mod commands;
pub mod graphql;
