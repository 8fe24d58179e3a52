//! How often somebody may fail. Failures are counted by the mobile number, whether or not anybody has it, and by the
//! address of the caller; success is free. Who failed too often waits, right or wrong, and nothing is computed for them.

use std::net::IpAddr;

use super::SignInSettings;
use crate::{
    adapters::tries::Tries,
    kernel::{Failure, Moment, tokens::print_of},
};

/// Counts failures.
pub struct Throttle {
    tries: Tries,
    per_number: u64,
    per_address: u64,
}

/// What somebody tries, from where.
#[derive(Clone, Copy, Debug)]
pub struct Tried<'a> {
    /// What is tried; each is counted by itself: `sign-in`, `refresh`, `code`, `password`.
    pub what: &'static str,
    /// Whose: a mobile number or an id. None where the secret names its owner.
    pub whose: Option<&'a str>,
    /// The caller's address; of IPv6 the network.
    pub from: IpAddr,
}

impl Throttle {
    /// With what the operator allows.
    pub fn new(settings: &SignInSettings, tries: Tries) -> Self {
        let (per_number, per_address) =
            (settings.failures_per_number, settings.failures_per_address);
        Self { tries, per_number: per_number.into(), per_address: per_address.into() }
    }

    /// Refuses who failed too often, with how long they have to wait.
    pub async fn check(&self, tried: Tried<'_>, now: Moment) -> Result<(), Failure> {
        let by_address = self.tries.wait(&tried.address(), self.per_address, now).await;
        let by_number = match tried.number() {
            Some(key) => self.tries.wait(&key, self.per_number, now).await,
            None => None,
        };
        match by_address.max(by_number) {
            Some(wait) => Err(Failure::TooManyTries(wait)),
            None => Ok(()),
        }
    }

    /// Counts a failure.
    pub async fn failed(&self, tried: Tried<'_>, now: Moment) {
        self.tries.failed(&tried.address(), now).await;
        if let Some(key) = tried.number() {
            self.tries.failed(&key, now).await;
        }
    }

    /// Forgets the failures of the number. Those of the address stay: whoever has one password could else go on trying
    /// others.
    pub async fn succeeded(&self, tried: Tried<'_>) {
        if let Some(key) = tried.number() {
            self.tries.forget(&key).await;
        }
    }
}

impl Tried<'_> {
    fn address(&self) -> String {
        format!("{}:address:{}", self.what, self.from)
    }

    /// Numbers of people are not written anywhere, not even for minutes.
    fn number(&self) -> Option<String> {
        self.whose.map(|whose| format!("{}:number:{}", self.what, print_of(whose.as_bytes())))
    }
}
