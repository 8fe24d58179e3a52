-- The company is the tenant: every table below that belongs to one carries organization_id as the first part of its key.
CREATE TABLE organization (
  id {uuid} PRIMARY KEY,
  name {text} NOT NULL UNIQUE,
  time_zone {text} NOT NULL,
  created_at {moment} NOT NULL
) {table};

-- Who signs in, outside any company: one person may work for several.
CREATE TABLE app_user (
  id {uuid} PRIMARY KEY,
  mobile {text} NOT NULL UNIQUE,
  password_hash {text} NOT NULL,
  created_at {moment} NOT NULL
) {table};

CREATE TABLE membership (
  organization_id {uuid} NOT NULL REFERENCES organization (id),
  id {uuid} NOT NULL,
  user_id {uuid} NOT NULL REFERENCES app_user (id),
  name {text} NOT NULL,
  all_communities {bool} NOT NULL,
  ended_at {moment},
  created_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, user_id)
) {table};
CREATE INDEX membership_by_user ON membership (user_id);

CREATE TABLE community (
  organization_id {uuid} NOT NULL REFERENCES organization (id),
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  time_zone {text} NOT NULL,
  created_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, name)
) {table};

CREATE TABLE membership_role (
  organization_id {uuid} NOT NULL,
  membership_id {uuid} NOT NULL,
  role {text} NOT NULL,
  PRIMARY KEY (organization_id, membership_id, role),
  FOREIGN KEY (organization_id, membership_id) REFERENCES membership (organization_id, id)
) {table};

CREATE TABLE membership_community (
  organization_id {uuid} NOT NULL,
  membership_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  PRIMARY KEY (organization_id, membership_id, community_id),
  FOREIGN KEY (organization_id, membership_id) REFERENCES membership (organization_id, id),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id)
) {table};

-- What a city or a company may set differently. Append-only: the highest version holds.
CREATE TABLE collection_policy (
  organization_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  version {int} NOT NULL,
  promise_horizon_days {int} NOT NULL,
  promise_grace_days {int} NOT NULL,
  partly_kept_percent {int} NOT NULL,
  reminder_minute {int} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, community_id, version),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id)
) {table};

-- Only the hash of a token is kept.
CREATE TABLE session (
  id {uuid} PRIMARY KEY,
  user_id {uuid} NOT NULL REFERENCES app_user (id),
  organization_id {uuid} NOT NULL,
  membership_id {uuid} NOT NULL,
  token_hash {text} NOT NULL UNIQUE,
  created_at {moment} NOT NULL,
  expires_at {moment} NOT NULL,
  ended_at {moment},
  FOREIGN KEY (organization_id, membership_id) REFERENCES membership (organization_id, id)
) {table};
