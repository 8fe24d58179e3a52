-- What a key already did. Only committed outcomes are here; a refusal leaves no row.
CREATE TABLE idempotency_key (
  organization_id {uuid} NOT NULL,
  actor_id {uuid} NOT NULL,
  key {text} NOT NULL,
  operation {text} NOT NULL,
  fingerprint {text} NOT NULL,
  outcome {json} NOT NULL,
  created_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, actor_id, key)
) {table};
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);

-- Who did or saw what, for control. Insert only.
CREATE TABLE audit_entry (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  actor_id {uuid},
  action {text} NOT NULL,
  subject_id {uuid},
  facts {json} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id)
) {table};

-- How far a daily job has come in a community. The row is also the claim: who holds its lock runs the job.
CREATE TABLE job_cursor (
  organization_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  job {text} NOT NULL,
  through_on {day} NOT NULL,
  PRIMARY KEY (organization_id, community_id, job),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id)
) {table};

-- Moved in the transaction of every commit that changes what a steward's worklist shows.
CREATE TABLE worklist_version (
  organization_id {uuid} NOT NULL,
  steward_id {uuid} NOT NULL,
  version {int} NOT NULL,
  PRIMARY KEY (organization_id, steward_id)
) {table};
