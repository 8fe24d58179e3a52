-- What an account is found by: rooms, names, pinyin, numbers, each in the ways people type them; the first character says
-- which. Made anew from the registry whenever it changes, in the same transaction, so nothing points here and nothing has to
-- be pointed at. The key is how a steward's portfolio is searched, and how a unit's terms are made anew.
CREATE TABLE search_term (
  organization_id {uuid} NOT NULL,
  unit_id {uuid} NOT NULL,
  term {text} NOT NULL,
  account_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  PRIMARY KEY (organization_id, unit_id, term, account_id)
) {clustered};
-- A search in a community, and in the whole company: in the order in which hits are shown.
CREATE INDEX search_term_in_community ON search_term (organization_id, community_id, term, unit_id, account_id);
CREATE INDEX search_term_in_company ON search_term (organization_id, term, unit_id, account_id);

-- Communities whose terms are still to be made from what is there, and how far that has come. The row is also the claim.
CREATE TABLE search_rebuild (
  organization_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  through_unit_id {uuid},
  PRIMARY KEY (organization_id, community_id),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id)
) {table};
INSERT INTO search_rebuild (organization_id, community_id) SELECT organization_id, id FROM community;
