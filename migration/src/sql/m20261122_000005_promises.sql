-- Who promised, how they will pay, how it came to us.
CREATE TABLE promise (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  party_id {uuid},
  contact_id {uuid},
  way {text} NOT NULL,
  recorded_by {uuid} NOT NULL,
  occurred_at {moment} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id)
) {table};

-- One line per account, judged by itself. At most one line of an account is pending.
CREATE TABLE promise_line (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  promise_id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  amount_fen {int} NOT NULL,
  due_on {day} NOT NULL,
  grace_until {day} NOT NULL,
  state {text} NOT NULL,
  received_fen {int},
  judged_at {moment},
  occurred_at {moment} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, promise_id) REFERENCES promise (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id)
) {table};
CREATE UNIQUE INDEX promise_line_one_pending ON promise_line (organization_id, account_id) WHERE state = 'PENDING';
CREATE INDEX promise_line_by_account ON promise_line (organization_id, account_id, occurred_at);
CREATE INDEX promise_line_to_judge ON promise_line (organization_id, grace_until) WHERE state = 'PENDING';
