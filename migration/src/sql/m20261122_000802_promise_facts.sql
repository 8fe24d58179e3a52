-- How it came to us, and what else is known: the evidence of an agreement that restarts the limitation period.
ALTER TABLE promise ADD COLUMN given_how {text};
ALTER TABLE promise ADD COLUMN note {text};
-- Why a line was cancelled, when, by whom; superseded_by_id is the line that took its place.
ALTER TABLE promise_line ADD COLUMN ended_why {text};
ALTER TABLE promise_line ADD COLUMN ended_at {moment};
ALTER TABLE promise_line ADD COLUMN ended_by {uuid};
ALTER TABLE promise_line ADD COLUMN ended_note {text};
ALTER TABLE promise_line ADD COLUMN superseded_by_id {uuid};

-- The charges that a line names; a line without any is for whatever the account owes.
CREATE TABLE promise_charge (
  organization_id {uuid} NOT NULL,
  promise_line_id {uuid} NOT NULL,
  charge_id {uuid} NOT NULL,
  PRIMARY KEY (organization_id, promise_line_id, charge_id),
  FOREIGN KEY (organization_id, promise_line_id) REFERENCES promise_line (organization_id, id),
  FOREIGN KEY (organization_id, charge_id) REFERENCES charge (organization_id, id)
) {table};

-- What a contact promised is looked for when it is corrected.
CREATE INDEX promise_by_contact ON promise (organization_id, contact_id) WHERE contact_id IS NOT NULL;
