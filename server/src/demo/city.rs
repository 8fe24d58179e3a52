//! An invented company of any size: for measuring, and to see what it feels like. Everything follows from the number of a
//! unit, so that two databases of one size are alike; only the dates follow today.
//!
//! Communities have 5,000 units, a steward looks after 500. About three units of ten owe; each of those has an open case,
//! a next step, three contacts, and some a promise. Among them every fifth unit is [plain](is_plain): one month open
//! and no promise, so that an act can be repeated on one after the other.

use chrono::{Datelike as _, Days, Months, NaiveDate, TimeDelta};
use guanjia_entity::{
    account, account_holder, allocation, app_user, case_file, charge, charge_balance, contact,
    contact_account, contact_point, follow_up, job_cursor, membership, membership_community,
    membership_role, party, party_key, payment, promise, promise_line, timeline_entry, unit,
    unit_assignment,
};
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use serde_json::json;

use super::{PASSWORD, bulk};
use crate::{
    app::App,
    kernel::{
        By, Failure, Moment, Role, Work, calendar,
        ids::{CommunityId, MembershipId, OrganizationId},
    },
    ledger,
    people::{self, commands::NewPerson},
};

const COMPANY: &str = "万家物业 City";
/// Units of one community.
pub const COMMUNITY_UNITS: u64 = 5_000;
/// Units of one steward.
pub const STEWARD_UNITS: u64 = 500;
/// Fen per square metre and month.
const RATE_FEN: i64 = 280;
const SURNAMES: [&str; 16] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "周", "吴", "单", "仇", "曾", "解", "尉迟",
    "欧阳",
];
const GIVEN: [&str; 20] = [
    "伟", "秀英", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "涛", "明",
    "超", "兰英", "霞", "平", "桂香",
];

/// What a row is, within its made-up id.
#[derive(Clone, Copy)]
enum Kind {
    User = 1,
    Steward,
    Unit,
    Assignment,
    Account,
    Party,
    Holder,
    Point,
    Charge,
    Payment,
    Allocation,
    Case,
    FollowUp,
    Contact,
    Promise,
    Line,
    Timeline,
}

/// An id that follows from what it is of; it has the form of a UUIDv7, so that indexes grow at their end as they do in
/// earnest.
fn id<T: From<uuid::Uuid>>(kind: Kind, number: u64) -> T {
    let high = (0x019a_c000_0000_u128 << 16) | 0x7000 | kind as u128;
    uuid::Uuid::from_u128((high << 64) | (0b10 << 62) | u128::from(number)).into()
}

