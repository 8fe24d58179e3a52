//! How long tokens are good, what a used one means, what a password must be.

use chrono::TimeDelta;

use super::SignInSettings;
use crate::kernel::{Failure, Moment, Problem, ProblemCode, Role, Text, tokens};

/// For so long a used refresh token answers its successor again: replies get lost.
pub const GRACE: TimeDelta = TimeDelta::seconds(60);
/// Fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 8;
/// Most characters of a password.
pub const LONGEST_PASSWORD: usize = 200;

/// What it means that a refresh token is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The first time: it gets a successor.
    First,
    /// Again, in time: it gets the same successor, made with this salt.
    Again(String),
    /// Again, too late: somebody else may have it.
    Reused,
}

/// Judges a refresh token by when it was used and the salt that is left of that.
pub fn shown(used: Option<(Moment, Option<&str>)>, now: Moment) -> Shown {
    match used {
        None => Shown::First,
        // A clock that was set back must not make an old token young.
        Some((at, Some(salt))) if now - at <= GRACE && at - now <= GRACE => {
            Shown::Again(salt.to_owned())
        }
        Some(_) => Shown::Reused,
    }
}

/// A pair of tokens, as it is handed out.
#[derive(Clone, Debug)]
pub struct Pair {
    /// What is sent with every request.
    pub access: String,
    /// What is shown for the next pair.
    pub refresh: String,
}

impl Pair {
    /// Two that nothing leads to.
    pub fn fresh() -> Result<Self, Failure> {
        Ok(Self { access: tokens::fresh_token()?, refresh: tokens::fresh_token()? })
    }

    /// The successors of a refresh token. Only who has the token can make them, and only with the salt.
    pub fn after(refresh: &str, salt: &str) -> Self {
        let made = |kind| tokens::derived(refresh, &format!("{kind} {salt}"));
        Self { access: made("access"), refresh: made("refresh") }
    }
}

/// How long somebody stays signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stay {
    /// On a device of their own.
    Own,
    /// For a shift, on a telephone that others take over (rule 32).
    Shift,
}

impl Stay {
    /// Whoever is a guard and nothing else works in shifts.
    pub fn of(roles: &[Role]) -> Self {
        let guard = !roles.is_empty() && roles.iter().all(|role| *role == Role::Guard);
        if guard { Self::Shift } else { Self::Own }
    }

    /// How long without use, and how long at most.
    fn limits(self, settings: &SignInSettings) -> (TimeDelta, TimeDelta) {
        match self {
            Self::Own => (
                TimeDelta::days(settings.idle_days.into()),
                TimeDelta::days(settings.longest_days.into()),
            ),
            Self::Shift => (
                TimeDelta::minutes(settings.shift_idle_minutes.into()),
                TimeDelta::hours(settings.shift_hours.into()),
            ),
        }
    }
}

/// Until when a pair and its session are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Good {
    /// The access token.
    pub access_until: Moment,
    /// The refresh token, and the session unless it is refreshed.
    pub refresh_until: Moment,
}

impl Good {
    /// For a pair handed out now, of a session that began then. Refreshing makes no session longer than it may be.
    pub fn of(settings: &SignInSettings, stay: Stay, (began, now): (Moment, Moment)) -> Self {
        let (idle, longest) = stay.limits(settings);
        let refresh_until = (now + idle).min(began + longest);
        let access = now + TimeDelta::minutes(i64::from(settings.access_minutes));
        Self { access_until: access.min(refresh_until), refresh_until }
    }
}

