//! Who may do what: one row per operation of the API, and the only place that says so. docs/authorization.md shows the
//! same table, and a test plays every role against every row.
//!
//! A role opens the door; *whose* rows are then found is said by the finders, which take the actor.

use async_graphql::{Context, Result};

use super::context::Ask;
use crate::kernel::{
    Actor, Failure,
    Role::{self, Administrator, Director, Finance, Guard, Legal, Manager, Steward},
};

/// Which rows an operation reaches for those who may use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// It is about nobody's rows, and needs no sign-in.
    Open,
    /// What is the person's own.
    Own,
    /// Accounts within reach: a steward's units, otherwise the communities that were given.
    Reach,
    /// The communities that were given, or all.
    Given,
    /// The whole company.
    Company,
}

impl Within {
    fn word(self) -> &'static str {
        match self {
            Self::Open => "✓",
            Self::Own => "own",
            Self::Reach => "reach",
            Self::Given => "given",
            Self::Company => "company",
        }
    }
}

/// The right to one operation.
#[derive(Clone, Copy, Debug)]
pub struct Right {
    /// `Mutation.logContact`.
    pub field: &'static str,
    /// Who may use it.
    pub roles: &'static [Role],
    /// On what.
    pub within: Within,
}

const fn right(field: &'static str, within: Within, roles: &'static [Role]) -> Right {
    Right { field, roles, within }
}

/// Everybody who is signed in.
const ALL: &[Role] = &Role::ALL;
/// Who works with owners.
const CARERS: &[Role] = &[Steward, Manager, Director];
/// Who looks at the work of others.
const LEADERS: &[Role] = &[Manager, Director];
/// Who is told that books hold others up.
const OVERSEERS: &[Role] = &[Manager, Director, Finance, Administrator];
/// Whom a case may be handed up to.
const DECIDERS: &[Role] = &[Manager, Director, Administrator];
/// Who hands cases up, or has them handed up to.
const HANDERS: &[Role] = &[Steward, Manager, Director, Administrator];
/// Who sees what whole communities owe.
const ACCOUNTANTS: &[Role] = &[Manager, Director, Finance, Legal, Administrator];
/// Who takes money: on site, or at the desk.
const TAKERS: &[Role] = &[Steward, Finance];
/// Who answers for money.
const CLERKS: &[Role] = &[Finance];
/// Who may change a debt; which kind of change each of them may make is said in `ledger::adjusting`.
const ADJUSTERS: &[Role] = &[Manager, Director, Finance];
/// Who sets the rules of a community.
const RULERS: &[Role] = &[Manager, Director, Administrator];
/// Who keeps the books.
const KEEPERS: &[Role] = &[Manager, Finance, Administrator];
/// Who keeps the register of owners.
const REGISTRARS: &[Role] = &[Steward, Manager, Director, Finance, Legal, Administrator];
/// Who decides that two parties are one.
const MERGERS: &[Role] = &[Manager, Administrator];
/// Who sees accounts.
const READERS: &[Role] = &[Steward, Manager, Director, Finance, Legal, Administrator];

