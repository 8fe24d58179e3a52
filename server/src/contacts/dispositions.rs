//! What can come of a contact, and what follows from it: the one table.

use crate::{cases::follow_up::Purpose, kernel::names::named, owners::points::PointStatus};

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
    /// Workdays until the next step, if the client names none.
    pub next_in_workdays: u32,
    /// What the next step is.
    pub next: Purpose,
}

/// What follows from a disposition.
pub fn consequence(disposition: Disposition) -> Consequence {
    use Disposition as D;
    use Purpose::{Call, Review, Visit};
    use RightParty::{No, Unknown, Yes};
    let row = |reached, right_party, number, next_in_workdays, next| Consequence {
        reached,
        right_party,
        number,
        next_in_workdays,
        next,
    };
    match disposition {
        D::NoAnswer | D::Busy | D::Rejected | D::PoweredOff => row(false, No, None, 1, Call),
        D::OutOfService | D::InvalidNumber => row(false, No, Some(PointStatus::Dead), 1, Review),
        D::WrongNumber => row(true, No, Some(PointStatus::Wrong), 1, Review),
        D::ThirdParty | D::MessageLeft => row(true, No, None, 2, Call),
        D::MessageSent => row(false, No, None, 2, Call),
        D::CallbackAgreed => row(true, Yes, None, 1, Call),
        D::Promised => row(true, Yes, Some(PointStatus::Valid), 3, Review),
        D::ClaimsPaid => row(true, Yes, None, 2, Purpose::CheckPayment),
        D::PlanRequested | D::Disputed | D::DefectClaimed | D::Hardship => {
            row(true, Yes, None, 3, Review)
        }
        D::Refused => row(true, Yes, None, 5, Review),
        D::HungUp | D::Abusive => row(true, Unknown, None, 5, Call),
        D::Deceased | D::Sold | D::Moved => row(true, No, None, 1, Review),
        D::Met => row(true, Yes, None, 3, Review),
        D::NotHome => row(false, No, None, 1, Visit),
    }
}
