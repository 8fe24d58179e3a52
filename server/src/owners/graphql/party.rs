//! Who holds an account.

use async_graphql::SimpleObject;

use super::ContactPoint;
use crate::{api::scalars::Gid, kernel::ids::PartyId, owners::queries::HolderCard};

/// A holder of an account 产权人.
#[derive(SimpleObject)]
pub struct Holder {
    /// Id of the party.
    party_id: Gid<PartyId>,
    /// The name.
    name: String,
    /// Numbers and addresses, in the order of the books.
    contact_points: Vec<ContactPoint>,
}

impl From<HolderCard> for Holder {
    fn from(card: HolderCard) -> Self {
        Self {
            party_id: Gid(card.party.id),
            name: card.party.name,
            contact_points: card.points.into_iter().map(ContactPoint::from).collect(),
        }
    }
}
