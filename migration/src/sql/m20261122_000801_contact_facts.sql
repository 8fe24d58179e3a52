-- Who took the call or opened the door, as the steward was told; the source of what was learned.
ALTER TABLE contact ADD COLUMN third_party_name {text};
ALTER TABLE contact ADD COLUMN third_party_relation {text};
-- The contact in whose place this one stands: it was logged on the wrong owner.
ALTER TABLE contact ADD COLUMN corrects_id {uuid};
-- Whether a message or letter arrived, as far as we know.
ALTER TABLE contact ADD COLUMN delivery {text};
-- What was known of the number before, and what this contact made of it: a correction puts it back.
ALTER TABLE contact ADD COLUMN number_before {text};
ALTER TABLE contact ADD COLUMN number_before_at {moment};
ALTER TABLE contact ADD COLUMN number_learned {text};
-- It was logged on this account by mistake; corrected_by_id is the contact on the right one.
ALTER TABLE contact_account ADD COLUMN corrected_at {moment};
ALTER TABLE contact_account ADD COLUMN corrected_by_id {uuid};
ALTER TABLE contact_account ADD COLUMN correction_reason {text};

-- What a contact said before it was amended. Insert only.
CREATE TABLE contact_amendment (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  contact_id {uuid} NOT NULL,
  note_before {text},
  duration_before {int},
  delivery_before {text},
  amended_by {uuid} NOT NULL,
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, contact_id) REFERENCES contact (organization_id, id)
) {table};
CREATE INDEX contact_amendment_by_contact ON contact_amendment (organization_id, contact_id, recorded_at);

-- What a contact answered is looked for when it is corrected.
CREATE INDEX follow_up_by_answer ON follow_up (organization_id, closed_by_id) WHERE closed_by_id IS NOT NULL;
