//! Who decides about an account today.

use crate::{
    kernel::{Failure, Work, ids::MembershipId},
    owners::assignments,
    people::{self, queries::Authority},
};

use super::ground::Ground;

/// Who decides for the community of an account, the nearest first. Whoever is away today comes last; who stands in for
/// them and decides there too has their place.
pub async fn today(work: &Work, ground: &Ground) -> Result<Vec<Authority>, Failure> {
    let organization = work.organization();
    let all = people::queries::authorities(work.conn(), organization, ground.community).await?;
    let today = work.today(ground.zone);
    let away = assignments::queries::away_on(work.conn(), organization, today).await?;
    Ok(in_order(&all, &away))
}

/// `away` names who is away and who stands in for them.
fn in_order(all: &[Authority], away: &[(MembershipId, MembershipId)]) -> Vec<Authority> {
    let stand_in = |person| away.iter().find(|(absent, _)| *absent == person).map(|(_, in_)| *in_);
    let decides = |person| all.iter().any(|one| one.person == person);
    let mut first: Vec<Authority> = Vec::new();
    for one in all {
        let person = match stand_in(one.person) {
            None => one.person,
            Some(other) if decides(other) && stand_in(other).is_none() => other,
            Some(_) => continue,
        };
        if !first.iter().any(|other| other.person == person) {
            first.push(Authority { person, ..*one });
        }
    }
    let last = all.iter().filter(|one| !first.iter().any(|other| other.person == one.person));
    let last: Vec<_> = last.copied().collect();
    first.into_iter().chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Role, ids};

    #[test]
    fn who_is_away_comes_last_and_who_stands_in_has_their_place() {
        let people: [MembershipId; 4] = std::array::from_fn(|_| ids::fresh());
        let [manager, other, director, steward] = people;
        let as_ = |person, role| Authority { person, role };
        let all =
            [as_(manager, Role::Manager), as_(other, Role::Manager), as_(director, Role::Director)];
        let order = |away: &[(MembershipId, MembershipId)]| -> Vec<MembershipId> {
            in_order(&all, away).iter().map(|one| one.person).collect()
        };
        assert_eq!(order(&[]), [manager, other, director]);
        assert_eq!(order(&[(manager, director)]), [director, other, manager]);
        assert_eq!(order(&[(manager, steward)]), [other, director, manager]);
        assert_eq!(order(&[(manager, other), (other, manager)]), [director, manager, other]);
    }
}
