//! Arrears, ageing, statements and penalties in the API.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    api::{
        context::Ask,
        page::PageInfo,
        scalars::{Date, Gid, Instant, Money},
    },
    kernel::{
        Failure,
        ids::{AccountId, ChargeId, OrganizationId},
        paging::{Page, cursor},
    },
    ledger::{
        ageing::{ENDS, Figure},
        figures::{self, AsOf},
        penalty::Borne,
        queries::Arrears as ArrearsRow,
        statement::{Line, LineKind, Statement as Whole},
    },
};

/// What an account, a community or the company is owed, read. The card of an account is read by the hundred: its three
/// plain sums come from the kept balances, everything else is computed when it is asked for.
pub struct Arrears {
    owner: Option<(OrganizationId, AccountId)>,
    as_of: AsOf,
    plain: Option<ArrearsRow>,
    figure: tokio::sync::OnceCell<Arc<Figure>>,
}

impl Arrears {
    /// Of an account today, from its kept balances.
    pub fn of_today(
        owner: (OrganizationId, AccountId),
        today: NaiveDate,
        row: Option<ArrearsRow>,
    ) -> Self {
        let plain = row.unwrap_or(ArrearsRow {
            account_id: owner.1,
            open_fen: 0,
            overdue_fen: 0,
            oldest_due_on: None,
        });
        Self {
            owner: Some(owner),
            as_of: AsOf { on: today, at: None },
            plain: Some(plain),
            figure: tokio::sync::OnceCell::new(),
        }
    }

    /// A figure that was computed.
    pub fn of_figure(figure: Figure, as_of: AsOf) -> Self {
        let figure = tokio::sync::OnceCell::new_with(Some(Arc::new(figure)));
        Self { owner: None, as_of, plain: None, figure }
    }

    async fn figure(&self, ctx: &Context<'_>) -> Result<Arc<Figure>> {
        let read = async || {
            let (organization, account) =
                self.owner.ok_or_else(|| Failure::broken("arrears", "whose"))?;
            let conn = ctx.app().map_err(|_| Failure::broken("arrears", "no program"))?;
            let conn = conn.kernel.database.read();
            figures::of_account(conn, organization, account, self.as_of).await.map(Arc::new)
        };
        Ok(Arc::clone(self.figure.get_or_try_init(read).await.map_err(|f| ctx.tell(f))?))
    }
}

/// What is owed 欠费 at the end of a day, as it was known at a moment. Computed from dated entries: payments, bounces,
/// waivers and so on count from the day on which they are true, once they are known; what was taken back as a mistake
/// never counts again. Charges count from the first day of their period. A provisional payment does not count.
#[Object]
impl Arrears {
    /// At the end of this day.
    async fn as_of(&self) -> Date {
        Date(self.as_of.on)
    }

    /// As known at this moment; null is now.
    async fn known_at(&self) -> Option<Instant> {
        self.as_of.at.map(Instant)
    }

    /// Overdue 逾期: open, and due before that day. The sum of `buckets`, and of `current` and `historical`.
    async fn overdue(&self, ctx: &Context<'_>) -> Result<Money> {
        match &self.plain {
            Some(row) => Ok(Money::fen(row.overdue_fen)),
            None => Ok(Money::fen(self.figure(ctx).await?.overdue_fen())),
        }
    }

    /// Everything open, also what is not due yet.
    async fn open(&self, ctx: &Context<'_>) -> Result<Money> {
        match &self.plain {
            Some(row) => Ok(Money::fen(row.open_fen)),
            None => Ok(Money::fen(self.figure(ctx).await?.open_fen())),
        }
    }

    /// Due day of the oldest overdue charge; null when nothing is overdue.
    async fn oldest_due_on(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        match &self.plain {
            Some(row) => Ok(row.oldest_due_on.map(Date)),
            None => Ok(self.figure(ctx).await?.oldest_due_on.map(Date)),
        }
    }

