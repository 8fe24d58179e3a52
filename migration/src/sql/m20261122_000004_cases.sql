-- A case is something that somebody owes somebody. kind says what; the steward follows from the unit's assignment.
-- account_id is what a fee case is about; kinds to come may be about something else.
CREATE TABLE case_file (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  account_id {uuid},
  state {text} NOT NULL,
  opened_at {moment} NOT NULL,
  closed_at {moment},
  version {int} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id)
) {table};
CREATE UNIQUE INDEX case_file_one_open_fee ON case_file (organization_id, account_id) WHERE kind = 'FEE' AND state = 'OPEN';
CREATE INDEX case_file_by_account ON case_file (organization_id, account_id, opened_at);

-- The next date on which we act. revision rises with each new date; a reminder is unique by (id, revision, recipient).
CREATE TABLE follow_up (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid},
  case_id {uuid},
  purpose {text} NOT NULL,
  source {text} NOT NULL,
  source_id {uuid},
  note {text},
  due_on {day} NOT NULL,
  due_at {moment} NOT NULL,
  reminds {bool} NOT NULL,
  revision {int} NOT NULL,
  reminded_revision {int} NOT NULL,
  state {text} NOT NULL,
  closed_at {moment},
  closed_by_id {uuid},
  created_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id),
  FOREIGN KEY (organization_id, case_id) REFERENCES case_file (organization_id, id)
) {table};
CREATE INDEX follow_up_to_remind ON follow_up (organization_id, due_at)
  WHERE state = 'OPEN' AND reminds AND reminded_revision < revision;
CREATE INDEX follow_up_open ON follow_up (organization_id, account_id, due_at) WHERE state = 'OPEN';

-- What happened, for people. Never edited.
CREATE TABLE timeline_entry (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid},
  case_id {uuid},
  kind {text} NOT NULL,
  subject_id {uuid},
  facts {json} NOT NULL,
  actor_id {uuid},
  occurred_at {moment} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id)
) {table};
CREATE INDEX timeline_entry_by_account ON timeline_entry (organization_id, account_id, recorded_at, id);
