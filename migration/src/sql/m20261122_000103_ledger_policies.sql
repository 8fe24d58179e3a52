-- In which order money settles debts (rule 10). Append-only: of the versions that begin by a day, the one that begins last
-- holds on it, and of two that begin together the higher.
CREATE TABLE allocation_policy (
  organization_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  version {int} NOT NULL,
  from_on {day} NOT NULL,
  method {text} NOT NULL,
  penalty_place {text} NOT NULL,
  secured_items {json} NOT NULL,
  reason {text} NOT NULL,
  set_by {uuid},
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, community_id, version),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id)
) {table};

-- What a contract says of paying late (rule 14): a charge goes by what was in force on its due day. Without a row there is no
-- penalty. fee_item none is every item that has no row of its own; daily_ppm is millionths a day.
CREATE TABLE penalty_policy (
  organization_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  version {int} NOT NULL,
  from_on {day} NOT NULL,
  fee_item {text},
  daily_ppm {int} NOT NULL,
  cap_percent {int},
  free_days {int} NOT NULL,
  frozen_in_hold {bool} NOT NULL,
  basis {text} NOT NULL,
  set_by {uuid},
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, community_id, version),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id)
) {table};

-- Days on which the penalties of an account stand still, both inclusive. Insert only: of one source the newest row holds, and
-- one that ends before it begins takes the period back.
CREATE TABLE penalty_freeze (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  source_id {uuid} NOT NULL,
  from_on {day} NOT NULL,
  until_on {day} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id)
) {table};
CREATE INDEX penalty_freeze_by_account ON penalty_freeze (organization_id, account_id, recorded_at);
