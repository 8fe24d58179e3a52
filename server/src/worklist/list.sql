-- Stewards' lists on one day: $1 company, $2 the local day, $3 the moment at which it began. Whose lists, and which units,
-- is put in where the marks are.
-- MATERIALIZED: without statistics PostgreSQL would fold these into the join and run them again for every row.
WITH mine AS MATERIALIZED (
  SELECT steward_id, account_id, MIN(given) AS given FROM (
    SELECT s.steward_id, a.id AS account_id, 0 AS given
    FROM unit_assignment s
    JOIN account a ON a.organization_id = s.organization_id AND a.unit_id = s.unit_id
    WHERE s.organization_id = $1 AND s.from_on <= $2 AND (s.to_on IS NULL OR s.to_on >= $2)
    --whose
    -- What somebody was given is theirs too, wherever they still reach it.
    UNION ALL
    SELECT g.assignee_id, g.account_id, 1
    FROM follow_up g
    WHERE g.organization_id = $1 AND g.state = 'OPEN' AND g.assignee_id IS NOT NULL
    --given
  ) AS either GROUP BY steward_id, account_id
),
-- The first holder decides whose account it is (rule 16): of those who still hold it, by the order of the books.
held AS MATERIALIZED (
  SELECT account_id, party_id FROM (
    SELECT h.account_id, COALESCE(al.party_id, h.party_id) AS party_id,
           ROW_NUMBER() OVER (PARTITION BY h.account_id ORDER BY
             CASE WHEN h.to_on IS NULL OR h.to_on >= $2 THEN 0 ELSE 1 END, h.position, h.id) AS nth
    FROM (SELECT DISTINCT account_id FROM mine) m
    JOIN account_holder h ON h.organization_id = $1 AND h.account_id = m.account_id
    -- An id that stands for a party since a merge or a second registration is that party.
    LEFT JOIN party_alias al ON al.organization_id = $1 AND al.id = h.party_id
  ) AS ranked WHERE nth = 1
),
owed AS MATERIALIZED (
  SELECT b.account_id, CAST(SUM(b.open_fen) AS BIGINT) AS overdue_fen, MIN(b.due_on) AS oldest_due_on
  FROM (SELECT DISTINCT account_id FROM mine) m
  JOIN charge_balance b ON b.organization_id = $1 AND b.account_id = m.account_id AND b.open_fen > 0 AND b.due_on < $2
  GROUP BY b.account_id
),
-- What counts as an account's next step: an owner who was just seen, a break that is due, then an agreed hour that is due, then the earliest.
next AS MATERIALIZED (
  SELECT steward_id, account_id, follow_up_id, source, revision, due_on, due_at FROM (
    SELECT m.steward_id, f.account_id, f.id AS follow_up_id, f.source, f.revision, f.due_on, f.due_at,
           ROW_NUMBER() OVER (PARTITION BY m.steward_id, f.account_id ORDER BY
             CASE WHEN f.source = 'SIGHTING' AND f.due_on = $2 THEN -1
                  WHEN f.source = 'BROKEN_PROMISE' AND (f.revision = 1 OR f.due_on <= $2) THEN 0
                  WHEN f.source = 'CALL_BACK' AND f.due_on <= $2 THEN 1
                  ELSE 2 END, f.due_at, f.id) AS nth
    FROM mine m
    JOIN follow_up f ON f.organization_id = $1 AND f.account_id = m.account_id AND f.state = 'OPEN'
     -- A step that was given to somebody is theirs, and nobody else's.
     AND (f.assignee_id = m.steward_id OR (f.assignee_id IS NULL AND m.given = 0))
  ) AS ranked WHERE nth = 1
),
promised AS MATERIALIZED (
  SELECT l.account_id, l.due_on, l.occurred_at
  FROM (SELECT DISTINCT account_id FROM mine) m
  JOIN promise_line l ON l.organization_id = $1 AND l.account_id = m.account_id AND l.state = 'PENDING'
),
-- Promises of today about which somebody was spoken to, or tried, today.
called AS MATERIALIZED (
  SELECT DISTINCT p.account_id
  FROM promised p
  JOIN contact_account l ON l.organization_id = $1 AND l.account_id = p.account_id AND l.corrected_at IS NULL
  JOIN contact c ON c.organization_id = $1 AND c.id = l.contact_id
  WHERE p.due_on = $2 AND c.occurred_at >= $3 AND c.occurred_at > p.occurred_at
),
-- Accounts that are to be left alone.
paused AS MATERIALIZED (
  SELECT DISTINCT h.account_id
  FROM mine m
  JOIN hold h ON h.organization_id = $1 AND h.account_id = m.account_id AND h.until_on >= $2
   AND h.from_on <= $2 AND h.state = 'IN_FORCE'
),
reasons AS MATERIALIZED (
  SELECT m.steward_id, m.account_id, h.party_id, COALESCE(h.party_id, m.account_id) AS entry_id,
         COALESCE(o.overdue_fen, 0) AS overdue_fen, o.oldest_due_on,
         n.follow_up_id, n.due_on,
         CAST(CASE
           WHEN n.source = 'SIGHTING' AND n.due_on = $2 THEN 1
           WHEN n.source = 'BROKEN_PROMISE' AND (n.revision = 1 OR n.due_on <= $2) THEN 2
           WHEN n.source IN ('ESCALATION', 'REFERRED') AND n.due_on <= $2 THEN 3
           WHEN p.due_on = $2 AND k.id IS NOT NULL AND d.account_id IS NULL AND m.given = 0 THEN 4
           WHEN n.source = 'CALL_BACK' AND n.due_on <= $2 THEN 5
           WHEN p.due_on < $2 AND k.id IS NOT NULL AND m.given = 0 THEN 12
           WHEN p.due_on > $2 AND m.given = 0 AND (n.source IN ('PROMISE', 'OPENING', 'DEFAULT', 'OUTCOME', 'WAKE_UP')
                                   OR n.due_on > $2 OR n.due_on IS NULL) THEN 11
           WHEN d.account_id IS NOT NULL AND k.id IS NOT NULL
                AND (n.source IN ('PROMISE', 'OPENING', 'DEFAULT') OR n.due_on > $2 OR n.due_on IS NULL) THEN 9
           WHEN x.account_id IS NOT NULL
                AND (n.source IN ('OPENING', 'DEFAULT') OR n.due_on > $2 OR n.due_on IS NULL) THEN 10
           WHEN n.source IN ('OPENING', 'DEFAULT') AND n.due_on <= $2 THEN 8
           WHEN n.due_on = $2 THEN 6
           WHEN n.due_on < $2 THEN 7
           WHEN n.source = 'OPENING' OR n.follow_up_id IS NULL THEN 8
           ELSE 13
         END AS BIGINT) AS reason,
         CAST(CASE WHEN n.source = 'CALL_BACK' AND n.due_on <= $2 THEN CAST(n.due_at AS TEXT) ELSE '' END AS TEXT) AS hour
  FROM mine m
  LEFT JOIN case_file k ON k.organization_id = $1 AND k.account_id = m.account_id AND k.kind = 'FEE' AND k.state = 'OPEN'
  LEFT JOIN held h ON h.account_id = m.account_id
  LEFT JOIN owed o ON o.account_id = m.account_id
  LEFT JOIN next n ON n.steward_id = m.steward_id AND n.account_id = m.account_id
  LEFT JOIN promised p ON p.account_id = m.account_id
  LEFT JOIN called d ON d.account_id = m.account_id
  LEFT JOIN paused x ON x.account_id = m.account_id
  -- Who owes nothing is here only for a step that somebody planned, not for looking at money that has come.
  WHERE k.id IS NOT NULL OR (n.due_on <= $2 AND n.source <> 'PROMISE')
),
-- One person, one conversation (rule 16): the most urgent account leads, and lends the entry its reason and hour.
ranked AS MATERIALIZED (
  SELECT r.*,
         ROW_NUMBER() OVER (PARTITION BY r.steward_id, r.entry_id
           ORDER BY r.reason, r.hour, r.overdue_fen DESC, r.oldest_due_on, r.account_id) AS nth,
         COUNT(*) OVER (PARTITION BY r.steward_id, r.entry_id) AS accounts,
         CAST(SUM(r.overdue_fen) OVER (PARTITION BY r.steward_id, r.entry_id) AS BIGINT) AS entry_fen,
         MIN(r.oldest_due_on) OVER (PARTITION BY r.steward_id, r.entry_id) AS entry_oldest_on,
         MIN(r.due_on) OVER (PARTITION BY r.steward_id, r.entry_id) AS entry_due_on
  FROM reasons r
),
entries AS (
  SELECT steward_id, entry_id, reason, hour, -entry_fen AS size, COALESCE(CAST(entry_oldest_on AS TEXT), '') AS oldest,
         accounts, entry_fen, entry_oldest_on, entry_due_on
  FROM ranked WHERE nth = 1
)
