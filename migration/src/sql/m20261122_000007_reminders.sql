-- The last number given to a recipient. Updated in the transaction that inserts the reminder, so numbers commit in order.
CREATE TABLE recipient_sequence (
  organization_id {uuid} NOT NULL,
  recipient_id {uuid} NOT NULL,
  last {int} NOT NULL,
  PRIMARY KEY (organization_id, recipient_id)
) {table};

CREATE TABLE reminder (
  organization_id {uuid} NOT NULL,
  recipient_id {uuid} NOT NULL,
  sequence {int} NOT NULL,
  id {uuid} NOT NULL,
  follow_up_id {uuid} NOT NULL,
  revision {int} NOT NULL,
  account_id {uuid} NOT NULL,
  due_at {moment} NOT NULL,
  created_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, recipient_id, sequence),
  UNIQUE (organization_id, id),
  UNIQUE (organization_id, follow_up_id, revision, recipient_id),
  FOREIGN KEY (organization_id, recipient_id) REFERENCES membership (organization_id, id),
  FOREIGN KEY (organization_id, follow_up_id) REFERENCES follow_up (organization_id, id)
) {table};
