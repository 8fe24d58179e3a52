-- One attempt to move things: a call, a visit, a message, a letter.
CREATE TABLE contact (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  party_id {uuid},
  contact_point_id {uuid},
  channel {text} NOT NULL,
  direction {text} NOT NULL,
  disposition {text} NOT NULL,
  note {text},
  duration_seconds {int},
  actor_id {uuid} NOT NULL,
  occurred_at {moment} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id),
  FOREIGN KEY (organization_id, contact_point_id) REFERENCES contact_point (organization_id, id)
) {table};

CREATE TABLE contact_account (
  organization_id {uuid} NOT NULL,
  contact_id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  case_id {uuid},
  PRIMARY KEY (organization_id, contact_id, account_id),
  FOREIGN KEY (organization_id, contact_id) REFERENCES contact (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id)
) {table};
CREATE INDEX contact_account_by_account ON contact_account (organization_id, account_id);
