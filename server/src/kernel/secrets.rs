//! Secrets in columns: encrypted with a key of the settings, found again by a keyed hash.
//!
//! A key has a name, which stands beside what it encrypted. The first key of the settings is used for writing; the others are
//! there until `guanjia keys rotate` has written everything anew.

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead as _, KeyInit as _, Payload},
};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

use super::{Failure, tokens};

/// Bytes of the nonce that stands before each secret: long enough to be drawn by chance for ever.
const NONCE: usize = 24;

/// The keys of the settings, the one for writing first.
#[derive(Clone, Default)]
pub struct Keyring {
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    name: String,
    cipher: [u8; 32],
    print: [u8; 32],
}

/// Something encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Name of the key.
    pub key: String,
    /// Nonce and ciphertext, hex.
    pub text: String,
    /// The keyed hash of the plain text, hex.
    pub print: String,
}

impl Keyring {
    /// Reads `name:64 hex digits`, several joined by commas, the one for writing first. Empty is a ring without keys.
    pub fn try_new(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let keys: Vec<Key> = parts.map(Key::try_new).collect::<Result<_, _>>()?;
        let names: std::collections::BTreeSet<_> = keys.iter().map(|key| &key.name).collect();
        if names.len() < keys.len() {
            return Err("two keys have the same name".to_owned());
        }
        Ok(Self { keys })
    }

    /// Name of the key for writing; none without keys.
    pub fn current(&self) -> Option<&str> {
        self.keys.first().map(|key| key.name.as_str())
    }

    /// Encrypts with the key for writing. `place` says whose it is: what is moved elsewhere does not open.
    pub fn seal(&self, plain: &str, place: &[u8]) -> Result<Sealed, Failure> {
        let (key, bytes) = self.seal_bytes(plain.as_bytes(), place)?;
        let print = self.writing()?.print_of(plain)?;
        Ok(Sealed { key, text: tokens::hex(&bytes), print })
    }

    /// The same of bytes; answers the name of the key, and nonce and ciphertext.
    pub fn seal_bytes(&self, plain: &[u8], place: &[u8]) -> Result<(String, Vec<u8>), Failure> {
        let key = self.writing()?;
        let nonce = tokens::random::<NONCE>()?;
        let payload = Payload { msg: plain, aad: place };
        let cipher = XChaCha20Poly1305::new(&key.cipher.into());
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Failure::broken("encrypting", "refused"))?;
        Ok((key.name.clone(), nonce.into_iter().chain(sealed).collect()))
    }

    fn writing(&self) -> Result<&Key, Failure> {
        self.keys.first().ok_or_else(|| Failure::broken("keyring", "there is no key"))
    }

    /// Decrypts what [`Keyring::seal`] wrote for the same place.
    pub fn open(&self, (name, text): (&str, &str), place: &[u8]) -> Result<String, Failure> {
        let bytes = tokens::bytes_of_hex(text).ok_or_else(|| refused(name))?;
        let plain = self.open_bytes((name, &bytes), place)?;
        String::from_utf8(plain).map_err(|_| refused(name))
    }

    /// Decrypts what [`Keyring::seal_bytes`] wrote for the same place.
    pub fn open_bytes(
        &self,
        (name, bytes): (&str, &[u8]),
        place: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let refused = || refused(name);
        let key = self.keys.iter().find(|key| key.name == name).ok_or_else(refused)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or_else(refused)?;
        let cipher = XChaCha20Poly1305::new(&key.cipher.into());
        let payload = Payload { msg: sealed, aad: place };
        cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| refused())
    }

    /// The keyed hashes that a plain text may have, one per key.
    pub fn prints_of(&self, plain: &str) -> Result<Vec<String>, Failure> {
        self.keys.iter().map(|key| key.print_of(plain)).collect()
    }
}

/// Whose a secret is: company and owner, and which of several. It is never stored and must not change, for what was sealed
/// under another place does not open.
pub fn place(of: [Uuid; 2], which: &[i64]) -> Vec<u8> {
    let numbers = which.iter().flat_map(|number| number.to_be_bytes());
    of.iter().flat_map(|id| *id.as_bytes()).chain(numbers).collect()
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.name)).finish()
    }
}

impl Key {
    fn try_new(part: &str) -> Result<Self, String> {
        let form = || "a key is a name, a colon and 64 hex digits".to_owned();
        let (name, hex) = part.split_once(':').ok_or_else(form)?;
        let bytes = tokens::bytes_of_hex(hex).ok_or_else(form)?;
        let secret: [u8; 32] = bytes.try_into().map_err(|_| form())?;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err("the name of a key is letters, digits and hyphens".to_owned());
        }
        // One secret, two keys: what is hashed tells nothing of what is encrypted.
        let derived = |purpose: &str| mac(&secret, purpose).map_err(|failure| failure.to_string());
        Ok(Self { name: name.to_owned(), cipher: derived("encrypt")?, print: derived("print")? })
    }

    fn print_of(&self, plain: &str) -> Result<String, Failure> {
        Ok(tokens::hex(&mac(&self.print, plain)?))
    }
}

fn refused(key: &str) -> Failure {
    Failure::broken("decrypting", format!("key {key} is missing or wrong"))
}

fn mac(key: &[u8; 32], text: &str) -> Result<[u8; 32], Failure> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key)
        .map_err(|e| Failure::broken("keyed hash", e))?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "2025:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const NEW: &str = "2026:ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    fn ring(keys: &[&str]) -> Keyring {
        Keyring::try_new(&keys.join(",")).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let ring = ring(&[NEW]);
        let sealed = ring.seal("330102199001011234", b"here").unwrap();
        assert!(!sealed.text.contains("3301"));
        assert_eq!(ring.open((&sealed.key, &sealed.text), b"here").unwrap(), "330102199001011234");
        assert!(ring.open((&sealed.key, &sealed.text), b"there").is_err());
        assert_ne!(ring.seal("330102199001011234", b"here").unwrap().text, sealed.text);
    }

    #[test]
    fn a_place_is_the_ids_and_the_numbers_in_sixteen_and_eight_bytes() {
        let of = [Uuid::from_u128(1), Uuid::from_u128(2)];
        let ids = [[0; 15].as_slice(), &[1], &[0; 15], &[2]].concat();
        assert_eq!(place(of, &[]), ids);
        let numbers = [0, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255, 255, 255, 255, 255, 255];
        assert_eq!(place(of, &[3, -1]), [ids.as_slice(), &numbers].concat());
    }

    #[test]
    fn an_older_key_still_opens_and_finds() {
        let (before, after) = (ring(&[OLD]), ring(&[NEW, OLD]));
        let sealed = before.seal("x", b"").unwrap();
        assert_eq!(after.open((&sealed.key, &sealed.text), b"").unwrap(), "x");
        assert!(after.prints_of("x").unwrap().contains(&sealed.print));
        assert_eq!(after.seal("x", b"").unwrap().key, "2026");
        assert!(ring(&[NEW]).open((&sealed.key, &sealed.text), b"").is_err());
    }

    #[test]
    fn a_wrong_key_is_refused_and_never_shown() {
        for wrong in ["2026", "2026:00", ":00", "a b:00", "2026:zz"] {
            assert!(Keyring::try_new(wrong).is_err(), "{wrong}");
        }
        assert!(Keyring::try_new(&format!("{NEW},{NEW}")).is_err());
        assert_eq!(format!("{:?}", ring(&[NEW, OLD])), r#"["2026", "2025"]"#);
        assert_eq!(Keyring::try_new("").unwrap().current(), None);
    }
}
