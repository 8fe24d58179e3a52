-- Who entered it; why it was taken back (MISTAKE, BOUNCE, MOVE) and in which words; the payment of another account that it
-- was before it was moved here.
ALTER TABLE payment ADD COLUMN recorded_by {uuid};
ALTER TABLE payment ADD COLUMN cause {text};
ALTER TABLE payment ADD COLUMN reason {text};
ALTER TABLE payment ADD COLUMN moved_from_id {uuid};
CREATE INDEX payment_by_receipt ON payment (organization_id, receipt) WHERE receipt IS NOT NULL;
CREATE INDEX payment_provisional ON payment (organization_id, account_id) WHERE provisional;

-- What the payer named, in their order, where it is more than one thing. Item, period or both.
CREATE TABLE payment_designation (
  organization_id {uuid} NOT NULL,
  payment_id {uuid} NOT NULL,
  position {int} NOT NULL,
  fee_item {text},
  period {text},
  PRIMARY KEY (organization_id, payment_id, position),
  FOREIGN KEY (organization_id, payment_id) REFERENCES payment (organization_id, id)
) {table};

-- Finance has seen the money of a provisional payment: from then on it counts.
CREATE TABLE confirmation (
  organization_id {uuid} NOT NULL,
  payment_id {uuid} NOT NULL,
  confirmed_by {uuid} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, payment_id),
  FOREIGN KEY (organization_id, payment_id) REFERENCES payment (organization_id, id)
) {table};
