-- A run goes through states, is worked on by one process at a time, and is applied chunk by chunk.
ALTER TABLE import_run ADD COLUMN state {text} NOT NULL DEFAULT 'DONE';
-- Whether it is applied as soon as it is ready, or waits for a person's word.
ALTER TABLE import_run ADD COLUMN applies {bool} NOT NULL DEFAULT {true};
ALTER TABLE import_run ADD COLUMN known_to {day};
ALTER TABLE import_run ADD COLUMN proposed_known_to {day};
ALTER TABLE import_run ADD COLUMN asked_by {uuid};
-- Order of the runs of a community that changed the books; a plan made before another one's turn is made again.
ALTER TABLE import_run ADD COLUMN turn {int} NOT NULL DEFAULT 0;
ALTER TABLE import_run ADD COLUMN planned_after {int} NOT NULL DEFAULT 0;
ALTER TABLE import_run ADD COLUMN chunks {int} NOT NULL DEFAULT 0;
ALTER TABLE import_run ADD COLUMN chunks_done {int} NOT NULL DEFAULT 0;
-- Who works on it, and until when others leave it alone (security clock).
ALTER TABLE import_run ADD COLUMN lease_owner {uuid};
ALTER TABLE import_run ADD COLUMN lease_until {moment};
ALTER TABLE import_run ADD COLUMN finished_at {moment};
CREATE INDEX import_run_to_do ON import_run (organization_id, community_id, id) WHERE state IN ('READING', 'APPLYING', 'TAKING_BACK');
CREATE INDEX import_run_by_community ON import_run (organization_id, community_id, id);

-- The files of a run as they came, in parts of a megabyte.
CREATE TABLE import_file (
  organization_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  ordinal {int} NOT NULL,
  name {text} NOT NULL,
  size {int} NOT NULL,
  PRIMARY KEY (organization_id, import_id, ordinal),
  FOREIGN KEY (organization_id, import_id) REFERENCES import_run (organization_id, id)
) {table};
CREATE TABLE import_part (
  organization_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  ordinal {int} NOT NULL,
  part {int} NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (organization_id, import_id, ordinal, part),
  FOREIGN KEY (organization_id, import_id, ordinal) REFERENCES import_file (organization_id, import_id, ordinal)
) {table};

-- What stands in the files of a run that cannot be taken as it stands.
CREATE TABLE import_problem (
  organization_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  ordinal {int} NOT NULL,
  file {int} NOT NULL,
  sheet {text} NOT NULL,
  row_number {int} NOT NULL,
  column_name {text},
  value {text} NOT NULL,
  severity {text} NOT NULL,
  code {text} NOT NULL,
  zh {text} NOT NULL,
  en {text} NOT NULL,
  PRIMARY KEY (organization_id, import_id, ordinal),
  FOREIGN KEY (organization_id, import_id) REFERENCES import_run (organization_id, id)
) {table};

-- What a person has said once about headings, for files that have the same.
CREATE TABLE import_mapping (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  name {text} NOT NULL,
  headings {json} NOT NULL,
  saved_by {uuid},
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, community_id, name),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id)
) {table};

-- The unit that a row of the books speaks of: its keys are found by it.
ALTER TABLE source_key ADD COLUMN unit_id {uuid};
UPDATE source_key SET unit_id = entry_id WHERE kind = 'UNIT';
UPDATE source_key SET unit_id = (SELECT a.unit_id FROM charge c
    JOIN account a ON a.organization_id = c.organization_id AND a.id = c.account_id
    WHERE c.organization_id = source_key.organization_id AND c.id = source_key.entry_id) WHERE kind = 'CHARGE';
UPDATE source_key SET unit_id = (SELECT a.unit_id FROM payment p
    JOIN account a ON a.organization_id = p.organization_id AND a.id = p.account_id
    WHERE p.organization_id = source_key.organization_id AND p.id = source_key.entry_id) WHERE kind = 'PAYMENT';
CREATE INDEX source_key_by_unit ON source_key (organization_id, unit_id);

-- What a run is going to write, chunk by chunk; a chunk goes away as it is written. What a run changed stays, so that it
-- can be taken back.
CREATE TABLE staged_unit (
  organization_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  chunk {int} NOT NULL,
  unit_id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  said {json} NOT NULL,
  PRIMARY KEY (organization_id, import_id, chunk, unit_id)
) {table};
CREATE TABLE staged_key (
  organization_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  chunk {int} NOT NULL,
  kind {text} NOT NULL,
  key {text} NOT NULL,
  unit_id {uuid} NOT NULL,
  entry_id {uuid} NOT NULL,
  print {text} NOT NULL,
  before_entry_id {uuid},
  before_print {text},
  before_import_id {uuid},
  PRIMARY KEY (organization_id, import_id, chunk, kind, key)
) {table};
CREATE TABLE staged_charge (
  organization_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  chunk {int} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  fee_item {text} NOT NULL,
  period {text} NOT NULL,
  due_on {day} NOT NULL,
  kind {text} NOT NULL,
  amount_fen {int} NOT NULL,
  effective_on {day} NOT NULL,
  reverses_id {uuid},
  replaces_id {uuid},
  PRIMARY KEY (organization_id, import_id, chunk, id)
) {table};
CREATE TABLE staged_payment (
  organization_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  chunk {int} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  amount_fen {int} NOT NULL,
  method {text},
  receipt {text},
  designated_period {text},
  designated_item {text},
  day_unknown {bool} NOT NULL,
  effective_on {day} NOT NULL,
  reverses_id {uuid},
  replaces_id {uuid},
  PRIMARY KEY (organization_id, import_id, chunk, id)
) {table};