/// What is wrong with a new password; `mobile` is whose it is.
pub fn password_problem(field: &str, password: &str, mobile: &str) -> Option<Problem> {
    let length = password.chars().count();
    let (code, text) = if length < SHORTEST_PASSWORD {
        let zh = format!("密码至少 {SHORTEST_PASSWORD} 个字符");
        (
            ProblemCode::TooSmall,
            Text::new(zh, format!("a password has at least {SHORTEST_PASSWORD} characters")),
        )
    } else if length > LONGEST_PASSWORD {
        let zh = format!("密码最多 {LONGEST_PASSWORD} 个字符");
        (
            ProblemCode::TooLong,
            Text::new(zh, format!("a password has at most {LONGEST_PASSWORD} characters")),
        )
    } else if password.contains(mobile) || password.chars().all(|c| password.starts_with(c)) {
        let text = Text::new(
            "密码太容易猜到,不能含有手机号或只用一个字符",
            "the password is too easy to guess: it holds the mobile number or one character only",
        );
        (ProblemCode::Invalid, text)
    } else {
        return None;
    };
    Some(Problem::at(field, code, text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn settings() -> SignInSettings {
        SignInSettings {
            access_minutes: 15,
            idle_days: 14,
            longest_days: 90,
            shift_hours: 12,
            shift_idle_minutes: 120,
            code_days: 7,
            failures_per_number: 10,
            failures_per_address: 100,
            window_minutes: 15,
        }
    }

    #[test]
    fn a_used_token_answers_for_a_minute_and_is_reuse_after_it() {
        let used = |salt| Some((at(0), salt));
        assert_eq!(shown(None, at(0)), Shown::First);
        assert_eq!(shown(used(Some("s")), at(60)), Shown::Again("s".to_owned()));
        assert_eq!(shown(used(Some("s")), at(61)), Shown::Reused);
        assert_eq!(shown(used(None), at(1)), Shown::Reused, "its salt is gone");
        assert_eq!(shown(used(Some("s")), at(-61)), Shown::Reused);
    }

    #[test]
    fn successors_follow_from_token_and_salt_and_differ_by_both() {
        let one = Pair::after("token", "salt");
        assert_eq!(one.refresh, Pair::after("token", "salt").refresh);
        assert_ne!(one.refresh, one.access);
        assert_ne!(one.refresh, Pair::after("token", "other").refresh);
        assert_ne!(one.refresh, Pair::after("other", "salt").refresh);
        assert_eq!(one.refresh.len(), Pair::fresh().unwrap().refresh.len());
    }

    proptest! {
        #[test]
        fn nothing_outlives_the_session(age in 0_i64..200 * 86_400) {
            for (stay, idle, longest) in
                [(Stay::Own, 14 * 86_400, 90 * 86_400), (Stay::Shift, 2 * 3600, 12 * 3600)]
            {
                let good = Good::of(&settings(), stay, (at(0), at(age)));
                prop_assert!(good.access_until <= good.refresh_until);
                prop_assert!(good.refresh_until <= at(longest));
                prop_assert!(good.refresh_until <= at(age + idle));
            }
        }
    }

    #[test]
    fn only_who_is_a_guard_and_nothing_else_signs_in_for_a_shift() {
        assert_eq!(Stay::of(&[Role::Guard]), Stay::Shift);
        assert_eq!(Stay::of(&[Role::Guard, Role::Steward]), Stay::Own);
        assert_eq!(Stay::of(&[Role::Manager]), Stay::Own);
        assert_eq!(Stay::of(&[]), Stay::Own);
    }

    #[test]
    fn a_shift_ends_after_its_hours_however_often_it_is_refreshed() {
        let good = |age| Good::of(&settings(), Stay::Shift, (at(0), at(age)));
        assert_eq!(good(0).refresh_until, at(2 * 3600), "silence ends it sooner");
        assert_eq!(good(11 * 3600).refresh_until, at(12 * 3600));
        assert_eq!(good(12 * 3600 - 60).access_until, at(12 * 3600));
    }

    #[test]
    fn a_password_is_neither_short_nor_endless_nor_the_number() {
        let code = |password: &str| {
            password_problem("p", password, "13900000001").map(|problem| problem.code)
        };
        assert_eq!(code("1234567"), Some(ProblemCode::TooSmall));
        assert_eq!(code(&"ab".repeat(101)), Some(ProblemCode::TooLong));
        assert_eq!(code("x13900000001"), Some(ProblemCode::Invalid));
        assert_eq!(code("aaaaaaaaaa"), Some(ProblemCode::Invalid));
        assert_eq!(code("八个字的密码可以"), None);
    }
}
