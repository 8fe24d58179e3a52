-- Goes on after "WITH reach AS (…)", the accounts. What they owed at the end of day $2, as known at moment $3; $4 to $8 are the
-- earliest due days of the buckets, $9 the year. Rows: bucket 0 is not due, 1 to 6 are past due, 7 counts accounts, 8 is credit,
-- 9 is money of an unknown day.
, debt AS (
  SELECT COALESCE(c.reverses_id, c.id) AS charge_id, c.account_id, c.due_on, c.kind, c.period, SUM(c.amount_fen) AS fen
  FROM reach r
  JOIN charge c ON c.organization_id = $1 AND c.account_id = r.id
  WHERE c.kind <> 'RED' AND c.effective_on <= $2 AND c.recorded_at <= $3
  GROUP BY COALESCE(c.reverses_id, c.id), c.account_id, c.due_on, c.kind, c.period
),
gone AS (
  SELECT charge_id, SUM(fen) AS fen FROM (
    SELECT m.charge_id, m.amount_fen AS fen FROM reach r
    JOIN allocation m ON m.organization_id = $1 AND m.account_id = r.id
    WHERE m.effective_on <= $2 AND m.recorded_at <= $3
    UNION ALL
    SELECT m.charge_id, m.amount_fen AS fen FROM reach r
    JOIN charge_reduction m ON m.organization_id = $1 AND m.account_id = r.id
    WHERE m.effective_on <= $2 AND m.recorded_at <= $3
  ) AS moved GROUP BY charge_id
),
open AS (
  SELECT d.account_id, d.due_on, d.kind, d.fen - COALESCE(g.fen, 0) AS fen,
         CASE WHEN d.due_on >= $2 THEN 0 WHEN d.due_on >= $4 THEN 1 WHEN d.due_on >= $5 THEN 2 WHEN d.due_on >= $6 THEN 3
              WHEN d.due_on >= $7 THEN 4 WHEN d.due_on >= $8 THEN 5 ELSE 6 END AS bucket,
         CASE WHEN length(d.period) > 8 THEN substr(d.period, 9, 4) ELSE substr(d.period, 1, 4) END AS year
  FROM debt d LEFT JOIN gone g ON g.charge_id = d.charge_id
),
counted AS (
  SELECT p.amount_fen, p.effective_on, p.day_unknown, p.reverses_id, p.id
  FROM reach r
  JOIN payment p ON p.organization_id = $1 AND p.account_id = r.id
  WHERE p.recorded_at <= $3
    AND (NOT p.provisional OR EXISTS (SELECT 1 FROM confirmation f WHERE f.organization_id = $1
         AND f.payment_id = COALESCE(p.reverses_id, p.id) AND f.recorded_at <= $3))
),
money AS (
  SELECT amount_fen AS fen FROM counted WHERE effective_on <= $2
  UNION ALL
  SELECT -c.amount_fen FROM reach r JOIN charge c ON c.organization_id = $1 AND c.account_id = r.id
  WHERE c.kind = 'RED' AND c.effective_on <= $2 AND c.recorded_at <= $3
  UNION ALL
  SELECT -m.amount_fen FROM reach r JOIN allocation m ON m.organization_id = $1 AND m.account_id = r.id
  WHERE m.effective_on <= $2 AND m.recorded_at <= $3
  UNION ALL
  SELECT -m.amount_fen FROM reach r JOIN charge_reduction m ON m.organization_id = $1 AND m.account_id = r.id
  WHERE m.red_charge_id IS NOT NULL AND m.effective_on <= $2 AND m.recorded_at <= $3
)
SELECT CAST(bucket AS BIGINT) AS bucket, kind, CAST(CASE WHEN year < $9 THEN 1 ELSE 0 END AS BIGINT) AS historical,
       CAST(SUM(fen) AS BIGINT) AS fen, MIN(due_on) AS day
FROM open WHERE fen <> 0 GROUP BY bucket, kind, CASE WHEN year < $9 THEN 1 ELSE 0 END
UNION ALL
SELECT 7, '', 0, CAST(COUNT(DISTINCT account_id) AS BIGINT), MIN(due_on) FROM open WHERE fen <> 0 AND bucket > 0
UNION ALL
SELECT 8, '', 0, CAST(COALESCE(SUM(fen), 0) AS BIGINT), NULL FROM money
UNION ALL
SELECT 9, '', 0, CAST(COALESCE(SUM(c.amount_fen), 0) AS BIGINT), MAX(c.effective_on) FROM counted c
WHERE c.day_unknown AND c.effective_on > $2 AND c.reverses_id IS NULL AND c.amount_fen > 0
  AND NOT EXISTS (SELECT 1 FROM counted b WHERE b.reverses_id = c.id AND b.effective_on <= c.effective_on)
