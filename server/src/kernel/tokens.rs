//! Secrets that are handed out, and prints that are kept instead of them.

use hmac::{Hmac, KeyInit, Mac};
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

/// A token that follows from a secret and what is said beside it (HMAC-SHA-256), as 64 hex digits. Whoever has not the
/// secret can neither make it nor tell it from a fresh one.
pub fn derived(secret: &str, beside: &str) -> String {
    // HMAC takes a key of any length; the result is only there for keyed functions that do not.
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    mac.map_or_else(|_| String::new(), |mac| hex(&mac.chain_update(beside).finalize().into_bytes()))
}

/// SHA-256 as hex.
pub fn print_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as hex digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    text.extend(digits.filter_map(|digit| char::from_digit(digit.into(), 16)));
    text
}

/// The bytes of hex digits; none when there is anything else.
pub fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()
            }
            _ => None,
        })
        .collect()
}
