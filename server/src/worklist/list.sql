-- MATERIALIZED: without statistics PostgreSQL would fold these into the join and run them again for every row.
WITH mine AS MATERIALIZED (
  SELECT a.id AS account_id
  FROM unit_assignment s
  JOIN account a ON a.organization_id = s.organization_id AND a.unit_id = s.unit_id
  WHERE s.organization_id = $1 AND s.steward_id = $2 AND s.from_on <= $3 AND (s.to_on IS NULL OR s.to_on >= $3)
),
owed AS MATERIALIZED (
  SELECT b.account_id, CAST(SUM(b.open_fen) AS BIGINT) AS overdue_fen, MIN(b.due_on) AS oldest_due_on
  FROM mine m
  JOIN charge_balance b ON b.organization_id = $1 AND b.account_id = m.account_id AND b.open_fen > 0 AND b.due_on < $3
  GROUP BY b.account_id
),
-- What counts as an account's next step: a break that is due, then an agreed hour that is due, then the earliest.
next AS MATERIALIZED (
  SELECT account_id, follow_up_id, source, revision, due_on, due_at FROM (
    SELECT f.account_id, f.id AS follow_up_id, f.source, f.revision, f.due_on, f.due_at,
           ROW_NUMBER() OVER (PARTITION BY f.account_id ORDER BY
             CASE WHEN f.source = 'BROKEN_PROMISE' AND (f.revision = 1 OR f.due_on <= $3) THEN 0
                  WHEN f.source = 'CALL_BACK' AND f.due_on <= $3 THEN 1
                  ELSE 2 END, f.due_at, f.id) AS nth
    FROM mine m
    JOIN follow_up f ON f.organization_id = $1 AND f.account_id = m.account_id AND f.state = 'OPEN'
  ) AS ranked WHERE nth = 1
),
promised AS MATERIALIZED (
  SELECT l.account_id, l.due_on
  FROM mine m
  JOIN promise_line l ON l.organization_id = $1 AND l.account_id = m.account_id AND l.state = 'PENDING'
),
entries AS (
  SELECT m.account_id,
         COALESCE(o.overdue_fen, 0) AS overdue_fen, o.oldest_due_on,
         n.follow_up_id,
         CAST(CASE
           WHEN n.source = 'BROKEN_PROMISE' AND (n.revision = 1 OR n.due_on <= $3) THEN 1
           WHEN p.due_on = $3 AND k.id IS NOT NULL THEN 2
           WHEN n.source = 'CALL_BACK' AND n.due_on <= $3 THEN 3
           WHEN p.due_on < $3 AND k.id IS NOT NULL THEN 8
           WHEN p.due_on > $3 AND (n.source IN ('PROMISE', 'OPENING', 'DEFAULT', 'OUTCOME')
                                   OR n.due_on > $3 OR n.due_on IS NULL) THEN 7
           WHEN n.source IN ('OPENING', 'DEFAULT') AND n.due_on <= $3 THEN 6
           WHEN n.due_on = $3 THEN 4
           WHEN n.due_on < $3 THEN 5
           WHEN n.source = 'OPENING' OR n.follow_up_id IS NULL THEN 6
           ELSE 9
         END AS BIGINT) AS reason,
         CAST(CASE WHEN n.source = 'CALL_BACK' AND n.due_on <= $3 THEN CAST(n.due_at AS TEXT) ELSE '' END AS TEXT) AS hour,
         -COALESCE(o.overdue_fen, 0) AS size,
         COALESCE(CAST(o.oldest_due_on AS TEXT), '') AS oldest
  FROM mine m
  LEFT JOIN case_file k ON k.organization_id = $1 AND k.account_id = m.account_id AND k.kind = 'FEE' AND k.state = 'OPEN'
  LEFT JOIN owed o ON o.account_id = m.account_id
  LEFT JOIN next n ON n.account_id = m.account_id
  LEFT JOIN promised p ON p.account_id = m.account_id
  -- Who owes nothing is here only for a step that somebody planned, not for looking at money that has come.
  WHERE k.id IS NOT NULL OR (n.due_on <= $3 AND n.source <> 'PROMISE')
)
SELECT * FROM entries
