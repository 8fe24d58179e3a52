//! The tables, one file each, as sea-orm sees them; no rule and no API lives here.
//!
//! Keys are UUIDv7 in typed wrappers ([`ids`]); money is `i64` fen; moments are UTC, days are local dates of the
//! community. Relations are not declared: joins are written in the stores, where the tenant is part of each.

pub mod ids;

pub mod account;
pub mod account_holder;
pub mod account_payer;
pub mod adjustment;
pub mod allocation;
pub mod allocation_policy;
pub mod app_user;
pub mod attachment;
pub mod attachment_link;
pub mod audit_entry;
pub mod case_file;
pub mod case_policy;
pub mod charge;
pub mod charge_balance;
pub mod charge_reduction;
pub mod collection_policy;
pub mod community;
pub mod confirmation;
pub mod contact;
pub mod contact_account;
pub mod contact_point;
pub mod delegation;
pub mod escalation;
pub mod follow_up;
pub mod hold;
pub mod idempotency_key;
pub mod import_mapping;
pub mod import_problem;
pub mod import_run;
pub mod job_cursor;
pub mod membership;
pub mod membership_community;
pub mod membership_role;
pub mod occupant;
pub mod organization;
pub mod party;
pub mod party_alias;
pub mod party_key;
pub mod party_merge;
pub mod party_registration;
pub mod party_trait;
pub mod payment;
pub mod payment_designation;
pub mod penalty_freeze;
pub mod penalty_policy;
pub mod promise;
pub mod promise_line;
pub mod recipient_sequence;
pub mod registry_change;
pub mod reminder;
pub mod session;
pub mod session_token;
pub mod source_key;
pub mod timeline_entry;
pub mod transfer;
pub mod unit;
pub mod unit_assignment;
pub mod vehicle;
pub mod watermark;
pub mod worklist_version;
