-- That an owner agreed to be looked out for in a community. Insert only, but for the withdrawal, which is filled in once; who
-- agrees again has another row.
CREATE TABLE sighting_consent (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  party_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  asked_by {uuid} NOT NULL,
  way {text} NOT NULL,
  given_on {day} NOT NULL,
  note {text},
  recorded_by {uuid} NOT NULL,
  recorded_at {moment} NOT NULL,
  withdrawn_by {uuid},
  withdrawn_at {moment},
  withdrawn_note {text},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id),
  FOREIGN KEY (organization_id, asked_by) REFERENCES membership (organization_id, id)
) {table};
CREATE UNIQUE INDEX sighting_consent_standing ON sighting_consent (organization_id, community_id, party_id)
  WHERE withdrawn_at IS NULL;
CREATE INDEX sighting_consent_by_party ON sighting_consent (organization_id, party_id);

-- Where somebody was seen: kept for days, then deleted. Those of one group share the follow-up of the first, whose id the
-- group has. Nothing points here with a foreign key, so that a row can go without a trace.
CREATE TABLE sighting (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  party_id {uuid} NOT NULL,
  group_id {uuid} NOT NULL,
  place {text} NOT NULL,
  plate {text},
  occurred_at {moment} NOT NULL,
  recorded_by {uuid} NOT NULL,
  recorded_at {moment} NOT NULL,
  session_id {uuid} NOT NULL,
  state {text} NOT NULL,
  ended_by {uuid},
  ended_at {moment},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, party_id) REFERENCES party (organization_id, id),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id),
  FOREIGN KEY (organization_id, recorded_by) REFERENCES membership (organization_id, id)
) {table};
CREATE INDEX sighting_by_community ON sighting (organization_id, community_id, occurred_at);
CREATE INDEX sighting_by_party ON sighting (organization_id, party_id, occurred_at);
CREATE INDEX sighting_by_group ON sighting (organization_id, group_id);
CREATE INDEX sighting_by_session ON sighting (organization_id, recorded_by, session_id, recorded_at);

CREATE INDEX follow_up_of_sighting ON follow_up (organization_id, source_id) WHERE source = 'SIGHTING';
