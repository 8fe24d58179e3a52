-- Whom a community may look out for: $1 company, $2 community, $3 the local day. Whom of them is put in where the mark is.
-- MATERIALIZED: without statistics PostgreSQL would fold these into the join and run them again for every row.
WITH consented AS MATERIALIZED (
  -- An id that stands for a party since a merge or a second registration is that party.
  SELECT DISTINCT COALESCE(e.party_id, s.party_id) AS party_id
  FROM sighting_consent s
  LEFT JOIN party_alias e ON e.organization_id = s.organization_id AND e.id = s.party_id
  WHERE s.organization_id = $1 AND s.community_id = $2 AND s.withdrawn_at IS NULL
  --whom
),
same AS MATERIALIZED (
  SELECT c1.party_id, c1.party_id AS id FROM consented c1
  UNION
  SELECT c2.party_id, e.id FROM consented c2 JOIN party_alias e ON e.organization_id = $1 AND e.party_id = c2.party_id
),
held AS MATERIALIZED (
  SELECT DISTINCT c3.party_id, h.account_id
  FROM same c3
  JOIN account_holder h ON h.organization_id = $1 AND h.party_id = c3.id
  WHERE (h.from_on IS NULL OR h.from_on <= $3) AND (h.to_on IS NULL OR h.to_on >= $3)
),
-- Who is not to be approached now, for whichever flat: on hold, or not to be called.
quiet AS MATERIALIZED (
  SELECT c4.party_id
  FROM held c4
  JOIN hold o ON o.organization_id = $1 AND o.account_id = c4.account_id AND o.state = 'IN_FORCE'
   AND o.from_on <= $3 AND o.until_on >= $3
  UNION
  SELECT c5.party_id
  FROM same c5
  JOIN contact_point n ON n.organization_id = $1 AND n.party_id = c5.id AND n.status = 'DO_NOT_CALL'
),
due AS MATERIALIZED (
  SELECT c6.party_id, c6.account_id
  FROM held c6
  JOIN account a ON a.organization_id = $1 AND a.id = c6.account_id
  JOIN unit u ON u.organization_id = $1 AND u.id = a.unit_id AND u.community_id = $2
  JOIN case_file k ON k.organization_id = $1 AND k.account_id = c6.account_id AND k.kind = 'FEE' AND k.state = 'OPEN'
  JOIN party p ON p.organization_id = $1 AND p.id = c6.party_id AND p.kind = 'PERSON'
  -- While a promise is open there is no dunning (rule 6).
  WHERE NOT EXISTS (SELECT 1 FROM promise_line l WHERE l.organization_id = $1 AND l.account_id = c6.account_id
                    AND l.state = 'PENDING')
    AND NOT EXISTS (SELECT 1 FROM quiet c7 WHERE c7.party_id = c6.party_id)
)
