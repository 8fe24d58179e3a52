//! What privacy does when it hears of others.

use serde_json::json;

use super::{queries, store};
use crate::{
    imports::events::IdentityNumbersBrought,
    kernel::{Failure, Work, audit, events::Task, secrets::Keyring},
};

/// Books named identity numbers of owners. Each is encrypted for its person, unless one is known of them already.
pub fn identity_numbers_brought<'a>(
    keyring: Keyring,
    work: &'a mut Work,
    event: &'a IdentityNumbersBrought,
) -> Task<'a, ()> {
    Box::pin(async move {
        let mut rows = Vec::with_capacity(event.0.len());
        for one in &event.0 {
            let number = keyring.open((&one.key_name, &one.sealed), &one.place)?;
            let place = queries::place(work.organization(), one.party);
            rows.push((one.party, keyring.seal(&number, &place)?));
        }
        let count = store::add_identities(work, rows).await?;
        if count > 0 {
            let facts = json!({ "numbers": count });
            audit::record(work, "IDENTITY_NUMBERS_IMPORTED", None, facts).await?;
        }
        Ok::<(), Failure>(())
    })
}
