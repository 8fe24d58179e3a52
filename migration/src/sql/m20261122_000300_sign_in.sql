-- The tokens of a sign-in, each for its time; only prints are kept. A refresh token that was used keeps its salt for a minute:
-- with it whoever shows the token again is given the same successor.
CREATE TABLE session_token (
  token_hash {text} PRIMARY KEY,
  session_id {uuid} NOT NULL REFERENCES session (id),
  kind {text} NOT NULL,
  created_at {moment} NOT NULL,
  expires_at {moment} NOT NULL,
  used_at {moment},
  salt {text}
) {table};
CREATE INDEX session_token_by_session ON session_token (session_id);
CREATE INDEX session_token_by_age ON session_token (expires_at);
CREATE INDEX session_token_salted ON session_token (used_at) WHERE salt IS NOT NULL;
INSERT INTO session_token (token_hash, session_id, kind, created_at, expires_at)
  SELECT token_hash, id, 'ACCESS', created_at, expires_at FROM session;

ALTER TABLE session ADD COLUMN device {text};
ALTER TABLE session ADD COLUMN last_used_at {moment};
CREATE INDEX session_by_membership ON session (organization_id, membership_id);
CREATE INDEX session_by_age ON session (expires_at);

-- A password is good in one company only: whoever sets it anew there opens no other. The code lets somebody in who has none,
-- once. The version rises with every change of what the person may do.
ALTER TABLE membership ADD COLUMN password_hash {text};
ALTER TABLE membership ADD COLUMN entry_code_hash {text};
ALTER TABLE membership ADD COLUMN entry_code_until {moment};
ALTER TABLE membership ADD COLUMN version {int} NOT NULL DEFAULT 1;
UPDATE membership SET password_hash = (SELECT u.password_hash FROM app_user u WHERE u.id = membership.user_id);
CREATE UNIQUE INDEX membership_by_entry_code ON membership (entry_code_hash) WHERE entry_code_hash IS NOT NULL;
