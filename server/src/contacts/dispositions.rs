//! What can come of a contact, and what follows from it: the one table.

use super::contact::Channel;
use crate::{
    cases::{follow_up::Purpose, holds::Reason},
    kernel::names::named,
    owners::points::PointStatus,
};

/// What came of a contact. Each outcome fixes what follows for the number and for the next step.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, serde::Serialize, serde::Deserialize,
)]
pub enum Disposition {
    /// 无人接听.
    NoAnswer,
    /// 占线.
    Busy,
    /// 拒接.
    Rejected,
    /// 关机.
    PoweredOff,
    /// 停机.
    OutOfService,
    /// 空号.
    InvalidNumber,
    /// 错号.
    WrongNumber,
    /// 他人接听.
    ThirdParty,
    /// 已留言.
    MessageLeft,
    /// 已发消息.
    MessageSent,
    /// 约定回电.
    CallbackAgreed,
    /// 承诺缴费.
    Promised,
    /// 称已缴费.
    ClaimsPaid,
    /// 申请分期.
    PlanRequested,
    /// 有异议.
    Disputed,
    /// 房屋整改争议.
    DefectClaimed,
    /// 经济困难.
    Hardship,
    /// 明确拒缴.
    Refused,
    /// 挂断.
    HungUp,
    /// 辱骂.
    Abusive,
    /// 已故.
    Deceased,
    /// 已售.
    Sold,
    /// 搬离.
    Moved,
    /// 上门见面.
    Met,
    /// 上门未遇.
    NotHome,
}

named!(Disposition {
    NoAnswer = "NO_ANSWER",
    Busy = "BUSY",
    Rejected = "REJECTED",
    PoweredOff = "POWERED_OFF",
    OutOfService = "OUT_OF_SERVICE",
    InvalidNumber = "INVALID_NUMBER",
    WrongNumber = "WRONG_NUMBER",
    ThirdParty = "THIRD_PARTY",
    MessageLeft = "MESSAGE_LEFT",
    MessageSent = "MESSAGE_SENT",
    CallbackAgreed = "CALLBACK_AGREED",
    Promised = "PROMISED",
    ClaimsPaid = "CLAIMS_PAID",
    PlanRequested = "PLAN_REQUESTED",
    Disputed = "DISPUTED",
    DefectClaimed = "DEFECT_CLAIMED",
    Hardship = "HARDSHIP",
    Refused = "REFUSED",
    HungUp = "HUNG_UP",
    Abusive = "ABUSIVE",
    Deceased = "DECEASED",
    Sold = "SOLD",
    Moved = "MOVED",
    Met = "MET",
    NotHome = "NOT_HOME",
});

/// Whether the person reached was the one meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RightParty {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Nobody can tell.
    Unknown,
}

/// What a disposition fixes.
#[derive(Clone, Copy, Debug)]
pub struct Consequence {
    /// Was a person reached.
    pub reached: bool,
    /// Was it the right one.
    pub right_party: RightParty,
    /// What the number used turns out to be; none leaves it as it is.
    pub number: Option<PointStatus>,
    /// What the next step is, if the client names none.
    pub next: Purpose,
    /// Workdays until then.
    pub next_in_workdays: u32,
    /// Whether it counts towards the caps when we began it: nobody was bothered by a number that is not theirs.
    pub counts: bool,
    /// On which channels it can happen.
    pub on: &'static [Channel],
    /// Whether it can come of a contact that the owner began.
    pub inbound: bool,
    /// The hold it brings, as long as the community's policy allows; waking up is then the next step.
    pub hold: Option<Reason>,
    /// Whether the manager has to decide.
    pub refers: bool,
}

impl Consequence {
    /// Something was said to somebody, on any channel.
    const fn talk(right_party: RightParty, next: Purpose, next_in_workdays: u32) -> Self {
        let (number, on) = (None, &Channel::ALL);
        Self {
            reached: true,
            right_party,
            number,
            next,
            next_in_workdays,
            counts: true,
            on,
            inbound: true,
            hold: None,
            refers: false,
        }
    }

    /// The account is left alone for a while.
    const fn quiet(self, reason: Reason) -> Self {
        Self { hold: Some(reason), ..self }
    }

    /// The account is left alone and the manager decides.
    const fn decided_above(self, reason: Reason) -> Self {
        Self { refers: true, ..self.quiet(reason) }
    }

    /// We tried and reached nobody.
    const fn nobody(on: &'static [Channel], next: Purpose, next_in_workdays: u32) -> Self {
        let attempt = Self::talk(RightParty::No, next, next_in_workdays);
        Self { reached: false, on, inbound: false, ..attempt }
    }

    /// The number turned out to be none of theirs.
    const fn no_number(reached: bool, number: PointStatus) -> Self {
        let attempt = Self::nobody(WRITTEN_OR_CALLED, Purpose::Review, 1);
        Self { reached, number: Some(number), counts: false, ..attempt }
    }
}

