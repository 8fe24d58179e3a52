//! A small company: one community, six flats, two stewards, a manager and a clerk. Each flat is charged 1,000.00 for
//! September to November 2026, due on the 15th; who paid what is said by each scenario.

use chrono::NaiveDate;
use guanjia::{
    app::App,
    imports::{
        Summary,
        commands::{File, apply},
    },
    kernel::{
        By, Failure, Role, Work,
        ids::{AccountId, CommunityId, MembershipId, OrganizationId, UnitId},
        sql::Sql,
    },
    people::{
        self,
        commands::{NewPerson, company_id, ensure_community, ensure_company, ensure_person},
    },
};
use guanjia_books::{At, Book, ChargeRow, HolderRow, PaymentRow, Room, UnitRow};
use guanjia_entity::unit_assignment;
use sea_orm::{ActiveValue::Set, EntityTrait, FromQueryResult};

pub(crate) const PASSWORD: &str = "correct horse battery";
/// Looks after flats 101 to 104.
pub(crate) const STEWARD: &str = "13900000001";
/// Looks after flats 105 and 106.
pub(crate) const OTHER_STEWARD: &str = "13900000002";
pub(crate) const MANAGER: &str = "13900000003";
pub(crate) const CLERK: &str = "13900000004";
pub(crate) const GUARD: &str = "13900000005";
pub(crate) const DIRECTOR: &str = "13900000006";
pub(crate) const LEGAL: &str = "13900000007";
pub(crate) const ADMINISTRATOR: &str = "13900000008";

/// The ids that a scenario starts from.
pub(crate) struct Company {
    pub(crate) organization: OrganizationId,
    pub(crate) community: CommunityId,
}

/// Founds the company. Flat 101 owes three months, 102 two, 103 one, 104 nothing; 105 and 106 owe one each.
pub(crate) async fn found_company(app: &App) -> Company {
    let organization = company_id(&app.kernel, "测试物业").await.unwrap();
    let hash = app.passwords.hash(PASSWORD.to_owned()).await.unwrap();
    let found =
        app.kernel.write(By::System(organization), |work| Box::pin(found(work, hash))).await;
    Company { organization, community: found.unwrap() }
}

async fn found(work: &mut Work, hash: String) -> Result<CommunityId, Failure> {
    ensure_company(work, "测试物业").await?;
    let community = ensure_community(work, "测试苑").await?;
    apply(
        work,
        &community,
        file(book(&[("101", 0), ("102", 1), ("103", 2), ("104", 3), ("105", 2), ("106", 2)])),
    )
    .await?;
    let mut people = Vec::new();
    for (mobile, role) in [
        (STEWARD, Role::Steward),
        (OTHER_STEWARD, Role::Steward),
        (MANAGER, Role::Manager),
        (CLERK, Role::Finance),
        (GUARD, Role::Guard),
        (DIRECTOR, Role::Director),
        (LEGAL, Role::Legal),
        (ADMINISTRATOR, Role::Administrator),
    ] {
        let person = NewPerson {
            mobile: mobile.to_owned(),
            name: format!("员工{mobile}"),
            password_hash: hash.clone(),
            reset_password: false,
            roles: vec![role],
            communities: vec![community.id],
        };
        people.push(ensure_person(work, person).await?);
    }
    for (number, steward) in [(101, 0), (102, 0), (103, 0), (104, 0), (105, 1), (106, 1)] {
        assign(work, &number.to_string(), people[steward]).await?;
    }
    Ok(community.id)
}

async fn assign(work: &Work, number: &str, steward: MembershipId) -> Result<(), Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        id: UnitId,
    }
    let text = "SELECT id FROM unit WHERE organization_id = $1 AND number = $2";
    let unit = Sql::new(text, [work.organization().into(), number.into()])
        .one::<Row>(work.conn())
        .await?
        .unwrap();
    let row = unit_assignment::ActiveModel {
        organization_id: Set(work.organization()),
        id: Set(guanjia::kernel::ids::fresh()),
        unit_id: Set(unit.id),
        steward_id: Set(steward),
        from_on: Set(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()),
        to_on: Set(None),
        stands_in_for: Set(None),
    };
    unit_assignment::Entity::insert(row).exec_without_returning(work.conn()).await?;
    Ok(())
}

/// Gives a flat to a steward.
pub(crate) async fn look_after(app: &App, company: &Company, number: &str, mobile: &str) {
    #[derive(FromQueryResult)]
    struct Row {
        id: MembershipId,
    }
    let text = "SELECT m.id FROM membership m JOIN app_user u ON u.id = m.user_id \
         WHERE m.organization_id = $1 AND u.mobile = $2";
    let row = Sql::new(text, [company.organization.into(), mobile.into()]);
    let steward = row.one::<Row>(app.kernel.database.read()).await.unwrap().unwrap().id;
    let number = number.to_owned();
    let by = By::System(company.organization);
    let act =
        app.kernel.write(by, |work| Box::pin(async move { assign(work, &number, steward).await }));
    act.await.unwrap();
}

/// A larger place: stewards with as many flats each, all three months behind and the fourth falling due.
pub(crate) struct Estate {
    /// Mobile numbers of the stewards.
    pub(crate) stewards: Vec<String>,
    /// Room numbers, steward after steward.
    pub(crate) numbers: Vec<String>,
    /// Accounts, in the same order.
    pub(crate) accounts: Vec<String>,
    each: usize,
}

impl Estate {
    /// The flat of a room as the list writes it.
    pub(crate) fn flat_of_room(&self, room: &str) -> Option<usize> {
        let number = room.strip_prefix("1-1-")?;
        self.numbers.iter().position(|one| one == number)
    }