/// Who lets people in.
const ADMINISTRATORS: &[Role] = &[Administrator];
/// Who says who looks after what, and sees the people of their communities.
const ASSIGNERS: &[Role] = &[Manager, Director, Administrator];
/// Who stands at gates, car parks and desks.
const GUARDS: &[Role] = &[Guard];
/// The table. A guard's own door is short on purpose.
pub const RIGHTS: &[Right] = &[
    right("Query.viewer", Within::Open, ALL),
    right("Query.worklist", Within::Own, CARERS),
    right("Query.tickler", Within::Own, CARERS),
    right("Query.teamWorklist", Within::Given, LEADERS),
    right("Query.booksBehind", Within::Given, OVERSEERS),
    right("Query.calendar", Within::Company, ALL),
    right("Query.escalations", Within::Own, HANDERS),
    right("Query.lookUp", Within::Reach, READERS),
    right("Query.whoCalls", Within::Reach, READERS),
    right("Query.arrears", Within::Given, ACCOUNTANTS),
    right("Query.watermarks", Within::Given, OVERSEERS),
    right("Query.unconfirmedPayments", Within::Given, OVERSEERS),
    right("Query.auditEntries", Within::Company, &[Administrator]),
    right("Query.node", Within::Reach, READERS),
    right("Query.imports", Within::Given, KEEPERS),
    right("Query.importMappings", Within::Given, KEEPERS),
    right("Mutation.signIn", Within::Open, ALL),
    right("Mutation.refreshSession", Within::Open, ALL),
    right("Mutation.useCode", Within::Open, ALL),
    right("Mutation.changePassword", Within::Own, ALL),
    right("Mutation.signOut", Within::Own, ALL),
    right("Mutation.endSession", Within::Own, ALL),
    right("Query.people", Within::Given, ASSIGNERS),
    right("Mutation.invitePerson", Within::Company, ADMINISTRATORS),
    right("Mutation.changePerson", Within::Company, ADMINISTRATORS),
    right("Mutation.resetPassword", Within::Company, ADMINISTRATORS),
    right("Mutation.signOutEverywhere", Within::Company, ADMINISTRATORS),
    right("Mutation.endAccess", Within::Company, ADMINISTRATORS),
    right("Mutation.createCommunity", Within::Company, ADMINISTRATORS),
    right("Mutation.renameCommunity", Within::Company, ADMINISTRATORS),
    right("Query.units", Within::Given, ASSIGNERS),
    right("Query.delegations", Within::Given, ASSIGNERS),
    right("Mutation.assignUnits", Within::Given, ASSIGNERS),
    right("Mutation.delegate", Within::Given, ASSIGNERS),
    right("Mutation.endDelegation", Within::Given, ASSIGNERS),
    right("Mutation.setWatermark", Within::Given, KEEPERS),
    right("Mutation.recordPayment", Within::Reach, TAKERS),
    right("Mutation.confirmPayment", Within::Reach, CLERKS),
    right("Mutation.reversePayment", Within::Reach, CLERKS),
    right("Mutation.movePayment", Within::Reach, CLERKS),
    right("Mutation.adjust", Within::Reach, ADJUSTERS),
    right("Mutation.reverseAdjustment", Within::Reach, ADJUSTERS),
    right("Mutation.setAllocationPolicy", Within::Given, RULERS),
    right("Mutation.setPenaltyPolicy", Within::Given, RULERS),
    right("Mutation.registerParty", Within::Reach, REGISTRARS),
    right("Mutation.changeParty", Within::Reach, REGISTRARS),
    right("Mutation.addContactPoint", Within::Reach, REGISTRARS),
    right("Mutation.confirmContactPoint", Within::Reach, REGISTRARS),
    right("Mutation.changeContactPoint", Within::Reach, REGISTRARS),
    right("Mutation.noteTraits", Within::Reach, REGISTRARS),
    right("Mutation.addVehicle", Within::Reach, REGISTRARS),
    right("Mutation.removeVehicle", Within::Reach, REGISTRARS),
    right("Mutation.addOccupant", Within::Reach, REGISTRARS),
    right("Mutation.endOccupancy", Within::Reach, REGISTRARS),
    right("Mutation.openAccount", Within::Reach, KEEPERS),
    right("Mutation.changeHolders", Within::Reach, KEEPERS),
    right("Mutation.setPayer", Within::Reach, KEEPERS),
    right("Mutation.transferUnit", Within::Reach, KEEPERS),
    right("Mutation.undoTransfer", Within::Reach, KEEPERS),
    right("Mutation.mergeParties", Within::Reach, MERGERS),
    right("Mutation.undoMerge", Within::Reach, MERGERS),
    right("Mutation.attach", Within::Reach, READERS),
    right("Mutation.importCalendar", Within::Company, &[Administrator]),
    right("Mutation.setCasePolicy", Within::Given, &[Manager, Administrator]),
    right("Mutation.setCollectionPolicy", Within::Given, &[Manager, Administrator]),
    right("Mutation.planFollowUp", Within::Reach, CARERS),
    right("Mutation.snoozeFollowUp", Within::Reach, CARERS),
    right("Mutation.completeFollowUp", Within::Reach, HANDERS),
    right("Mutation.cancelFollowUp", Within::Reach, CARERS),
    right("Mutation.reassignFollowUp", Within::Reach, CARERS),
    right("Mutation.placeHold", Within::Reach, CARERS),
    right("Mutation.liftHold", Within::Reach, CARERS),
    right("Mutation.escalateCase", Within::Reach, CARERS),
    right("Mutation.takeBackEscalation", Within::Own, CARERS),
    right("Mutation.acceptEscalation", Within::Own, DECIDERS),
    right("Mutation.declineEscalation", Within::Own, DECIDERS),
    right("Mutation.applyImport", Within::Given, KEEPERS),
    right("Mutation.takeBackImport", Within::Given, KEEPERS),
    right("Mutation.saveImportMapping", Within::Given, KEEPERS),
    right("Mutation.logContact", Within::Reach, CARERS),
    right("Mutation.reveal", Within::Reach, READERS),
    right("Mutation.setIdentityNumber", Within::Reach, CARERS),
    right("Mutation.exportPerson", Within::Reach, &[Administrator]),
    right("Mutation.erasePerson", Within::Reach, &[Administrator]),
    right("Query.pendingReminders", Within::Own, ALL),
    right("Mutation.acknowledgeReminders", Within::Own, ALL),
    right("Mutation.correctContact", Within::Reach, CARERS),
    right("Mutation.amendContact", Within::Reach, CARERS),
    right("Query.paymentInstructions", Within::Reach, CARERS),
    right("Mutation.setPaymentDetails", Within::Given, KEEPERS),
    right("Mutation.recordPromise", Within::Reach, CARERS),
    right("Mutation.supersedePromise", Within::Reach, CARERS),
    right("Mutation.cancelPromise", Within::Reach, CARERS),
    right("Query.watchList", Within::Given, GUARDS),
    right("Query.mySightings", Within::Own, GUARDS),
    right("Query.sightings", Within::Reach, CARERS),
    right("Mutation.recordSighting", Within::Given, GUARDS),
    right("Mutation.undoSighting", Within::Own, GUARDS),
    right("Mutation.denySighting", Within::Reach, CARERS),
    right("Mutation.recordSightingConsent", Within::Reach, CARERS),
    right("Mutation.withdrawSightingConsent", Within::Reach, HANDERS),
    right("Subscription.reminders", Within::Own, ALL),
];

