//! What a community has set for settling debts (rule 10) and for penalties (rule 14). Pure.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::entries::Charge;
use crate::kernel::names::named;

/// In which order money settles debts.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, serde::Serialize, serde::Deserialize,
)]
#[graphql(name = "AllocationMethod")]
pub enum Method {
    /// 法定顺序: due before not due, unsecured before secured, the heaviest burden, the earliest due; equals in proportion.
    Statutory,
    /// 先旧后新: the oldest debt first.
    OldestFirst,
}

named!(Method { Statutory = "STATUTORY", OldestFirst = "OLDEST_FIRST" });

/// Where a billed penalty stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, serde::Serialize, serde::Deserialize,
)]
pub enum PenaltyPlace {
    /// Before the principal of its own debt, as interest is.
    BeforePrincipal,
    /// After the principal of its own debt.
    AfterPrincipal,
    /// After all principals.
    Last,
}

named!(PenaltyPlace {
    BeforePrincipal = "BEFORE_PRINCIPAL",
    AfterPrincipal = "AFTER_PRINCIPAL",
    Last = "LAST",
});

/// The order of settling that a community set, from a day on.
#[derive(Clone, Debug)]
pub struct Order {
    /// Holds for what happens from this day on.
    pub from_on: NaiveDate,
    /// The order.
    pub method: Method,
    /// Where penalties stand.
    pub penalty_place: PenaltyPlace,
    /// Fee items that are secured and can wait.
    pub secured: BTreeSet<String>,
}

/// What the law says where nothing was set (民法典 560, 561).
static BY_LAW: Order = Order {
    from_on: NaiveDate::MIN,
    method: Method::Statutory,
    penalty_place: PenaltyPlace::BeforePrincipal,
    secured: BTreeSet::new(),
};

/// What the contract says of paying late, for charges that fall due from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Holds for charges that fall due from this day on.
    pub from_on: NaiveDate,
    /// The fee item; none is every item without terms of its own.
    pub fee_item: Option<String>,
    /// Millionths of the open amount for each day: 500 is five in ten thousand (万分之五).
    pub daily_ppm: i64,
    /// At most this percentage of the charge.
    pub cap_percent: Option<i64>,
    /// Days after the due day that are free.
    pub free_days: u64,
    /// Whether days of a hold are left out.
    pub frozen_in_hold: bool,
}

/// Everything that a community has set, the lower version first.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Orders of settling.
    pub orders: Vec<Order>,
    /// Terms of penalties.
    pub terms: Vec<Terms>,
}

impl Policy {
    /// The order that holds on a day.
    pub fn order_on(&self, day: NaiveDate) -> &Order {
        // Of two that begin together the later version is found: it is the last of the greatest.
        let begun = self.orders.iter().filter(|order| order.from_on <= day);
        begun.max_by_key(|order| order.from_on).unwrap_or(&BY_LAW)
    }

    /// The terms that a charge fell due under: those of its item before those of every item. A penalty has none.
    pub fn terms_of(&self, charge: &Charge) -> Option<&Terms> {
        let of = |item: Option<&str>| {
            let begun = self.terms.iter().filter(|terms| terms.from_on <= charge.due_on);
            begun
                .filter(|terms| terms.fee_item.as_deref() == item)
                .max_by_key(|terms| terms.from_on)
        };
        if charge.is_penalty {
            return None;
        }
        of(Some(&charge.fee_item)).or_else(|| of(None)).filter(|terms| terms.daily_ppm > 0)
    }
}
