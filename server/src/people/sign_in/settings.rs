//! What an operator may turn of signing in.

use std::time::Duration;

use serde::Deserialize;

/// Lifetimes and throttles. Each field is explained in `data/guanjia.default.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInSettings {
    /// How long an access token is good, in minutes.
    pub access_minutes: u32,
    /// How long a device may be silent before the password is asked for again, in days.
    pub idle_days: u32,
    /// After how long the password is asked for in any case, in days.
    pub longest_days: u32,
    /// How long a guard's sign-in lasts at most, in hours: a shift on a shared phone.
    pub shift_hours: u32,
    /// How long a guard's device may be silent before the password is asked for again, in minutes.
    pub shift_idle_minutes: u32,
    /// How long a code of an invitation or a reset is good, in days.
    pub code_days: u32,
    /// Failures of one mobile number in a window before it has to wait.
    pub failures_per_number: u32,
    /// Failures from one address in a window before it has to wait.
    pub failures_per_address: u32,
    /// The window, in minutes.
    pub window_minutes: u32,
}

impl SignInSettings {
    /// The window of the throttle.
    pub fn window(&self) -> Duration {
        Duration::from_secs(u64::from(self.window_minutes) * 60)
    }

    /// The name of the first setting that is 0; none may be.
    pub fn zero(&self) -> Option<&'static str> {
        [
            ("access_minutes", self.access_minutes),
            ("idle_days", self.idle_days),
            ("longest_days", self.longest_days),
            ("shift_hours", self.shift_hours),
            ("shift_idle_minutes", self.shift_idle_minutes),
            ("code_days", self.code_days),
            ("failures_per_number", self.failures_per_number),
            ("failures_per_address", self.failures_per_address),
            ("window_minutes", self.window_minutes),
        ]
        .into_iter()
        .find_map(|(name, value)| (value == 0).then_some(name))
    }
}
