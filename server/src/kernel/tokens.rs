//! Secrets that are handed out, and prints that are kept instead of them.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::Failure;

/// Random bytes from the operating system.
#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for chance")]
pub fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|e| Failure::broken("random bytes", e))?;
    Ok(bytes)
}

/// A token of 256 random bits, as 64 hex digits.
pub fn fresh_token() -> Result<String, Failure> {
    Ok(hex(&random::<32>()?))
}

/// SHA-256 as hex.
pub fn print_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
