//! What every slice stands on: time, chance, ids, money, who acts, the unit of work. No word of the domain is here.

pub mod actor;
pub mod audit;
pub mod calendar;
pub mod calendar_text;
pub mod calendars;
pub mod clock;
pub mod daily;
pub mod database;
pub mod events;
pub mod failure;
pub mod forgetful;
pub mod idempotency;
pub mod ids;
pub mod money;
pub mod names;
pub mod paging;
pub mod problem;
pub mod secrets;
pub mod sql;
pub mod text;
pub mod tokens;
pub mod work;

pub use actor::{Actor, By, Role};
pub use clock::Moment;
pub use failure::Failure;
pub use money::Fen;
pub use problem::{Problem, ProblemCode};
pub use text::{Language, Text};
pub use work::{Kernel, Work};
