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
-- What is on the list at all. Only of these, a few of all the accounts, is the rest read.
desk AS MATERIALIZED (
  SELECT m.steward_id, m.account_id, m.given, k.id AS case_id, n.follow_up_id, n.source, n.revision, n.due_on, n.due_at,
         -- No join: for one PostgreSQL would read the open promises of the whole company.
         (SELECT p.due_on FROM promise_line p
          WHERE p.organization_id = $1 AND p.account_id = m.account_id AND p.state = 'PENDING') AS promised_on
  FROM mine m
  LEFT JOIN case_file k ON k.organization_id = $1 AND k.account_id = m.account_id AND k.kind = 'FEE' AND k.state = 'OPEN'
  LEFT JOIN next n ON n.steward_id = m.steward_id AND n.account_id = m.account_id
  -- Who owes nothing is here only for a step that somebody planned, not for looking at money that has come.
  WHERE k.id IS NOT NULL OR (n.due_on <= $2 AND n.source <> 'PROMISE')
),
owed AS MATERIALIZED (
  SELECT b.account_id, CAST(SUM(b.open_fen) AS BIGINT) AS overdue_fen, MIN(b.due_on) AS oldest_due_on
  FROM (SELECT DISTINCT account_id FROM desk) d
  JOIN charge_balance b ON b.organization_id = $1 AND b.account_id = d.account_id AND b.open_fen > 0 AND b.due_on < $2
  GROUP BY b.account_id
),
standing AS MATERIALIZED (
  SELECT d.*,
         -- A promise of today about which somebody was spoken to, or tried, today.
         CASE WHEN d.promised_on = $2 THEN EXISTS (
           SELECT 1 FROM promise_line p
           JOIN contact_account l ON l.organization_id = $1 AND l.account_id = p.account_id AND l.corrected_at IS NULL
           JOIN contact c ON c.organization_id = $1 AND c.id = l.contact_id
           WHERE p.organization_id = $1 AND p.account_id = d.account_id AND p.state = 'PENDING'
             AND c.occurred_at >= $3 AND c.occurred_at > p.occurred_at) ELSE FALSE END AS called,
         -- To be left alone.
         EXISTS (
           SELECT 1 FROM hold h WHERE h.organization_id = $1 AND h.account_id = d.account_id
             AND h.state = 'IN_FORCE' AND h.from_on <= $2 AND h.until_on >= $2) AS paused,
         -- The first holder decides whose account it is (rule 16): of those who still hold it, by the order of the books.
         -- An id that stands for a party since a merge or a second registration is that party.
         (SELECT COALESCE(al.party_id, h.party_id) FROM account_holder h
          LEFT JOIN party_alias al ON al.organization_id = $1 AND al.id = h.party_id
          WHERE h.organization_id = $1 AND h.account_id = d.account_id
          ORDER BY CASE WHEN h.to_on IS NULL OR h.to_on >= $2 THEN 0 ELSE 1 END, h.position, h.id LIMIT 1) AS party_id
  FROM desk d
),
reasons AS MATERIALIZED (
  SELECT s.steward_id, s.account_id, s.party_id, COALESCE(s.party_id, s.account_id) AS entry_id,
         COALESCE(o.overdue_fen, 0) AS overdue_fen, o.oldest_due_on,
         s.follow_up_id, s.due_on,
         CAST(CASE
           WHEN s.source = 'SIGHTING' AND s.due_on = $2 THEN 1
           -- A break is shown before its call is due, but not within a hold.
           WHEN s.source = 'BROKEN_PROMISE' AND (s.revision = 1 AND NOT s.paused OR s.due_on <= $2) THEN 2
           WHEN s.source IN ('ESCALATION', 'REFERRED') AND s.due_on <= $2 THEN 3
           WHEN s.promised_on = $2 AND s.case_id IS NOT NULL AND NOT s.called AND s.given = 0 THEN 4
           WHEN s.source = 'CALL_BACK' AND s.due_on <= $2 THEN 5
           WHEN s.promised_on < $2 AND s.case_id IS NOT NULL AND s.given = 0 THEN 12
           WHEN s.promised_on > $2 AND s.given = 0 AND (s.source IN ('PROMISE', 'OPENING', 'DEFAULT', 'OUTCOME', 'WAKE_UP')
                                   OR s.due_on > $2 OR s.due_on IS NULL) THEN 11
           WHEN s.called AND s.case_id IS NOT NULL
                AND (s.source IN ('PROMISE', 'OPENING', 'DEFAULT') OR s.due_on > $2 OR s.due_on IS NULL) THEN 9
           WHEN s.paused
                AND (s.source IN ('OPENING', 'DEFAULT') OR s.due_on > $2 OR s.due_on IS NULL) THEN 10
           WHEN s.source IN ('OPENING', 'DEFAULT') AND s.due_on <= $2 THEN 8
           WHEN s.due_on = $2 THEN 6
           WHEN s.due_on < $2 THEN 7
           WHEN s.source = 'OPENING' OR s.follow_up_id IS NULL THEN 8
           ELSE 13
         END AS BIGINT) AS reason,
         CAST(CASE WHEN s.source = 'CALL_BACK' AND s.due_on <= $2 THEN CAST(s.due_at AS TEXT) ELSE '' END AS TEXT) AS hour
  FROM standing s
  LEFT JOIN owed o ON o.account_id = s.account_id
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
