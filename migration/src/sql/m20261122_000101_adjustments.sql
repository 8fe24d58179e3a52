-- FEE, PENALTY (billed for being late) or RED (a red letter, which takes from other charges).
ALTER TABLE charge ADD COLUMN kind {text} NOT NULL DEFAULT 'FEE';

-- What changes a debt without money: insert only, signed (+ is owed more, - is owed less). A reversal is a row of its own that
-- points at what it reverses, on the same day: a mistake was never true. billed_charge_id is the charge that a billed penalty
-- became.
CREATE TABLE adjustment (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  kind {text} NOT NULL,
  charge_id {uuid} NOT NULL,
  billed_charge_id {uuid},
  amount_fen {int} NOT NULL,
  effective_on {day} NOT NULL,
  reason {text},
  recorded_by {uuid},
  recorded_at {moment} NOT NULL,
  reverses_id {uuid},
  import_id {uuid},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id),
  FOREIGN KEY (organization_id, charge_id) REFERENCES charge (organization_id, id),
  FOREIGN KEY (organization_id, billed_charge_id) REFERENCES charge (organization_id, id),
  FOREIGN KEY (organization_id, reverses_id) REFERENCES adjustment (organization_id, id)
) {table};
CREATE INDEX adjustment_by_account ON adjustment (organization_id, account_id);
CREATE INDEX adjustment_by_charge ON adjustment (organization_id, charge_id);
CREATE UNIQUE INDEX adjustment_reversed_once ON adjustment (organization_id, reverses_id) WHERE reverses_id IS NOT NULL;

-- How much a red letter or an adjustment took from a charge, as allocation says it of payments; one of the two is set.
CREATE TABLE charge_reduction (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  charge_id {uuid} NOT NULL,
  red_charge_id {uuid},
  adjustment_id {uuid},
  amount_fen {int} NOT NULL,
  effective_on {day} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, charge_id) REFERENCES charge (organization_id, id),
  FOREIGN KEY (organization_id, red_charge_id) REFERENCES charge (organization_id, id),
  FOREIGN KEY (organization_id, adjustment_id) REFERENCES adjustment (organization_id, id)
) {table};
CREATE INDEX charge_reduction_by_account ON charge_reduction (organization_id, account_id);
