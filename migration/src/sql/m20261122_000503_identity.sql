-- Identity numbers, encrypted with a key of the settings. print is a keyed hash, by which the whole number
-- is found.
CREATE TABLE party_identity (
  organization_id {uuid} NOT NULL,
  party_id {uuid} NOT NULL,
  key_name {text} NOT NULL,
  sealed {text} NOT NULL,
  print {text} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, party_id),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id)
) {table};
CREATE INDEX party_identity_by_print ON party_identity (organization_id, print);
