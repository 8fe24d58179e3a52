-- A case handed up to somebody with the authority. At most one of a case is open; who it was with before stays on the timeline.
CREATE TABLE escalation (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  case_id {uuid} NOT NULL,
  from_id {uuid},
  to_id {uuid} NOT NULL,
  reason {text} NOT NULL,
  source_id {uuid},
  deadline_on {day} NOT NULL,
  missed {int} NOT NULL,
  state {text} NOT NULL,
  follow_up_id {uuid} NOT NULL,
  opened_at {moment} NOT NULL,
  decided_by {uuid},
  decided_at {moment},
  decided_note {text},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id),
  FOREIGN KEY (organization_id, case_id) REFERENCES case_file (organization_id, id),
  FOREIGN KEY (organization_id, to_id) REFERENCES membership (organization_id, id),
  FOREIGN KEY (organization_id, follow_up_id) REFERENCES follow_up (organization_id, id)
) {table};
CREATE UNIQUE INDEX escalation_one_open ON escalation (organization_id, case_id) WHERE state = 'OPEN';
CREATE INDEX escalation_overdue ON escalation (organization_id, deadline_on) WHERE state = 'OPEN';
CREATE INDEX escalation_of_person ON escalation (organization_id, to_id, opened_at);
CREATE INDEX escalation_by_account ON escalation (organization_id, account_id, opened_at);
