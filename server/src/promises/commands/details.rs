//! Where owners of a community pay.

use guanjia_entity::payment_details;
use sea_orm::EntityTrait;
use serde::Serialize;
use serde_json::json;

use crate::{
    kernel::{Failure, Problem, ProblemCode, Text, Work, audit, ids::CommunityId},
    people,
    promises::store,
};

/// The longest of the texts, in characters.
const LONGEST: usize = 200;

/// Where owners of a community pay from now on.
#[derive(Clone, Debug, Serialize)]
pub struct SetPaymentDetails {
    /// The community.
    pub community: CommunityId,
    /// Name of the payee.
    pub payee: String,
    /// Bank and branch.
    pub bank: Option<String>,
    /// Number of the account.
    pub account_number: Option<String>,
    /// How to pay by WeChat.
    pub wechat: Option<String>,
    /// How to pay by Alipay.
    pub alipay: Option<String>,
    /// Where the desk is and when it is open.
    pub desk: Option<String>,
}

impl SetPaymentDetails {
    fn check(&self) -> Result<(), Failure> {
        let texts = [
            ("payee", Some(&self.payee)),
            ("bank", self.bank.as_ref()),
            ("accountNumber", self.account_number.as_ref()),
            ("wechat", self.wechat.as_ref()),
            ("alipay", self.alipay.as_ref()),
            ("desk", self.desk.as_ref()),
        ];
        let mut problems = Vec::new();
        for (field, text) in texts {
            let Some(text) = text else { continue };
            if text.trim().is_empty() {
                let text = Text::new("不能为空", "it cannot be empty");
                problems.push(Problem::at(field, ProblemCode::Required, text));
            } else if text.chars().count() > LONGEST {
                let text = Text::new("最多 200 字", "at most 200 characters");
                problems.push(Problem::at(field, ProblemCode::TooLong, text));
            }
        }
        let number = self.account_number.as_deref().unwrap_or_default();
        if !number.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-') {
            let text = Text::new("账号只能含数字", "an account number has digits only");
            problems.push(Problem::at("accountNumber", ProblemCode::Invalid, text));
        }
        if self.bank.is_some() != self.account_number.is_some() {
            let text = Text::new("开户行与账号须同时填写", "bank and account number go together");
            problems.push(Problem::at("accountNumber", ProblemCode::Inconsistent, text));
        }
        let ways = [&self.account_number, &self.wechat, &self.alipay, &self.desk];
        if ways.iter().all(|way| way.is_none()) {
            let text = Text::new("请至少填写一种缴费方式", "name at least one way of paying");
            problems.push(Problem::at("accountNumber", ProblemCode::Required, text));
        }
        if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(problems)) }
    }
}

/// Says where owners of a community pay. What was said before is kept.
pub async fn set_payment_details(
    work: &mut Work,
    input: SetPaymentDetails,
) -> Result<CommunityId, Failure> {
    let actor = work.actor()?.clone();
    let community = people::queries::my_community(work.conn(), &actor, input.community).await?;
    input.check()?;
    people::queries::lock_community(work.conn(), work.organization(), community.id).await?;
    let last = store::payment_details(work.conn(), work.organization(), community.id).await?;
    let row = payment_details::Model {
        organization_id: work.organization(),
        community_id: community.id,
        version: last.map_or(1, |last| last.version + 1),
        payee: input.payee,
        bank: input.bank,
        account_number: input.account_number,
        wechat: input.wechat,
        alipay: input.alipay,
        desk: input.desk,
        set_by: actor.person,
        recorded_at: work.now,
    };
    let facts = json!({ "version": row.version });
    payment_details::Entity::insert(payment_details::ActiveModel::from(row))
        .exec_without_returning(work.conn())
        .await?;
    audit::record(work, "PAYMENT_DETAILS_SET", Some(community.id.into()), facts).await?;
    Ok(community.id)
}
