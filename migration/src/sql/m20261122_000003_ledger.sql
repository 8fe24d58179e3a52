-- Insert only. A reversal is a row of its own that points at what it reverses and carries the opposite sign; the corrected
-- entry points at the one whose place it takes.
CREATE TABLE charge (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  fee_item {text} NOT NULL,
  period {text} NOT NULL,
  due_on {day} NOT NULL,
  amount_fen {int} NOT NULL,
  effective_on {day} NOT NULL,
  recorded_at {moment} NOT NULL,
  reverses_id {uuid},
  replaces_id {uuid},
  import_id {uuid},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id),
  FOREIGN KEY (organization_id, reverses_id) REFERENCES charge (organization_id, id)
) {table};
CREATE INDEX charge_by_account ON charge (organization_id, account_id, due_on);
CREATE UNIQUE INDEX charge_reversed_once ON charge (organization_id, reverses_id) WHERE reverses_id IS NOT NULL;

CREATE TABLE payment (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  amount_fen {int} NOT NULL,
  method {text},
  receipt {text},
  designated_period {text},
  designated_item {text},
  provisional {bool} NOT NULL,
  day_unknown {bool} NOT NULL,
  effective_on {day} NOT NULL,
  recorded_at {moment} NOT NULL,
  reverses_id {uuid},
  replaces_id {uuid},
  import_id {uuid},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id),
  FOREIGN KEY (organization_id, reverses_id) REFERENCES payment (organization_id, id)
) {table};
CREATE INDEX payment_by_account ON payment (organization_id, account_id, effective_on);
CREATE UNIQUE INDEX payment_reversed_once ON payment (organization_id, reverses_id) WHERE reverses_id IS NOT NULL;

-- How much of a payment went to a charge; what no longer holds is taken back by a row of the opposite sign.
CREATE TABLE allocation (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  payment_id {uuid} NOT NULL,
  charge_id {uuid} NOT NULL,
  amount_fen {int} NOT NULL,
  effective_on {day} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, payment_id) REFERENCES payment (organization_id, id),
  FOREIGN KEY (organization_id, charge_id) REFERENCES charge (organization_id, id)
) {table};
CREATE INDEX allocation_by_account ON allocation (organization_id, account_id);

-- A cache, proven equal to the entries in a test: what of a charge is still open. Settled charges keep their row at 0.
CREATE TABLE charge_balance (
  organization_id {uuid} NOT NULL,
  charge_id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  due_on {day} NOT NULL,
  open_fen {int} NOT NULL,
  PRIMARY KEY (organization_id, charge_id),
  FOREIGN KEY (organization_id, charge_id) REFERENCES charge (organization_id, id)
) {table};
CREATE INDEX charge_balance_open ON charge_balance (organization_id, account_id, due_on, open_fen) WHERE open_fen > 0;
CREATE INDEX charge_balance_by_account ON charge_balance (organization_id, account_id);

-- Payments of a community are known up to known_to, said a person. Append-only: the highest sequence holds.
CREATE TABLE watermark (
  organization_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  sequence {int} NOT NULL,
  known_to {day} NOT NULL,
  reason {text},
  set_by {uuid},
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, community_id, sequence),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id)
) {table};

CREATE TABLE import_run (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  file_name {text} NOT NULL,
  file_print {text} NOT NULL,
  summary {json} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id)
) {table};

-- What a row of the office's books became: entry_id is the current entry, print the content it was made from.
CREATE TABLE source_key (
  organization_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  kind {text} NOT NULL,
  key {text} NOT NULL,
  entry_id {uuid} NOT NULL,
  print {text} NOT NULL,
  import_id {uuid} NOT NULL,
  PRIMARY KEY (organization_id, community_id, kind, key),
  FOREIGN KEY (organization_id, import_id) REFERENCES import_run (organization_id, id)
) {table};