const CALLED: &[Channel] = &[Channel::Call, Channel::Wechat];
const WRITTEN: &[Channel] = &[Channel::Message, Channel::Wechat, Channel::Letter];
const WRITTEN_OR_CALLED: &[Channel] = &[Channel::Call, Channel::Message, Channel::Wechat];
const SPOKEN: &[Channel] = &[Channel::Call, Channel::Wechat, Channel::Visit];
const VISITED: &[Channel] = &[Channel::Visit];

/// What follows from a disposition: the one table.
pub fn consequence(disposition: Disposition) -> Consequence {
    use Consequence as C;
    use Disposition as D;
    use Purpose::{Call, CheckOwnership, CheckPayment, Review, Visit};
    use RightParty::{No, Unknown, Yes};
    match disposition {
        D::NoAnswer | D::Busy | D::Rejected | D::PoweredOff => C::nobody(CALLED, Call, 1),
        D::OutOfService | D::InvalidNumber => C::no_number(false, PointStatus::Dead),
        D::WrongNumber => C::no_number(true, PointStatus::Wrong),
        D::ThirdParty => C { on: SPOKEN, ..C::talk(No, Call, 2) },
        D::MessageLeft => C { on: SPOKEN, inbound: false, ..C::talk(No, Call, 2) },
        D::MessageSent => C::nobody(WRITTEN, Call, 2),
        D::CallbackAgreed => C::talk(Yes, Call, 1),
        D::Promised => C { number: Some(PointStatus::Valid), ..C::talk(Yes, Review, 3) },
        D::ClaimsPaid => C::talk(Yes, CheckPayment, 2).quiet(Reason::ClaimsPaid),
        D::PlanRequested => C::talk(Yes, Review, 3).decided_above(Reason::Plan),
        D::Disputed => C::talk(Yes, Review, 3).decided_above(Reason::Dispute),
        D::DefectClaimed => C::talk(Yes, Review, 3).decided_above(Reason::Defect),
        D::Hardship => C::talk(Yes, Review, 3).decided_above(Reason::Hardship),
        D::Refused => C::talk(Yes, Review, 5),
        D::HungUp => C { on: CALLED, ..C::talk(Unknown, Call, 5).quiet(Reason::CoolDown) },
        D::Abusive => C::talk(Unknown, Call, 5).quiet(Reason::CoolDown),
        D::Deceased => C::talk(No, CheckOwnership, 1).quiet(Reason::Bereavement),
        D::Sold | D::Moved => C::talk(No, CheckOwnership, 1).quiet(Reason::Ownership),
        D::Met => C { on: VISITED, ..C::talk(Yes, Review, 3) },
        D::NotHome => C::nobody(VISITED, Visit, 1),
    }
}

impl Disposition {
    /// Every outcome.
    pub const ALL: [Self; 25] = [
        Self::NoAnswer,
        Self::Busy,
        Self::Rejected,
        Self::PoweredOff,
        Self::OutOfService,
        Self::InvalidNumber,
        Self::WrongNumber,
        Self::ThirdParty,
        Self::MessageLeft,
        Self::MessageSent,
        Self::CallbackAgreed,
        Self::Promised,
        Self::ClaimsPaid,
        Self::PlanRequested,
        Self::Disputed,
        Self::DefectClaimed,
        Self::Hardship,
        Self::Refused,
        Self::HungUp,
        Self::Abusive,
        Self::Deceased,
        Self::Sold,
        Self::Moved,
        Self::Met,
        Self::NotHome,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_the_right_one_was_reached_and_every_outcome_has_a_channel() {
        for outcome in Disposition::ALL {
            let follows = consequence(outcome);
            assert!(follows.reached || follows.right_party == RightParty::No, "{outcome:?}");
            assert!(!follows.on.is_empty(), "{outcome:?}");
            assert!((1..=5).contains(&follows.next_in_workdays), "{outcome:?}");
        }
    }

    #[test]
    fn what_the_manager_decides_is_left_alone_until_then() {
        for outcome in Disposition::ALL {
            let follows = consequence(outcome);
            assert!(!follows.refers || follows.hold.is_some(), "{outcome:?}");
            assert!(follows.hold.is_none() || follows.reached, "{outcome:?}");
        }
    }

    #[test]
    fn an_owner_who_calls_us_was_reached() {
        for outcome in Disposition::ALL.into_iter().filter(|one| consequence(*one).inbound) {
            assert!(consequence(outcome).reached, "{outcome:?}");
        }
    }

    #[test]
    fn a_number_that_is_nobodys_or_somebody_elses_bothers_nobody() {
        for outcome in Disposition::ALL {
            let follows = consequence(outcome);
            let lost = matches!(follows.number, Some(PointStatus::Dead | PointStatus::Wrong));
            assert_eq!(follows.counts, !lost, "{outcome:?}");
        }
    }
}
