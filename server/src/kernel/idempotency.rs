//! A retry is the same act: key, actor, fingerprint and the ids of the outcome are written in the command's own
//! transaction. Only what was committed is remembered; a refusal is evaluated again.

use chrono::{NaiveTime, TimeDelta};
use guanjia_entity::idempotency_key;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, TryInsertResult, sea_query::OnConflict,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    By, Failure, Kernel, Problem, ProblemCode, Text, Work, events::Task, ids::OrganizationId,
    sql::Sql, tokens::print_of,
};

/// The longest key a client may choose, in bytes.
const LONGEST_KEY: usize = 100;

/// One act, as a client names it.
pub struct Act {
    /// The key the client chose: one per intent, the same on every retry.
    pub key: String,
    /// The mutation.
    pub operation: &'static str,
    /// Print of the whole input, without the key.
    pub fingerprint: String,
}

impl Act {
    /// Names the act. Two inputs that serialise alike are the same.
    pub fn new(
        key: &str,
        operation: &'static str,
        input: &impl Serialize,
    ) -> Result<Self, Failure> {
        let fits = !key.is_empty()
            && key.len() <= LONGEST_KEY
            && key.bytes().all(|b| b.is_ascii_graphic());
        if !fits {
            let text = Text::new(
                format!("幂等键须为 1 到 {LONGEST_KEY} 个可见 ASCII 字符"),
                format!("the idempotency key must be 1 to {LONGEST_KEY} visible ASCII characters"),
            );
            return Err(Failure::problem(Problem::at(
                "idempotencyKey",
                ProblemCode::Invalid,
                text,
            )));
        }
        let input = serde_json::to_vec(input).map_err(|e| Failure::broken("fingerprint", e))?;
        Ok(Self { key: key.to_owned(), operation, fingerprint: print_of(&input) })
    }
}

/// Runs `command` unless this act was done before; either way answers the outcome of the one time that counts.
///
/// The row is inserted first: a second call with the same key waits for the first to commit and then finds it.
pub async fn once<T: Serialize + DeserializeOwned + Send>(
    work: &mut Work,
    act: Act,
    command: impl for<'a> FnOnce(&'a mut Work) -> Task<'a, T> + Send,
) -> Result<T, Failure> {
    let (organization, person) = (work.organization(), work.actor()?.person);
    if !claim(work, &act).await? {
        let found = idempotency_key::Entity::find_by_id((organization, person, act.key.clone()));
        let done = found
            .one(work.conn())
            .await?
            .ok_or_else(|| Failure::broken("idempotency", "row is gone"))?;
        if done.operation != act.operation || done.fingerprint != act.fingerprint {
            return Err(Failure::KeyReused);
        }
        return serde_json::from_value(done.outcome)
            .map_err(|e| Failure::broken("stored outcome", e));
    }
    let outcome = command(work).await?;
    let stored = serde_json::to_value(&outcome).map_err(|e| Failure::broken("outcome", e))?;
    let row = idempotency_key::ActiveModel {
        organization_id: Set(organization),
        actor_id: Set(person),
        key: Set(act.key.clone()),
        outcome: Set(stored),
        ..Default::default()
    };
    idempotency_key::Entity::update(row).exec(work.conn()).await?;
    Ok(outcome)
}

/// Keys are kept at least so long.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Keys taken away in one transaction.
const AT_ONCE: i64 = 500;

/// Takes away the keys of one company that were old enough when this day (of the security clock) began. Answers whether
/// there may be more.
pub async fn clean(kernel: &Kernel, organization: OrganizationId) -> Result<bool, Failure> {
    let today = kernel.clock.security().date_naive().and_time(NaiveTime::MIN).and_utc();
    let before = today - KEPT;
    let old = idempotency_key::Entity::find()
        .filter(idempotency_key::Column::OrganizationId.eq(organization))
        .filter(idempotency_key::Column::CreatedAt.lt(before));
    if old.one(kernel.database.read()).await?.is_none() {
        return Ok(false);
    }
    let act = kernel.write(By::System(organization), move |work| {
        Box::pin(async move {
            let text = "DELETE FROM idempotency_key WHERE organization_id = $1 AND (actor_id, key) IN ( \
                 SELECT actor_id, key FROM idempotency_key WHERE organization_id = $1 AND created_at < $2 \
                 ORDER BY created_at LIMIT $3)";
            let values = [organization.into(), before.into(), AT_ONCE.into()];
            Ok(Sql::new(text, values).run(work.conn()).await?)
        })
    });
    Ok(act.await? > 0)
}

async fn claim(work: &Work, act: &Act) -> Result<bool, Failure> {
    use idempotency_key::{ActiveModel, Column, Entity};
    let row = ActiveModel {
        organization_id: Set(work.organization()),
        actor_id: Set(work.actor()?.person),
        key: Set(act.key.clone()),
        operation: Set(act.operation.to_owned()),
        fingerprint: Set(act.fingerprint.clone()),
        outcome: Set(serde_json::Value::Null),
        created_at: Set(work.security_now),
    };
    let key = OnConflict::columns([Column::OrganizationId, Column::ActorId, Column::Key])
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(row)
        .on_conflict(key)
        .try_insert()
        .exec_without_returning(work.conn())
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0))
}