    /// The ageing 账龄 of what is overdue: six buckets by days past due, always all of them, the youngest first. They sum to
    /// `overdue` to the fen.
    async fn buckets(&self, ctx: &Context<'_>) -> Result<Vec<AgeingBucket>> {
        let figure = self.figure(ctx).await?;
        let mut from = 1;
        let ends = ENDS.iter().map(|end| Some(*end)).chain([None]);
        let buckets = figure.buckets.iter().zip(ends).map(|(split, end)| {
            let bucket = AgeingBucket {
                from_days: from,
                to_days: end.and_then(|end| i32::try_from(end).ok()),
                amount: Money::fen(split.fen()),
                principal: Money::fen(split.principal_fen),
                penalty: Money::fen(split.penalty_fen),
            };
            from = bucket.to_days.map_or(from, |end| end + 1);
            bucket
        });
        Ok(buckets.collect())
    }

    /// Of `overdue`: 当期, for periods that reach into the year of that day or later.
    async fn current(&self, ctx: &Context<'_>) -> Result<Money> {
        let figure = self.figure(ctx).await?;
        Ok(Money::fen(figure.overdue_fen() - figure.historical_fen))
    }

    /// Of `overdue`: 往期, for periods that ended before the year of that day.
    async fn historical(&self, ctx: &Context<'_>) -> Result<Money> {
        Ok(Money::fen(self.figure(ctx).await?.historical_fen))
    }

    /// Of `open`: billed penalties 违约金. What was computed and not billed is in none of these sums; it is in `penalty` of
    /// the account.
    async fn penalty(&self, ctx: &Context<'_>) -> Result<Money> {
        Ok(Money::fen(self.figure(ctx).await?.penalty_fen()))
    }

    /// Unapplied credit 预存: money, and red letters, that settle nothing yet. In none of the other sums. Negative when
    /// more was given back than had come.
    async fn credit(&self, ctx: &Context<'_>) -> Result<Money> {
        Ok(Money::fen(self.figure(ctx).await?.credit_fen))
    }

    /// `open` less `credit`: the closing balance of a statement that ends on that day.
    async fn balance(&self, ctx: &Context<'_>) -> Result<Money> {
        let figure = self.figure(ctx).await?;
        Ok(Money::fen(figure.open_fen() - figure.credit_fen))
    }

    /// How many accounts have something overdue.
    async fn accounts_overdue(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(self.figure(ctx).await?.accounts)
    }

    /// Null when the figure is known. Otherwise what was owed on that day is not known, and the sums are what it was at
    /// most: money came on a day that nobody wrote down, and is entered later than that day.
    async fn not_known(&self, ctx: &Context<'_>) -> Result<Option<NotKnown>> {
        let unknown = self.figure(ctx).await?.unknown;
        Ok(unknown.map(|unknown| NotKnown {
            reason: NotKnownReason::PaidOnUnknownDay,
            amount: Money::fen(unknown.fen),
            known_from: Date(unknown.until),
        }))
    }
}

/// A bucket of the ageing 账龄段.
#[derive(SimpleObject)]
pub struct AgeingBucket {
    /// From so many days past due.
    from_days: i32,
    /// To so many days past due; null in the last one.
    to_days: Option<i32>,
    /// What is open.
    amount: Money,
    /// Of it: charges.
    principal: Money,
    /// Of it: billed penalties.
    penalty: Money,
}

/// Why a figure of a past day is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum NotKnownReason {
    /// The books say that it was paid, but not when.
    PaidOnUnknownDay,
}

/// What makes a figure of a past day uncertain.
#[derive(SimpleObject)]
pub struct NotKnown {
    /// Why.
    reason: NotKnownReason,
    /// How much may have been paid by that day already.
    amount: Money,
    /// From this day on it is known.
    known_from: Date,
}

/// A page of a statement, read.
pub struct Statement {
    whole: Whole,
    page: Page<(NaiveDate, u8, Uuid)>,
}

impl Statement {
    pub(super) fn new(whole: Whole, page: Page<(NaiveDate, u8, Uuid)>) -> Self {
        Self { whole, page }
    }

    /// The entries of the page, and whether more follow.
    fn shown(&self) -> (&[Line], bool) {
        let lines = &self.whole.lines;
        let start = self
            .page
            .after
            .as_ref()
            .map_or(0, |after| lines.partition_point(|line| line.place() <= *after));
        let rest = lines.get(start..).unwrap_or_default();
        (rest.get(..self.page.first).unwrap_or(rest), rest.len() > self.page.first)
    }
}

