//! Cases, their follow-ups and their timeline.
//!
//! A **fee case** is one spell of arrears of one account. It opens on the day after something fell due unpaid, closes
//! when nothing is overdue, and is opened again when a reversal brings back what had been settled. An open case always
//! has a next **follow-up**; one that is named nowhere else is planned for the next workday. The **timeline** keeps every
//! event and is never edited.

pub mod collecting;
pub mod commands;
pub mod days;
pub mod deciders;
pub mod escalations;
pub mod events;
pub mod follow_up;
pub mod graphql;
pub mod ground;
pub mod handlers;
pub mod holds;
pub mod jobs;
pub mod policy;
pub mod policy_setting;
pub mod queries;
pub mod rules;
pub mod steps;
mod store;
pub mod terms;
pub mod timeline;
pub mod workdays;
