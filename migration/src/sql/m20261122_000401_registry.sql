-- Ids that stand for a party: of a second registration of the same person, or of one that was merged. direct_id is what the
-- id was made to stand for, party_id what it stands for today, all merges that hold followed to their end.
CREATE TABLE party_alias (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  direct_id {uuid} NOT NULL,
  party_id {uuid} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, direct_id) REFERENCES party (organization_id, id),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id)
) {table};
CREATE INDEX party_alias_by_party ON party_alias (organization_id, party_id);

-- Who registered a party, under which id they know it, and by which name. Of a party that is not within their reach they are
-- shown this and nothing else.
CREATE TABLE party_registration (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  registered_by {uuid} NOT NULL,
  registered_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, registered_by) REFERENCES membership (organization_id, id)
) {table};

CREATE TABLE party_merge (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  loser_id {uuid} NOT NULL,
  winner_id {uuid} NOT NULL,
  merged_by {uuid} NOT NULL,
  merged_at {moment} NOT NULL,
  undone_by {uuid},
  undone_at {moment},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, loser_id) REFERENCES party (organization_id, id),
  FOREIGN KEY (organization_id, winner_id) REFERENCES party (organization_id, id)
) {table};
CREATE UNIQUE INDEX party_merge_standing ON party_merge (organization_id, loser_id) WHERE undone_at IS NULL;

-- A fraction, both parts or none: shares may be unknown.
ALTER TABLE account_holder ADD COLUMN share_part {int};
ALTER TABLE account_holder ADD COLUMN share_whole {int};

-- Who agreed to pay for an account; the holders stay liable. Days are inclusive.
CREATE TABLE account_payer (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  party_id {uuid} NOT NULL,
  from_on {day} NOT NULL,
  to_on {day},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id)
) {table};
CREATE UNIQUE INDEX account_payer_open ON account_payer (organization_id, account_id) WHERE to_on IS NULL;
CREATE INDEX account_payer_by_party ON account_payer (organization_id, party_id);

-- Who lives in a unit or uses it, without owing for it. Days are inclusive.
CREATE TABLE occupant (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  unit_id {uuid} NOT NULL,
  party_id {uuid} NOT NULL,
  role {text} NOT NULL,
  from_on {day},
  to_on {day},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, unit_id) REFERENCES unit (organization_id, id),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id)
) {table};
CREATE UNIQUE INDEX occupant_open ON occupant (organization_id, unit_id, party_id) WHERE to_on IS NULL;
CREATE INDEX occupant_by_party ON occupant (organization_id, party_id);

-- Liability passed from one account of a unit to the next: a sale, an inheritance, a handover.
CREATE TABLE transfer (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  from_account_id {uuid} NOT NULL,
  to_account_id {uuid} NOT NULL,
  last_on {day} NOT NULL,
  made_by {uuid} NOT NULL,
  made_at {moment} NOT NULL,
  undone_by {uuid},
  undone_at {moment},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, from_account_id) REFERENCES account (organization_id, id),
  FOREIGN KEY (organization_id, to_account_id) REFERENCES account (organization_id, id)
) {table};
CREATE INDEX transfer_by_account ON transfer (organization_id, to_account_id);

ALTER TABLE contact_point ADD COLUMN best_time {text};
ALTER TABLE contact_point ADD COLUMN confirmed_by {uuid};
ALTER TABLE contact_point ADD COLUMN confirmed_at {moment};
CREATE INDEX contact_point_by_value ON contact_point (organization_id, value);
CREATE INDEX party_by_name ON party (organization_id, name);

CREATE TABLE party_trait (
  organization_id {uuid} NOT NULL,
  party_id {uuid} NOT NULL,
  trait {text} NOT NULL,
  noted_by {uuid} NOT NULL,
  noted_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, party_id, trait),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id)
) {table};

CREATE TABLE vehicle (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  party_id {uuid} NOT NULL,
  plate {text} NOT NULL,
  created_at {moment} NOT NULL,
  removed_at {moment},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id)
) {table};
CREATE UNIQUE INDEX vehicle_standing ON vehicle (organization_id, party_id, plate) WHERE removed_at IS NULL;
CREATE INDEX vehicle_by_plate ON vehicle (organization_id, plate);

-- What changed in the registry, for people: a correction is visible. before and after are names, numbers, plates; erasing a
-- person empties them. Insert only.
CREATE TABLE registry_change (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  party_id {uuid},
  account_id {uuid},
  before_text {text},
  after_text {text},
  from_on {day},
  actor_id {uuid},
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id)
) {table};
CREATE INDEX registry_change_by_party ON registry_change (organization_id, party_id, recorded_at);
CREATE INDEX registry_change_by_account ON registry_change (organization_id, account_id, recorded_at);
