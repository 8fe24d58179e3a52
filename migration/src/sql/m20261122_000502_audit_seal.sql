-- The chain over the audit log. An entry is inserted without; a sealer gives it its place and a hash over itself and the hash
-- before it. audit_head says how long the chain is, so that a cut at its end shows.
ALTER TABLE audit_entry ADD COLUMN seal_position {int};
ALTER TABLE audit_entry ADD COLUMN seal_hash {text};
CREATE UNIQUE INDEX audit_entry_sealed ON audit_entry (organization_id, seal_position) WHERE seal_position IS NOT NULL;
CREATE INDEX audit_entry_unsealed ON audit_entry (organization_id, recorded_at, id) WHERE seal_position IS NULL;
CREATE INDEX audit_entry_by_time ON audit_entry (organization_id, recorded_at, id);

CREATE TABLE audit_head (
  organization_id {uuid} NOT NULL REFERENCES organization (id),
  seal_position {int} NOT NULL,
  seal_hash {text} NOT NULL,
  PRIMARY KEY (organization_id)
) {table};

-- How often somebody did a thing that may be done only so often a day.
CREATE TABLE daily_count (
  organization_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  day {day} NOT NULL,
  what {text} NOT NULL,
  times {int} NOT NULL,
  PRIMARY KEY (organization_id, person_id, day, what),
  FOREIGN KEY (organization_id, person_id) REFERENCES membership (organization_id, id)
) {table};
