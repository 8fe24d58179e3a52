//! A contact as it is reported.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::dispositions::Disposition;
use crate::{
    cases::follow_up::Purpose,
    kernel::{
        Moment,
        ids::{AccountId, AttachmentId, ContactId, ContactPointId, FollowUpId, PartyId},
        names::named,
    },
    owners::points::PointStatus,
    promises::{
        commands::{Confirm, NewLine},
        rules::Way,
    },
};

/// How somebody was contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "ContactChannel")]
pub enum Channel {
    /// 电话.
    Call,
    /// 上门.
    Visit,
    /// 短信.
    Message,
    /// 微信.
    Wechat,
    /// 信函.
    Letter,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 5] = [Self::Call, Self::Visit, Self::Message, Self::Wechat, Self::Letter];
}

named!(Channel { Call = "CALL", Visit = "VISIT", Message = "MESSAGE", Wechat = "WECHAT", Letter = "LETTER" });

/// Who began it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "ContactDirection")]
pub enum Direction {
    /// We did.
    Outbound,
    /// The owner did; it does not count as an attempt of ours.
    Inbound,
}

named!(Direction { Outbound = "OUTBOUND", Inbound = "INBOUND" });

/// Whether a message or letter arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "ContactDelivery")]
pub enum Delivery {
    /// 已送达.
    Arrived,
    /// 发送失败.
    Failed,
}

named!(Delivery { Arrived = "ARRIVED", Failed = "FAILED" });

/// Somebody else who was reached: the source of what was learned (rule 31).
#[derive(Clone, Debug, Serialize)]
pub struct ThirdParty {
    /// As they named themselves.
    pub name: Option<String>,
    /// What they are to the owner, as they said.
    pub relation: Option<String>,
}

/// A promise given in the contact.
#[derive(Clone, Debug, Serialize)]
pub struct PromiseGiven {
    /// How it will be paid.
    pub way: Way,
    /// One line per account.
    pub lines: Vec<NewLine>,
    /// Free text.
    pub note: Option<String>,
}

/// The next step, as the steward plans it.
#[derive(Clone, Debug, Serialize)]
pub struct Next {
    /// What to do.
    pub purpose: Purpose,
    /// The local day.
    pub on: NaiveDate,
    /// The local hour, if one was agreed.
    pub at: Option<NaiveTime>,
    /// Free text.
    pub note: Option<String>,
}

/// A contact as the phone reports it.
#[derive(Clone, Debug, Serialize)]
pub struct LogContact {
    /// Made by the client, so that an entry made offline is the same entry whenever it arrives.
    pub id: Option<ContactId>,
    /// What it was about, at least one.
    pub accounts: Vec<AccountId>,
    /// Whom.
    pub party: Option<PartyId>,
    /// The number or address used.
    pub point: Option<ContactPointId>,
    /// How.
    pub channel: Channel,
    /// Who began it.
    pub direction: Direction,
    /// What came of it.
    pub disposition: Disposition,
    /// What was learned of the number, if it is not what the disposition says.
    pub point_status: Option<PointStatus>,
    /// Free text.
    pub note: Option<String>,
    /// Length in seconds.
    pub duration_seconds: Option<i64>,
    /// When it happened by the phone; never later than it is recorded.
    pub occurred_at: Option<Moment>,
    /// Follow-ups it answers beside those that are due.
    pub answers: Vec<FollowUpId>,
    /// A promise given.
    pub promise: Option<PromiseGiven>,
    /// The next step.
    pub next: Option<Next>,
    /// Several steps of one day, each at its hour, in the place of one.
    pub rounds: Vec<Next>,
    /// Somebody else who was reached.
    pub third_party: Option<ThirdParty>,
    /// Account details were sent: a call confirms them.
    pub confirm: Option<Confirm>,
    /// Signature, photographs, recording.
    pub attachments: Vec<AttachmentId>,
}