    /// The flats of a steward.
    pub(crate) fn flats_of(&self, steward: usize) -> Vec<usize> {
        (steward * self.each..(steward + 1) * self.each).collect()
    }
}

/// Founds the company with an estate of so many stewards and flats each.
pub(crate) async fn found_estate(app: &App, stewards: usize, each: u32) -> (Company, Estate) {
    let organization = company_id(&app.kernel, "测试物业").await.unwrap();
    let hash = app.passwords.hash(PASSWORD.to_owned()).await.unwrap();
    let each = usize::try_from(each).unwrap();
    let numbers: Vec<String> = (101..101 + stewards * each).map(|n| n.to_string()).collect();
    let mobiles: Vec<String> = (0..stewards).map(|n| format!("1370000000{n}")).collect();
    let given = (numbers.clone(), mobiles.clone());
    let founded = app.kernel.write(By::System(organization), |work| {
        Box::pin(async move {
            let (numbers, mobiles) = given;
            ensure_company(work, "测试物业").await?;
            let community = ensure_community(work, "测试苑").await?;
            let mut book = Book::default();
            for number in &numbers {
                book.units.push(unit(number));
                book.charges.extend((7..=10).map(|month| charge(number, month, 100_000)));
            }
            apply(work, &community, file(book)).await?;
            let communities = vec![community.id];
            let person = |mobile: &str, role| NewPerson {
                mobile: mobile.to_owned(),
                name: format!("员工{mobile}"),
                password_hash: hash.clone(),
                reset_password: false,
                roles: vec![role],
                communities: communities.clone(),
            };
            ensure_person(work, person(MANAGER, Role::Manager)).await?;
            for (index, mobile) in mobiles.iter().enumerate() {
                let steward = ensure_person(work, person(mobile, Role::Steward)).await?;
                for number in &numbers[index * each..(index + 1) * each] {
                    assign(work, number, steward).await?;
                }
            }
            Ok(community.id)
        })
    });
    let company = Company { organization, community: founded.await.unwrap() };
    let mut accounts = Vec::new();
    for number in &numbers {
        accounts.push(company.account(app, number).await.to_string());
    }
    (company, Estate { stewards: mobiles, numbers, accounts, each })
}

impl Company {
    /// Imports a book into the community, as the command line would.
    pub(crate) async fn import(&self, app: &App, book: Book) -> Result<Summary, Failure> {
        let community = self.community;
        let act = app.kernel.write(By::System(self.organization), |work| {
            Box::pin(async move {
                let all = people::queries::communities(work.conn(), work.organization()).await?;
                let community = all.into_iter().find(|one| one.id == community).unwrap();
                apply(work, &community, file(book)).await
            })
        });
        act.await
    }

    /// The account of a flat.
    pub(crate) async fn account(&self, app: &App, number: &str) -> AccountId {
        #[derive(FromQueryResult)]
        struct Row {
            id: AccountId,
        }
        let text = "SELECT a.id FROM account a JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
             WHERE a.organization_id = $1 AND u.number = $2";
        let row = Sql::new(text, [self.organization.into(), number.into()])
            .one::<Row>(app.kernel.database.read());
        row.await.unwrap().unwrap().id
    }
}

fn file(book: Book) -> File {
    File { name: "book.xlsx".to_owned(), print: super::fresh_key(), book }
}

const MONTHS: [u32; 3] = [9, 10, 11];

/// Flats with how many of the three months each has paid, the oldest first.
pub(crate) fn book(paid: &[(&str, usize)]) -> Book {
    let mut book = Book::default();
    for (number, months_paid) in paid {
        book.units.push(unit(number));
        for (index, month) in MONTHS.into_iter().enumerate() {
            book.charges.push(charge(number, month, 100_000));
            if index < *months_paid {
                let day = NaiveDate::from_ymd_opt(2026, month, 10).unwrap();
                book.payments.push(payment(number, &format!("R{number}-{month}"), (day, 100_000)));
            }
        }
    }
    book
}

/// Only payments: flat, receipt, day, fen.
pub(crate) fn receipts(rows: &[(&str, &str, &str, i64)]) -> Book {
    let rows = rows
        .iter()
        .map(|(number, receipt, day, fen)| payment(number, receipt, (day.parse().unwrap(), *fen)));
    Book { payments: rows.collect(), ..Book::default() }
}

fn at() -> At {
    At { sheet: "book".to_owned(), row: 1, column: None }
}

fn room(number: &str) -> Room {
    Room { building: "1".to_owned(), entrance: "1".to_owned(), number: number.to_owned() }
}

fn unit(number: &str) -> UnitRow {
    UnitRow {
        at: at(),
        room: room(number),
        area_centi_m2: Some(8956),
        use_: Some("住宅".to_owned()),
        holders: vec![HolderRow { name: format!("业主{number}") }],
        occupants: Vec::new(),
        identities: Vec::new(),
        phones: vec![format!("13812340{number}")],
        vehicles: Vec::new(),
        remark: None,
    }
}

pub(crate) fn charge(number: &str, month: u32, amount_fen: i64) -> ChargeRow {
    ChargeRow {
        at: at(),
        room: room(number),
        item: "物业费".to_owned(),
        period: format!("2026-{month:02}"),
        due_on: NaiveDate::from_ymd_opt(2026, month, 15).unwrap(),
        amount_fen,
        paid_fen: None,
        waived_fen: None,
        waived_on: None,
        owner_name: None,
    }
}

fn payment(number: &str, receipt: &str, (received_on, amount_fen): (NaiveDate, i64)) -> PaymentRow {
    PaymentRow {
        at: at(),
        room: room(number),
        receipt: Some(receipt.to_owned()),
        period: None,
        item: None,
        received_on,
        amount_fen,
        method: Some("微信".to_owned()),
        print: String::new(),
    }
}
