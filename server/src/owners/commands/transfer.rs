//! Liability passes: sale, inheritance, handover. The old account keeps its arrears, case and promises; a new one begins.

use chrono::{Days, NaiveDate};
use guanjia_entity::{account, transfer};
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};

use super::{
    history::{Change, not_to_come, note, problem, reached, ties_changed},
    holders::{NewShare, check_shares, insert_holders},
    points::{AddPoint, add_contact_point},
    take_accounts,
};
use crate::{
    kernel::{
        Failure, ProblemCode, Work,
        ids::{self, AccountId, PartyId, TransferId},
        sql::Sql,
    },
    owners::{
        events::AccountWithdrawn,
        parties::{ChangeKind, TransferKind},
        points::{PointKind, PointSource},
        store::{self, AccountRow},
    },
};

/// Where letters reach an old owner.
#[derive(Clone, Debug, Serialize)]
pub struct LettersTo {
    /// Which of the old holders.
    pub party: PartyId,
    /// The address.
    pub address: String,
    /// Where it is from.
    pub source: PointSource,
}

/// Liability that passes.
#[derive(Clone, Debug, Serialize)]
pub struct TransferUnit {
    /// The account that ends.
    pub account: AccountId,
    /// How.
    pub kind: TransferKind,
    /// Its last day; the new one begins on the next.
    pub last_on: NaiveDate,
    /// Made by the client.
    pub new_id: Option<AccountId>,
    /// Who owes from then on.
    pub holders: Vec<NewShare>,
    /// Where letters reach the old owner.
    pub letters_to: Option<LettersTo>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Transferred {
    /// The transfer.
    pub transfer: TransferId,
    /// The account that ended.
    pub from: AccountId,
    /// The account that began.
    pub to: AccountId,
}

/// Ends an account on a day and opens the next one of its unit. Charges and payments stay where they are (rule 17).
pub async fn transfer_unit(work: &mut Work, input: TransferUnit) -> Result<Transferred, Failure> {
    check_shares(&input.holders, "holders")?;
    let old = take(work, input.account).await?;
    if old.to_on.is_some() {
        return problem(
            "accountId",
            ProblemCode::Inconsistent,
            ("该户已结束", "this account has ended"),
        );
    }
    not_to_come(input.last_on, (work.now, &old.time_zone), "lastOn")?;
    if old.from_on.is_some_and(|first| input.last_on < first) {
        let text = ("早于该户的起始日", "before the account began");
        return problem("lastOn", ProblemCode::TooEarly, text);
    }
    if let Some(letters) = input.letters_to {
        keep_address(work, old.account_id, letters).await?;
    }
    store::registry::end_account(work, (old.account_id, Some(input.last_on))).await?;
    let (to, transfer) = open_next(work, &old, (input.new_id, input.last_on)).await?;
    let row = transfer::Model {
        organization_id: work.organization(),
        id: transfer,
        kind: input.kind.name().to_owned(),
        from_account_id: old.account_id,
        to_account_id: to,
        last_on: input.last_on,
        made_by: work.actor()?.person,
        made_at: work.now,
        undone_by: None,
        undone_at: None,
    };
    transfer::Entity::insert(transfer::ActiveModel::from(row))
        .exec_without_returning(work.conn())
        .await?;
    let first = input.last_on + Days::new(1);
    let parties = insert_holders(work, (to, Some(first)), &input.holders).await?;
    let change = |account| {
        Change::of_account(ChangeKind::AccountTransferred, account)
            .on(input.last_on)
            .after(input.kind.name())
    };
    note(work, vec![change(old.account_id), change(to)]).await?;
    ties_changed(work, &[old.account_id, to], parties).await?;
    Ok(Transferred { transfer, from: old.account_id, to })
}

/// The account, locked, as it stands after the lock.
async fn take(work: &Work, id: AccountId) -> Result<AccountRow, Failure> {
    let actor = work.actor()?.clone();
    take_accounts(work, &actor, &[id]).await?;
    let rows = store::accounts(work.conn(), work.organization(), &[id]).await?;
    rows.into_iter().next().ok_or(Failure::NotFound)
}

async fn open_next(
    work: &Work,
    old: &AccountRow,
    (id, last_on): (Option<AccountId>, NaiveDate),
) -> Result<(AccountId, TransferId), Failure> {
    let to = id.unwrap_or_else(ids::fresh);
    let row = account::Model {
        organization_id: work.organization(),
        id: to,
        unit_id: old.unit_id,
        from_on: Some(last_on + Days::new(1)),
        to_on: None,
        created_at: work.now,
    };
    if store::registry::insert_account(work, row).await? {
        return Ok((to, ids::fresh()));
    }
    problem("newAccountId", ProblemCode::Duplicate, ("该编号已被使用", "this id is in use"))
}

/// The old owner keeps an address for letters.
async fn keep_address(
    work: &mut Work,
    account: AccountId,
    letters: LettersTo,
) -> Result<(), Failure> {
    let card = reached(work, letters.party, "lettersTo.partyId").await?;
    let held = store::parties::holders(work.conn(), work.organization(), &[account]).await?;
    if !held.iter().any(|holder| card.ids.contains(&holder.party_id)) {
        let text = ("该人不是原产权人", "this person did not hold the account");
        return problem("lettersTo.partyId", ProblemCode::NotFound, text);
    }
    let point = AddPoint {
        id: None,
        party: card.party.id,
        kind: PointKind::Address,
        value: letters.address,
        source: letters.source,
        best_time: None,
    };
    let added = add_contact_point(work, point).await;
    added.map(drop).map_err(|failure| match failure {
        Failure::Problems(mut problems) => {
            for problem in &mut problems {
                problem.field = vec!["lettersTo".to_owned(), "address".to_owned()];
            }
            Failure::Problems(problems)
        }
        other => other,
    })
}

/// Takes a transfer back that was a mistake, as long as nothing was built on the new account: no charge, no payment, no
/// promise, no contact. The new account stays, as one that never lasted a day.
pub async fn undo_transfer(work: &mut Work, id: TransferId) -> Result<Transferred, Failure> {
    let row = store::registry::transfer(work.conn(), work.organization(), id).await?;
    let row = row.ok_or(Failure::NotFound)?;
    let done = Transferred { transfer: id, from: row.from_account_id, to: row.to_account_id };
    let actor = work.actor()?.clone();
    take_accounts(work, &actor, &[row.from_account_id, row.to_account_id]).await?;
    let text = "UPDATE transfer SET undone_by = $3, undone_at = $4 \
         WHERE organization_id = $1 AND id = $2 AND undone_at IS NULL";
    let values = [work.organization().into(), id.into(), actor.person.into(), work.now.into()];
    if Sql::new(text, values).run(work.conn()).await? == 0 {
        return Ok(done);
    }
    let new = store::registry::account(work.conn(), work.organization(), row.to_account_id).await?;
    if new.is_none_or(|new| new.to_on.is_some()) {
        let text = (
            "新户已再次过户,请先撤销后一次",
            "the new account was passed on; take that back first",
        );
        return problem("transferId", ProblemCode::Inconsistent, text);
    }
    // A period that ends before it begins: it was never true.
    store::registry::end_account(work, (row.to_account_id, Some(row.last_on))).await?;
    store::registry::end_account(work, (row.from_account_id, None)).await?;
    let change = |account| Change::of_account(ChangeKind::TransferUndone, account).on(row.last_on);
    note(work, vec![change(row.from_account_id), change(row.to_account_id)]).await?;
    work.emit(AccountWithdrawn(row.to_account_id));
    ties_changed(work, &[row.from_account_id, row.to_account_id], []).await?;
    Ok(done)
}

/// Refuses the withdrawal of an account of which a table has rows; for the handlers of `AccountWithdrawn`.
pub async fn refuse_if_any(
    work: &Work,
    account: AccountId,
    tables: &[&'static str],
) -> Result<(), Failure> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        #[expect(dead_code, reason = "that there is a row is what counts")]
        account_id: AccountId,
    }
    for table in tables {
        let text = format!(
            "SELECT account_id FROM {table} WHERE organization_id = $1 AND account_id = $2 LIMIT 1"
        );
        let values = [work.organization().into(), account.into()];
        if Sql::new(&text, values).one::<Row>(work.conn()).await?.is_some() {
            let text = (
                "新户已有账务、承诺或联系记录,不能撤销过户",
                "the new account has charges, payments, promises or contacts by now",
            );
            return problem("transferId", ProblemCode::Inconsistent, text);
        }
    }
    Ok(())
}