/// Mixes a number so that its neighbours differ (splitmix64).
fn mixed(number: u64) -> u64 {
    let mut x = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Whether a unit owes one month and has nothing special about it.
pub fn is_plain(number: u64) -> bool {
    number % 5 == 3
}

/// The account of a unit, counted from 0.
pub fn account_of(number: u64) -> crate::kernel::ids::AccountId {
    id(Kind::Account, number)
}

/// The mobile number of a steward, counted from 0.
pub fn steward_mobile(steward: u64) -> String {
    format!("191{steward:08}")
}

/// The mobile number of the manager of everything.
pub const MANAGER_MOBILE: &str = "19000000000";

/// Loads a company of that many units. `told` hears after each community how many units are there.
pub async fn load(app: &App, units: u64, mut told: impl FnMut(u64)) -> Result<(), Failure> {
    let organization = people::commands::company_id(&app.kernel, COMPANY).await?;
    let hash = app.passwords.hash(PASSWORD.to_owned()).await?;
    let count = units.div_ceil(COMMUNITY_UNITS);
    let city = City { organization, now: app.kernel.clock.domain(), hash: hash.clone() };
    for number in 0..count {
        let here = COMMUNITY_UNITS.min(units - number * COMMUNITY_UNITS);
        let hash = hash.clone();
        let community = app
            .kernel
            .write(By::System(organization), move |work| Box::pin(found(work, number, hash)))
            .await?;
        let first = number * COMMUNITY_UNITS;
        city.staff(app, community, first..first + here).await?;
        city.fill(app, community, first..first + here).await?;
        told(first + here);
    }
    app.kernel.database.refresh_statistics().await
}

/// A community with the manager of all and its watermark.
async fn found(work: &mut Work, number: u64, hash: String) -> Result<CommunityId, Failure> {
    people::commands::ensure_company(work, COMPANY).await?;
    let community =
        people::commands::ensure_community(work, &format!("万家苑{:03}", number + 1)).await?;
    let today = work.today(calendar::zone(&community.time_zone));
    let manager = NewPerson {
        mobile: MANAGER_MOBILE.to_owned(),
        name: "总经理".to_owned(),
        password_hash: hash,
        reset_password: false,
        roles: vec![Role::Manager],
        communities: Vec::new(),
    };
    people::commands::ensure_person(work, manager).await?;
    ledger::commands::set_watermark(work, &community, today - Days::new(1), None).await?;
    // The sweep of today has nothing to do: the cases are open.
    let cursor = job_cursor::ActiveModel {
        organization_id: Set(work.organization()),
        community_id: Set(community.id),
        job: Set("open_cases".to_owned()),
        through_on: Set(today),
    };
    job_cursor::Entity::insert(cursor).exec_without_returning(work.conn()).await?;
    Ok(community.id)
}

struct City {
    organization: OrganizationId,
    now: Moment,
    /// Of everybody's password.
    hash: String,
}

/// The rows of a community, table by table, in the order in which they may go in.
#[derive(Default)]
struct Rows {
    units: Vec<unit::ActiveModel>,
    assignments: Vec<unit_assignment::ActiveModel>,
    accounts: Vec<account::ActiveModel>,
    parties: Vec<party::ActiveModel>,
    keys: Vec<party_key::ActiveModel>,
    holders: Vec<account_holder::ActiveModel>,
    points: Vec<contact_point::ActiveModel>,
    charges: Vec<charge::ActiveModel>,
    payments: Vec<payment::ActiveModel>,
    allocations: Vec<allocation::ActiveModel>,
    balances: Vec<charge_balance::ActiveModel>,
    cases: Vec<case_file::ActiveModel>,
    follow_ups: Vec<follow_up::ActiveModel>,
    contacts: Vec<contact::ActiveModel>,
    links: Vec<contact_account::ActiveModel>,
    promises: Vec<promise::ActiveModel>,
    lines: Vec<promise_line::ActiveModel>,
    timeline: Vec<timeline_entry::ActiveModel>,
}

/// A unit on its way into the tables.
struct One {
    number: u64,
    /// What makes it differ from its neighbours.
    luck: u64,
    today: NaiveDate,
    steward: MembershipId,
    monthly_fen: i64,
}

impl One {
    /// How many of the three months are open.
    fn months_open(&self) -> u32 {
        match self.luck % 10 {
            _ if is_plain(self.number) => 1,
            0 => 1 + (self.luck / 16 % 3) as u32,
            _ => 0,
        }
    }

    /// One of twenty units has the owner of the one before it.
    fn party(&self) -> u64 {
        if self.number % 20 == 19 { self.number - 1 } else { self.number }
    }

    /// Due day of the charge of so many months ago.
    fn due_on(&self, back: u32) -> NaiveDate {
        let first = self.today.with_day(1).unwrap_or(self.today);
        let month = first.checked_sub_months(Months::new(back)).unwrap_or(first);
        month.with_day(15).unwrap_or(month)
    }
}

impl City {
    /// The stewards of some units. Their ids follow from their numbers like all others.
    async fn staff(
        &self,
        app: &App,
        community: CommunityId,
        units: std::ops::Range<u64>,
    ) -> Result<(), Failure> {
        let numbers = units.start / STEWARD_UNITS..units.end.div_ceil(STEWARD_UNITS);
        let users = numbers.clone().map(|number| app_user::ActiveModel {
            id: Set(id(Kind::User, number)),
            mobile: Set(steward_mobile(number)),
            password_hash: Set(self.hash.clone()),
            created_at: Set(self.now),
        });
        bulk::load(&app.kernel.database, users.collect()).await?;
        let people = numbers.clone().map(|number| membership::ActiveModel {
            organization_id: Set(self.organization),
            id: Set(id(Kind::Steward, number)),
            user_id: Set(id(Kind::User, number)),
            name: Set(format!("管家{number}")),
            all_communities: Set(false),
            ended_at: Set(None),
            created_at: Set(self.now),
            password_hash: Set(Some(self.hash.clone())),
            version: Set(1),
            ..Default::default()
        });
        bulk::load(&app.kernel.database, people.collect()).await?;
        let roles = numbers.clone().map(|number| membership_role::ActiveModel {
            organization_id: Set(self.organization),
            membership_id: Set(id(Kind::Steward, number)),
            role: Set(Role::Steward.to_string()),
        });
        bulk::load(&app.kernel.database, roles.collect()).await?;
        let places = numbers.map(|number| membership_community::ActiveModel {
            organization_id: Set(self.organization),
            membership_id: Set(id(Kind::Steward, number)),
            community_id: Set(community),
        });
        bulk::load(&app.kernel.database, places.collect()).await
    }

    async fn fill(
        &self,
        app: &App,
        community: CommunityId,
        numbers: std::ops::Range<u64>,
    ) -> Result<(), Failure> {
        let mut rows = Rows::default();
        let today = calendar::local_day(self.now, chrono_tz::Asia::Shanghai);
        for number in numbers {
            let luck = mixed(number);
            let steward: MembershipId = id(Kind::Steward, number / STEWARD_UNITS);
            let area = 6_000 + i64::try_from(luck / 64 % 9_000).unwrap_or(0);
            let monthly_fen = area * RATE_FEN / 100;
            let one = One { number, luck, today, steward, monthly_fen };
            self.register(&mut rows, &one, (community, area));
            self.people(&mut rows, &one);
            self.money(&mut rows, &one);
            if one.months_open() > 0 {
                self.work(&mut rows, &one);
            }
        }
        rows.load(app).await
    }

    fn register(&self, rows: &mut Rows, one: &One, (community, area): (CommunityId, i64)) {
        let place = one.number % COMMUNITY_UNITS;
        let (building, rest) = (place / 250 + 1, place % 250);
        let (entrance, rest) = (rest / 50 + 1, rest % 50);
        rows.units.push(unit::ActiveModel {
            organization_id: Set(self.organization),
            id: Set(id(Kind::Unit, one.number)),
            community_id: Set(community),
            building: Set(building.to_string()),
            entrance: Set(entrance.to_string()),
            number: Set(format!("{}{:02}", rest / 2 + 1, rest % 2 + 1)),
            area_centi_m2: Set(Some(area)),
            use_type: Set(Some("住宅".to_owned())),
            created_at: Set(self.now),
        });
        rows.assignments.push(unit_assignment::ActiveModel {
            organization_id: Set(self.organization),
            id: Set(id(Kind::Assignment, one.number)),
            unit_id: Set(id(Kind::Unit, one.number)),
            steward_id: Set(one.steward),
            from_on: Set(one.due_on(12)),
            to_on: Set(None),
            ..Default::default()
        });
        rows.accounts.push(account::ActiveModel {
            organization_id: Set(self.organization),
            id: Set(id(Kind::Account, one.number)),
            unit_id: Set(id(Kind::Unit, one.number)),
            from_on: Set(None),
            to_on: Set(None),
            created_at: Set(self.now),
        });
    }

    fn people(&self, rows: &mut Rows, one: &One) {
        let owner = one.party();
        if owner == one.number {
            let luck = usize::try_from(one.luck >> 8).unwrap_or(0);
            let name = format!("{}{}", SURNAMES[luck % 16], GIVEN[luck / 16 % 20]);
            // Scattered, and yet another one for each of a thousand million: the factor shares no prime with ten.
            let scattered = owner.wrapping_mul(618_033_989) % 1_000_000_000;
            let number = format!("1{}{scattered:09}", 3 + one.luck % 7);
            rows.parties.push(party::ActiveModel {
                organization_id: Set(self.organization),
                id: Set(id(Kind::Party, owner)),
                kind: Set("PERSON".to_owned()),
                name: Set(name.clone()),
                created_at: Set(self.now),
            });
            rows.keys.push(party_key::ActiveModel {
                organization_id: Set(self.organization),
                name: Set(name),
                number: Set(number.clone()),
                party_id: Set(id(Kind::Party, owner)),
            });
            rows.points.push(contact_point::ActiveModel {
                organization_id: Set(self.organization),
                id: Set(id(Kind::Point, owner)),
                party_id: Set(id(Kind::Party, owner)),
                kind: Set("MOBILE".to_owned()),
                value: Set(number.into()),
                status: Set("VALID".to_owned()),
                source: Set("BOOKS".to_owned()),
                position: Set(0),
                created_at: Set(self.now),
                status_at: Set(self.now),
                ..Default::default()
            });
        }
        rows.holders.push(account_holder::ActiveModel {
            organization_id: Set(self.organization),
            id: Set(id(Kind::Holder, one.number)),
            account_id: Set(id(Kind::Account, one.number)),
            party_id: Set(id(Kind::Party, owner)),
            position: Set(0),
            from_on: Set(None),
            to_on: Set(None),
            ..Default::default()
        });
    }

    /// Three months of fees; what is not open was paid in one sum on the newest paid day.
    fn money(&self, rows: &mut Rows, one: &One) {
        let open = one.months_open();
        let paid_on = one.due_on(open);
        let payment_id = id(Kind::Payment, one.number);
        if open < 3 {
            rows.payments.push(payment::ActiveModel {
                organization_id: Set(self.organization),
                id: Set(payment_id),
                account_id: Set(id(Kind::Account, one.number)),
                amount_fen: Set(one.monthly_fen * i64::from(3 - open)),
                method: Set(Some("微信".to_owned())),
                receipt: Set(Some(format!("C{:09}", one.number))),
                provisional: Set(false),
                day_unknown: Set(false),
                effective_on: Set(paid_on),
                recorded_at: Set(self.now),
                ..Default::default()
            });
        }
        for back in 0..3 {
            let (number, due_on) = (one.number * 3 + u64::from(back), one.due_on(back));
            let is_open = back < open;
            rows.charges.push(charge::ActiveModel {
                organization_id: Set(self.organization),
                id: Set(id(Kind::Charge, number)),
                account_id: Set(id(Kind::Account, one.number)),
                fee_item: Set("物业费".to_owned()),
                period: Set(due_on.format("%Y-%m").to_string()),
                due_on: Set(due_on),
                amount_fen: Set(one.monthly_fen),
                effective_on: Set(due_on.with_day(1).unwrap_or(due_on)),
                recorded_at: Set(self.now),
                ..Default::default()
            });
            rows.balances.push(charge_balance::ActiveModel {
                organization_id: Set(self.organization),
                charge_id: Set(id(Kind::Charge, number)),
                account_id: Set(id(Kind::Account, one.number)),
                due_on: Set(due_on),
                open_fen: Set(if is_open { one.monthly_fen } else { 0 }),
            });
            if !is_open {
                rows.allocations.push(allocation::ActiveModel {
                    organization_id: Set(self.organization),
                    id: Set(id(Kind::Allocation, number)),
                    account_id: Set(id(Kind::Account, one.number)),
                    payment_id: Set(payment_id),
                    charge_id: Set(id(Kind::Charge, number)),
                    amount_fen: Set(one.monthly_fen),
                    effective_on: Set(due_on.max(paid_on)),
                    recorded_at: Set(self.now),
                });
            }
        }
    }

    /// The open case with its contacts and steps.
    fn work(&self, rows: &mut Rows, one: &One) {
        let account = id(Kind::Account, one.number);
        let case = id(Kind::Case, one.number);
        rows.cases.push(case_file::ActiveModel {
            organization_id: Set(self.organization),
            id: Set(case),
            kind: Set("FEE".to_owned()),
            account_id: Set(Some(account)),
            state: Set("OPEN".to_owned()),
            opened_at: Set(self.now - TimeDelta::days(6)),
            closed_at: Set(None),
            version: Set(1),
        });
        let promised = !is_plain(one.number) && one.luck / 32 % 6 < 3;
        for nth in 0..3 {
            self.contact(rows, one, (nth, promised && nth == 2));
        }
        if promised {
            self.promise(rows, one);
        }
        let ahead = Days::new(one.luck / 128 % 8);
        let (source, due_on) = match one.luck / 512 % 4 {
            _ if promised => ("PROMISE", one.today + ahead),
            _ if is_plain(one.number) => ("DEFAULT", one.today),
            0 => ("CALL_BACK", one.today),
            1 => ("MANUAL", one.today + ahead),
            2 => ("OUTCOME", one.today - ahead),
            _ => ("DEFAULT", one.today - ahead),
        };
        self.follow_up(rows, one, (0, source, due_on));
    }

    fn contact(&self, rows: &mut Rows, one: &One, (nth, promised): (u64, bool)) {
        let contact = id(Kind::Contact, one.number * 3 + nth);
        let when = self.now - TimeDelta::days(7 - 2 * i64::try_from(nth).unwrap_or(0));
        let disposition = if promised { "PROMISED" } else { "NO_ANSWER" };
        rows.contacts.push(contact::ActiveModel {
            organization_id: Set(self.organization),
            id: Set(contact),
            party_id: Set(Some(id(Kind::Party, one.party()))),
            contact_point_id: Set(Some(id(Kind::Point, one.party()))),
            channel: Set("CALL".to_owned()),
            direction: Set("OUTBOUND".to_owned()),
            disposition: Set(disposition.to_owned()),
            note: Set(None),
            duration_seconds: Set(Some(40)),
            actor_id: Set(one.steward),
            occurred_at: Set(when),
            recorded_at: Set(when),
            ..Default::default()
        });
        rows.links.push(contact_account::ActiveModel {
            organization_id: Set(self.organization),
            contact_id: Set(contact),
            account_id: Set(id(Kind::Account, one.number)),
            case_id: Set(Some(id(Kind::Case, one.number))),
            ..Default::default()
        });
        rows.timeline.push(timeline_entry::ActiveModel {
            organization_id: Set(self.organization),
            id: Set(id(Kind::Timeline, one.number * 3 + nth)),
            account_id: Set(Some(id(Kind::Account, one.number))),
            case_id: Set(Some(id(Kind::Case, one.number))),
            kind: Set("CONTACTED".to_owned()),
            subject_id: Set(Some(contact.0)),
            facts: Set(json!({ "channel": "CALL", "disposition": disposition })),
            actor_id: Set(Some(one.steward)),
            occurred_at: Set(when),
            recorded_at: Set(when),
        });
        if nth < 2 {
            self.follow_up(rows, one, (nth + 1, "OUTCOME", one.today - Days::new(3 - nth)));
        }
    }

    fn promise(&self, rows: &mut Rows, one: &One) {
        let due_on = one.today + Days::new(one.luck / 128 % 8);
        let when = self.now - TimeDelta::days(3);
        rows.promises.push(promise::ActiveModel {
            organization_id: Set(self.organization),
            id: Set(id(Kind::Promise, one.number)),
            party_id: Set(Some(id(Kind::Party, one.party()))),
            contact_id: Set(Some(id(Kind::Contact, one.number * 3 + 2))),
            way: Set("TRANSFER".to_owned()),
            recorded_by: Set(one.steward),
            occurred_at: Set(when),
            recorded_at: Set(when),
            ..Default::default()
        });
        rows.lines.push(promise_line::ActiveModel {
            organization_id: Set(self.organization),
            id: Set(id(Kind::Line, one.number)),
            promise_id: Set(id(Kind::Promise, one.number)),
            account_id: Set(id(Kind::Account, one.number)),
            amount_fen: Set(one.monthly_fen * i64::from(one.months_open())),
            due_on: Set(due_on),
            grace_until: Set(due_on),
            state: Set("PENDING".to_owned()),
            occurred_at: Set(when),
            recorded_at: Set(when),
            ..Default::default()
        });
    }

    /// The first of a unit is open, the others were answered. All were reminded of.
    fn follow_up(&self, rows: &mut Rows, one: &One, (nth, source, due_on): (u64, &str, NaiveDate)) {
        let done = nth > 0;
        let closed_by = done.then(|| id(Kind::Contact, one.number * 3 + nth));
        rows.follow_ups.push(follow_up::ActiveModel {
            organization_id: Set(self.organization),
            id: Set(id(Kind::FollowUp, one.number * 3 + nth)),
            account_id: Set(Some(id(Kind::Account, one.number))),
            case_id: Set(Some(id(Kind::Case, one.number))),
            purpose: Set("CALL".to_owned()),
            source: Set(source.to_owned()),
            source_id: Set((source == "PROMISE").then(|| id(Kind::Line, one.number))),
            note: Set(None),
            due_on: Set(due_on),
            due_at: Set(calendar::moment_of(due_on, 8 * 60, chrono_tz::Asia::Shanghai)),
            reminds: Set(true),
            revision: Set(1),
            reminded_revision: Set(1),
            state: Set(if done { "DONE" } else { "OPEN" }.to_owned()),
            closed_at: Set(done.then_some(self.now - TimeDelta::days(1))),
            closed_by_id: Set(closed_by),
            created_at: Set(self.now - TimeDelta::days(6)),
            ..Default::default()
        });
    }
}

impl Rows {
    async fn load(self, app: &App) -> Result<(), Failure> {
        let database = &app.kernel.database;
        bulk::load(database, self.units).await?;
        bulk::load(database, self.assignments).await?;
        bulk::load(database, self.accounts).await?;
        bulk::load(database, self.parties).await?;
        bulk::load(database, self.keys).await?;
        bulk::load(database, self.holders).await?;
        bulk::load(database, self.points).await?;
        bulk::load(database, self.charges).await?;
        bulk::load(database, self.payments).await?;
        bulk::load(database, self.allocations).await?;
        bulk::load(database, self.balances).await?;
        bulk::load(database, self.cases).await?;
        bulk::load(database, self.contacts).await?;
        bulk::load(database, self.links).await?;
        bulk::load(database, self.promises).await?;
        bulk::load(database, self.lines).await?;
        bulk::load(database, self.follow_ups).await?;
        bulk::load(database, self.timeline).await
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_have_the_form_of_uuid_v7_and_do_not_meet() {
        let all: HashSet<uuid::Uuid> = [Kind::Unit, Kind::Account, Kind::Timeline]
            .into_iter()
            .flat_map(|kind| (0..100).map(move |number| id(kind, number)))
            .collect();
        assert_eq!(all.len(), 300);
        assert!(all.iter().all(|id| id.get_version_num() == 7));
    }
}
