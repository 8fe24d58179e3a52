//! SQL of the tickler box: open follow-ups by the day on which they are due.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::{given, whose};
use crate::{
    kernel::{
        ids::{AccountId, FollowUpId},
        sql::Sql,
    },
    worklist::filter::Scope,
};

/// Cards that lie together.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Pile {
    /// The day under which they lie: what was due before today lies under today.
    pub lies_on: NaiveDate,
    /// Whether somebody counts on them today: a promise to look at or to ask about, an agreed hour.
    pub urgent: bool,
    /// How many.
    pub cards: i64,
    /// How many of them were due before today.
    pub carried: i64,
}

/// A card: an open follow-up.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Card {
    /// The follow-up.
    pub follow_up_id: FollowUpId,
    /// Whose.
    pub account_id: AccountId,
    /// The day under which it lies.
    pub lies_on: NaiveDate,
    /// Whether somebody counts on it today.
    pub urgent: bool,
    /// When it was due.
    pub due_on: NaiveDate,
}

/// What a card is made of, up to where its steps come from.
const CARD: &str = "SELECT f.id AS follow_up_id, f.account_id, f.due_on, f.due_at, \
     CASE WHEN f.due_on < $2 THEN $2 ELSE f.due_on END AS lies_on, \
     (f.due_on <= $2 AND f.source IN ('SIGHTING', 'BROKEN_PROMISE', 'ESCALATION', 'REFERRED', 'PROMISE', 'CALL_BACK')) \
     AS urgent FROM ";

/// Every card of one steward: the steps of their units that were not given to somebody else, and those they were given.
/// A look at promised money is none while nothing is owed.
fn cards(scope: &Scope) -> Sql {
    let whom = std::slice::from_ref(&scope.steward);
    let values = [scope.organization.into(), scope.today.into()];
    let theirs = Sql::new("WITH cards AS MATERIALIZED (", values).push(CARD).push(
        "unit_assignment s \
         JOIN account a ON a.organization_id = s.organization_id AND a.unit_id = s.unit_id \
         JOIN follow_up f ON f.organization_id = $1 AND f.account_id = a.id AND f.state = 'OPEN' AND f.assignee_id IS NULL \
         LEFT JOIN case_file k ON k.organization_id = $1 AND k.account_id = a.id AND k.kind = 'FEE' AND k.state = 'OPEN' \
         WHERE s.organization_id = $1 AND s.from_on <= $2 AND (s.to_on IS NULL OR s.to_on >= $2) \
         AND (f.source <> 'PROMISE' OR k.id IS NOT NULL)",
    );
    let both = whose(theirs, scope, whom).push(" UNION ALL ").push(CARD).push(
        "follow_up g JOIN follow_up f ON f.organization_id = g.organization_id AND f.id = g.id \
         WHERE g.organization_id = $1 AND g.state = 'OPEN'",
    );
    given(both, scope, whom).push(") ")
}

/// How many cards lie where.
pub(in crate::worklist) async fn piles(
    conn: &impl ConnectionTrait,
    scope: &Scope,
) -> Result<Vec<Pile>, DbErr> {
    let text = "SELECT lies_on, urgent, COUNT(*) AS cards, \
         CAST(SUM(CASE WHEN due_on < $2 THEN 1 ELSE 0 END) AS BIGINT) AS carried \
         FROM cards GROUP BY lies_on, urgent ORDER BY lies_on, urgent";
    cards(scope).push(text).all(conn).await
}

/// The first `each` cards of the urgent slot and of each of these days, the earliest first.
pub(in crate::worklist) async fn first_cards(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (on, each): (&[NaiveDate], i64),
) -> Result<Vec<Card>, DbErr> {
    let list = cards(scope).push(
        "SELECT follow_up_id, account_id, lies_on, urgent, due_on, due_at FROM ( \
         SELECT c.*, ROW_NUMBER() OVER (PARTITION BY CASE WHEN urgent THEN NULL ELSE lies_on END \
         ORDER BY due_at, follow_up_id) AS nth FROM cards c WHERE urgent OR lies_on IN ",
    );
    list.list(on.iter().copied())
        .push(") AS ranked WHERE nth <= ")
        .bind(each)
        .push(" ORDER BY due_at, follow_up_id")
        .all(conn)
        .await
}
