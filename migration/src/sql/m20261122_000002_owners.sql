CREATE TABLE unit (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  building {text} NOT NULL,
  entrance {text} NOT NULL,
  number {text} NOT NULL,
  area_centi_m2 {int},
  use_type {text},
  created_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, community_id, building, entrance, number),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id)
) {table};

-- Whose portfolio a unit is in, and when. Days are inclusive; an open end is the present.
CREATE TABLE unit_assignment (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  unit_id {uuid} NOT NULL,
  steward_id {uuid} NOT NULL,
  from_on {day} NOT NULL,
  to_on {day},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, unit_id) REFERENCES unit (organization_id, id),
  FOREIGN KEY (organization_id, steward_id) REFERENCES membership (organization_id, id)
) {table};
CREATE UNIQUE INDEX unit_assignment_open ON unit_assignment (organization_id, unit_id) WHERE to_on IS NULL;
CREATE INDEX unit_assignment_by_steward ON unit_assignment (organization_id, steward_id, unit_id);

-- One unit while one liability lasts.
CREATE TABLE account (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  unit_id {uuid} NOT NULL,
  from_on {day},
  to_on {day},
  created_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, unit_id) REFERENCES unit (organization_id, id)
) {table};
CREATE UNIQUE INDEX account_open ON account (organization_id, unit_id) WHERE to_on IS NULL;
CREATE INDEX account_by_unit ON account (organization_id, unit_id);

CREATE TABLE party (
  organization_id {uuid} NOT NULL REFERENCES organization (id),
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  name {text} NOT NULL,
  created_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id)
) {table};

-- Same name and same number is one party; a name alone never is, and has no row here.
CREATE TABLE party_key (
  organization_id {uuid} NOT NULL,
  name {text} NOT NULL,
  number {text} NOT NULL,
  party_id {uuid} NOT NULL,
  PRIMARY KEY (organization_id, name, number),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id)
) {table};

CREATE TABLE account_holder (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  party_id {uuid} NOT NULL,
  position {int} NOT NULL,
  from_on {day},
  to_on {day},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id)
) {table};
CREATE INDEX account_holder_by_account ON account_holder (organization_id, account_id, position);
CREATE INDEX account_holder_by_party ON account_holder (organization_id, party_id);

CREATE TABLE contact_point (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  party_id {uuid} NOT NULL,
  kind {text} NOT NULL,
  value {text} NOT NULL,
  status {text} NOT NULL,
  source {text} NOT NULL,
  position {int} NOT NULL,
  created_at {moment} NOT NULL,
  status_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, party_id, kind, value),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id)
) {table};