/// The right to an operation; an operation that is not in the table is nobody's.
pub fn of(field: &str) -> Option<&'static Right> {
    RIGHTS.iter().find(|right| right.field == field)
}

/// Whether somebody who is signed in may use the operation.
pub fn allows(field: &str, actor: &Actor) -> bool {
    of(field).is_some_and(|right| actor.is_any(right.roles))
}

/// Refuses whoever may not use the operation: `UNAUTHENTICATED` or `FORBIDDEN`.
pub fn check(ctx: &Context<'_>, field: &str) -> Result<()> {
    let Some(right) = of(field) else {
        return Err(ctx.tell(Failure::broken("rights", format!("{field} is not in the table"))));
    };
    if right.within == Within::Open || ctx.actor()?.is_any(right.roles) {
        return Ok(());
    }
    Err(ctx.tell(Failure::Forbidden))
}

/// The table as docs/authorization.md shows it.
pub fn matrix() -> String {
    let roles = Role::ALL.map(|role| role.name().to_lowercase());
    let mut text = format!("| operation | nobody | {} |\n", roles.join(" | "));
    text.push_str(&format!("|{}\n", " --- |".repeat(roles.len() + 2)));
    for right in RIGHTS {
        let nobody = if right.within == Within::Open { "✓" } else { "–" };
        let cells = Role::ALL
            .map(|role| if right.roles.contains(&role) { right.within.word() } else { "–" });
        text.push_str(&format!("| `{}` | {nobody} | {} |\n", right.field, cells.join(" | ")));
    }
    text
}
