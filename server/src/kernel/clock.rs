//! Two clocks. The **domain** clock dates what happens in the business; it can be stood still by a file, so that a
//! test or a demonstration can move to the next Friday. The **security** clock times sign-ins, leases and keys, and
//! nothing but the machine moves it.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// A moment in UTC, in whole microseconds: what both databases can hold.
pub type Moment = DateTime<Utc>;

/// Where moments come from.
pub trait Clock: Send + Sync + 'static {
    /// When it is, for the business.
    fn domain(&self) -> Moment;
    /// When it is, for sign-ins, leases, throttles and keys.
    fn security(&self) -> Moment;
}

/// The machine's clock, for both.
pub struct SystemClock;

impl Clock for SystemClock {
    fn domain(&self) -> Moment {
        now()
    }

    fn security(&self) -> Moment {
        now()
    }
}

/// The domain clock stands at the moment written in a file, until the file changes; outside production only.
pub struct FileClock {
    path: PathBuf,
    last: Mutex<Moment>,
}

impl FileClock {
    /// Opens the clock; the file must hold one moment as RFC 3339, `2026-11-27T08:30:00+08:00`.
    pub fn try_new(path: &Path) -> Result<Self, String> {
        let last = Mutex::new(read(path)?);
        Ok(Self { path: path.to_owned(), last })
    }
}

impl Clock for FileClock {
    fn domain(&self) -> Moment {
        // A file caught half-written keeps the clock where it stood.
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Ok(moment) = read(&self.path) {
            *last = moment;
        }
        *last
    }

    fn security(&self) -> Moment {
        now()
    }
}

fn read(path: &Path) -> Result<Moment, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    DateTime::parse_from_rfc3339(text.trim()).map(|moment| whole_micros(moment.to_utc())).map_err(
        |e| format!("{}: not a moment such as 2026-11-27T08:30:00+08:00 ({e})", path.display()),
    )
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
fn now() -> Moment {
    whole_micros(Utc::now())
}

/// Cuts what the databases cannot hold, so that a value read back equals the value written.
pub fn whole_micros(moment: Moment) -> Moment {
    moment.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(moment)
}
