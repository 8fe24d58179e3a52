-- Where owners of a community pay. Append-only: the highest version holds.
CREATE TABLE payment_details (
  organization_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  version {int} NOT NULL,
  payee {text} NOT NULL,
  bank {text},
  account_number {text},
  wechat {text},
  alipay {text},
  desk {text},
  set_by {uuid} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, community_id, version),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id)
) {table};
