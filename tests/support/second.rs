//! A second company, and somebody who works for both, with a password in each.

use guanjia::{
    app::App,
    kernel::{By, Role, ids::OrganizationId},
    people::{
        commands::{NewPerson, company_id, ensure_company, ensure_person},
        queries,
    },
};

use super::books;

pub(crate) const COMPANY: &str = "第二物业";
/// Steward in both companies; in the first with [`books::PASSWORD`].
pub(crate) const IN_BOTH: &str = "13900000020";
/// Their password in the second company.
pub(crate) const PASSWORD: &str = "another horse battery";
/// Administrator of the second company, with [`PASSWORD`].
pub(crate) const ADMINISTRATOR: &str = "13900000021";

/// Founds it; the first one is there.
pub(crate) async fn found(app: &App) -> OrganizationId {
    add(app, "测试物业", (IN_BOTH, Role::Steward), books::PASSWORD).await;
    add(app, COMPANY, (IN_BOTH, Role::Steward), PASSWORD).await;
    add(app, COMPANY, (ADMINISTRATOR, Role::Administrator), PASSWORD).await
}

async fn add(
    app: &App,
    company: &'static str,
    (mobile, role): (&str, Role),
    password: &str,
) -> OrganizationId {
    let organization = company_id(&app.kernel, company).await.unwrap();
    let mould = queries::mould_of(app.kernel.database.read(), mobile).await.unwrap();
    let hash = app.passwords.turn().await.unwrap().hash(password.to_owned(), mould).await.unwrap();
    let person = NewPerson {
        mobile: mobile.to_owned(),
        name: "两家员工".to_owned(),
        password_hash: hash,
        reset_password: false,
        roles: vec![role],
        communities: Vec::new(),
    };
    app.kernel
        .write(By::System(organization), |work| {
            Box::pin(async move {
                ensure_company(work, company).await?;
                ensure_person(work, person).await
            })
        })
        .await
        .unwrap();
    organization
}