/// A statement of an account 对账单: its entries in the order of their days with a running balance. What was taken back as a
/// mistake is not in it; what bounced is, and again on the day of the bounce.
#[Object(name = "StatementConnection")]
impl Statement {
    /// Owed less credit at the end of the day before the first.
    async fn opening_balance(&self) -> Money {
        Money::fen(self.whole.opening_fen)
    }

    /// Owed less credit at the end of the last day: the opening balance and all entries, also those of other pages.
    async fn closing_balance(&self) -> Money {
        Money::fen(self.whole.closing_fen)
    }

    /// The entries with their cursors.
    async fn edges(&self) -> Vec<StatementEdge> {
        let edge = |line: &Line| StatementEdge {
            cursor: cursor(&line.place()),
            node: StatementEntry::from(line.clone()),
        };
        self.shown().0.iter().map(edge).collect()
    }

    /// Where the page stands.
    async fn page_info(&self) -> PageInfo {
        let (lines, more) = self.shown();
        PageInfo::of(lines.iter().map(|line| cursor(&line.place())), more)
    }
}

/// An entry with its cursor.
#[derive(SimpleObject)]
pub struct StatementEdge {
    /// The entry.
    node: StatementEntry,
    /// Give it as `after` to read on.
    cursor: String,
}

/// An entry of a statement.
#[derive(SimpleObject)]
pub struct StatementEntry {
    /// True from this day on.
    on: Date,
    /// What it is.
    kind: LineKind,
    /// Positive is owed more, negative is owed less.
    amount: Money,
    /// Owed less credit after it.
    balance: Money,
    /// Known from this moment on.
    recorded_at: Option<Instant>,
    /// Fee item of a charge, way of paying of a payment.
    item: Option<String>,
    /// Period of a charge, receipt number of a payment.
    reference: Option<String>,
}

impl From<Line> for StatementEntry {
    fn from(line: Line) -> Self {
        Self {
            on: Date(line.on),
            kind: line.kind,
            amount: Money::fen(line.amount_fen),
            balance: Money::fen(line.balance_fen),
            recorded_at: line.known_at.map(Instant),
            item: line.item,
            reference: line.reference,
        }
    }
}

/// What an account bears for paying late 违约金, computed from its contract up to the end of a day. From the day after the due
/// day on, and after free days, what was open at the end of the day before bears the daily rate. It is simple, rounded to
/// the fen once, at most the cap, and leaves out days of a hold if the contract says so.
#[derive(SimpleObject)]
pub struct Penalty {
    /// At the end of this day.
    as_of: Date,
    /// Computed since the beginning.
    accrued: Money,
    /// Of it: billed, and since then owed as a charge of its own.
    billed: Money,
    /// Of it: waived before it was billed.
    waived: Money,
    /// What could be billed.
    unbilled: Money,
    /// The same charge by charge; charges that bear nothing are left out.
    charges: Vec<ChargePenalty>,
}

/// What one charge bears for being late.
#[derive(SimpleObject)]
pub struct ChargePenalty {
    /// The charge.
    charge_id: Gid<ChargeId>,
    /// Millionths a day by its contract: 500 is 万分之五.
    daily_ppm: i64,
    /// Computed since the beginning.
    accrued: Money,
    /// Of it: billed.
    billed: Money,
    /// Of it: waived before it was billed.
    waived: Money,
    /// What could be billed.
    unbilled: Money,
}

impl Penalty {
    pub(super) fn new(borne: &[Borne], on: NaiveDate) -> Self {
        let sum = |of: fn(&Borne) -> i64| Money::fen(borne.iter().map(of).sum());
        let charge = |one: &Borne| ChargePenalty {
            charge_id: Gid(one.charge),
            daily_ppm: one.daily_ppm,
            accrued: Money::fen(one.accrued_fen),
            billed: Money::fen(one.billed_fen),
            waived: Money::fen(one.waived_fen),
            unbilled: Money::fen(one.unbilled_fen()),
        };
        Self {
            as_of: Date(on),
            accrued: sum(|one| one.accrued_fen),
            billed: sum(|one| one.billed_fen),
            waived: sum(|one| one.waived_fen),
            unbilled: sum(Borne::unbilled_fen),
            charges: borne.iter().map(charge).collect(),
        }
    }
}
