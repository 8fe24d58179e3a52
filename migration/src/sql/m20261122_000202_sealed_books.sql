-- Identity numbers that a run is going to hand over, encrypted, by the holder's place in the account.
CREATE TABLE staged_identity (
  organization_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  chunk {int} NOT NULL,
  account_id {uuid} NOT NULL,
  position {int} NOT NULL,
  key_name {text} NOT NULL,
  sealed {text} NOT NULL,
  PRIMARY KEY (organization_id, import_id, chunk, account_id, position)
) {table};
-- The key that encrypted this part of a file; none for files that came when there was no key.
ALTER TABLE import_part ADD COLUMN key_name {text};
