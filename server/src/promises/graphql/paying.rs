//! How owners pay: what a community says of it, and the text that is sent.

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use guanjia_entity::payment_details;

use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        rights,
        scalars::{Gid, Instant},
    },
    kernel::{
        Failure, Language,
        ids::{AccountId, CommunityId},
    },
    people,
    promises::{
        commands::{self, SetPaymentDetails},
        queries,
    },
};

/// Where owners of a community pay 收款账户.
#[derive(SimpleObject)]
pub struct PaymentDetails {
    /// Name of the payee 户名.
    payee: String,
    /// Bank and branch 开户行.
    bank: Option<String>,
    /// Number of the account 账号.
    account_number: Option<String>,
    /// How to pay by WeChat 微信.
    wechat: Option<String>,
    /// How to pay by Alipay 支付宝.
    alipay: Option<String>,
    /// Where the desk is and when it is open 前台.
    desk: Option<String>,
    /// Rises with each change.
    version: i64,
    /// When it was set.
    recorded_at: Instant,
}

impl From<payment_details::Model> for PaymentDetails {
    fn from(row: payment_details::Model) -> Self {
        Self {
            payee: row.payee,
            bank: row.bank,
            account_number: row.account_number,
            wechat: row.wechat,
            alipay: row.alipay,
            desk: row.desk,
            version: row.version,
            recorded_at: Instant(row.recorded_at),
        }
    }
}

/// The language of a text that is sent to an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TextLanguage {
    /// 中文.
    Zh,
    /// English.
    En,
}

/// How to pay, as a text to be sent to the owner.
#[derive(SimpleObject)]
pub struct PaymentInstructions {
    /// The text; null while nobody has said where owners of the community pay.
    text: Option<String>,
}

/// Queries.
#[derive(Default)]
pub struct PromisesQuery;

#[Object]
impl PromisesQuery {
    /// How to pay 缴费方式, as a text to be sent to the owner, with name, room, amount, day and the community's account: for
    /// the open promise, otherwise for what is owed. Null for an account that is not there or not yours.
    async fn payment_instructions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account.")] account_id: Gid<AccountId>,
        #[graphql(desc = "The language of the text.", default_with = "TextLanguage::Zh")]
        language: TextLanguage,
    ) -> Result<Option<PaymentInstructions>> {
        rights::check(ctx, "Query.paymentInstructions")?;
        let now = ctx.app()?.kernel.clock.domain();
        let language = match language {
            TextLanguage::Zh => Language::Chinese,
            TextLanguage::En => Language::English,
        };
        let asked = (account_id.0, language);
        match queries::instructions(ctx.conn()?, ctx.actor()?, now, asked).await {
            Ok(text) => Ok(Some(PaymentInstructions { text })),
            Err(Failure::NotFound) => Ok(None),
            Err(failure) => Err(ctx.tell(failure)),
        }
    }
}

/// What `setPaymentDetails` takes: at least one way of paying.
#[derive(InputObject)]
pub struct SetPaymentDetailsInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The community.
    community_id: Gid<CommunityId>,
    /// Name of the payee.
    payee: String,
    /// Bank and branch; goes with the account number.
    bank: Option<String>,
    /// Number of the account: digits, blanks, dashes.
    account_number: Option<String>,
    /// How to pay by WeChat, in words.
    wechat: Option<String>,
    /// How to pay by Alipay, in words.
    alipay: Option<String>,
    /// Where the desk is and when it is open.
    desk: Option<String>,
}

impl From<SetPaymentDetailsInput> for SetPaymentDetails {
    fn from(input: SetPaymentDetailsInput) -> Self {
        Self {
            community: input.community_id.0,
            payee: input.payee,
            bank: input.bank,
            account_number: input.account_number,
            wechat: input.wechat,
            alipay: input.alipay,
            desk: input.desk,
        }
    }
}

/// What `setPaymentDetails` answers.
#[derive(SimpleObject, Default)]
pub struct SetPaymentDetailsPayload {
    /// What holds now.
    payment_details: Option<PaymentDetails>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct PayingMutation;

#[Object]
impl PayingMutation {
    /// Says where owners of a community pay 收款账户. What was said before is kept.
    async fn set_payment_details(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where they pay.")] input: SetPaymentDetailsInput,
    ) -> Result<SetPaymentDetailsPayload> {
        let key = input.idempotency_key.clone();
        let input = SetPaymentDetails::from(input);
        let done = act(ctx, (&key, "setPaymentDetails"), input, |work, input| {
            Box::pin(commands::set_payment_details(work, input))
        });
        let community = match done.await? {
            Ok(community) => community,
            Err(problems) => {
                return Ok(SetPaymentDetailsPayload { problems, ..Default::default() });
            }
        };
        let (conn, actor) = (ctx.conn()?, ctx.actor()?);
        people::queries::my_community(conn, actor, community).await.map_err(|f| ctx.tell(f))?;
        let found = queries::payment_details(conn, actor.organization, community).await;
        let payment_details = found.map_err(|f| ctx.tell(f))?.map(PaymentDetails::from);
        Ok(SetPaymentDetailsPayload { payment_details, problems: Vec::new() })
    }
}
