//! What a party is, what guides the tone with them, in what way somebody uses a unit, how liability passes.

use serde::{Deserialize, Serialize};

use crate::kernel::names::named;

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 100;

/// What a party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "PartyKind")]
pub enum PartyKind {
    /// 自然人.
    Person,
    /// 单位: a company or another body.
    Company,
    /// 开发商: pays for units that were not handed over (rule 18).
    Developer,
}

named!(PartyKind { Person = "PERSON", Company = "COMPANY", Developer = "DEVELOPER" });

/// What guides the tone with a party.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, async_graphql::Enum, Serialize, Deserialize,
)]
#[graphql(name = "PartyTrait")]
pub enum Trait {
    /// 忙: has little time; short calls at agreed hours.
    Busy,
    /// 常不在家.
    Away,
    /// 在国外.
    Abroad,
    /// 脾气急: no pressure, no long talks.
    QuickTempered,
    /// 心软: open to an appeal.
    SoftHearted,
    /// 注重道理: wants to see the calculation.
    Exacting,
    /// 年长: speak slowly, in person rather than by phone.
    Elderly,
    /// 爱还价: bargains.
    Bargaining,
    /// 有过不愉快: past unpleasantness with us, to be mended first.
    Aggrieved,
}

named!(Trait {
    Busy = "BUSY",
    Away = "AWAY",
    Abroad = "ABROAD",
    QuickTempered = "QUICK_TEMPERED",
    SoftHearted = "SOFT_HEARTED",
    Exacting = "EXACTING",
    Elderly = "ELDERLY",
    Bargaining = "BARGAINING",
    Aggrieved = "AGGRIEVED",
});

/// In what way somebody uses a unit without owing for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "OccupantRole")]
pub enum OccupantRole {
    /// 租户.
    Tenant,
    /// 家属.
    Family,
    /// 其他使用人.
    Other,
}

named!(OccupantRole { Tenant = "TENANT", Family = "FAMILY", Other = "OTHER" });

/// How liability passes from one account of a unit to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "TransferKind")]
pub enum TransferKind {
    /// 买卖过户.
    Sale,
    /// 继承.
    Inheritance,
    /// 交付: from the developer to the first owner.
    Handover,
}

named!(TransferKind { Sale = "SALE", Inheritance = "INHERITANCE", Handover = "HANDOVER" });

/// What changed in the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "RegistryChangeKind")]
pub enum ChangeKind {
    /// A party was registered.
    PartyRegistered,
    /// Its name or kind was corrected.
    PartyChanged,
    /// Two parties became one.
    PartiesMerged,
    /// That was taken back.
    MergeUndone,
    /// An account was opened.
    AccountOpened,
    /// A holder was added.
    HolderAdded,
    /// A holder's share was set.
    ShareSet,
    /// A holder holds no longer.
    HolderEnded,
    /// Somebody agreed to pay.
    PayerSet,
    /// They pay no longer.
    PayerEnded,
    /// Somebody uses the unit.
    OccupantAdded,
    /// They use it no longer.
    OccupantEnded,
    /// Liability passed to another account.
    AccountTransferred,
    /// That was taken back.
    TransferUndone,
    /// A number or address was added.
    PointAdded,
    /// What is known of it changed, or it was corrected.
    PointChanged,
    /// Somebody confirmed it.
    PointConfirmed,
    /// What guides the tone was noted anew.
    TraitsNoted,
    /// A vehicle was added.
    VehicleAdded,
    /// A vehicle was taken off.
    VehicleRemoved,
}

named!(ChangeKind {
    PartyRegistered = "PARTY_REGISTERED",
    PartyChanged = "PARTY_CHANGED",
    PartiesMerged = "PARTIES_MERGED",
    MergeUndone = "MERGE_UNDONE",
    AccountOpened = "ACCOUNT_OPENED",
    HolderAdded = "HOLDER_ADDED",
    ShareSet = "SHARE_SET",
    HolderEnded = "HOLDER_ENDED",
    PayerSet = "PAYER_SET",
    PayerEnded = "PAYER_ENDED",
    OccupantAdded = "OCCUPANT_ADDED",
    OccupantEnded = "OCCUPANT_ENDED",
    AccountTransferred = "ACCOUNT_TRANSFERRED",
    TransferUndone = "TRANSFER_UNDONE",
    PointAdded = "POINT_ADDED",
    PointChanged = "POINT_CHANGED",
    PointConfirmed = "POINT_CONFIRMED",
    TraitsNoted = "TRAITS_NOTED",
    VehicleAdded = "VEHICLE_ADDED",
    VehicleRemoved = "VEHICLE_REMOVED",
});
