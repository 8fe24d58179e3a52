-- A file that somebody sent: what it is stands here, its bytes lie in the vault. Type, size and print are unknown until it
-- has arrived whole. What nobody tied to anything within a day is thrown away.
CREATE TABLE attachment (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  state {text} NOT NULL,
  mime {text},
  size_bytes {int},
  print {text},
  uploaded_by {uuid} NOT NULL,
  created_at {moment} NOT NULL,
  linked_at {moment},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, uploaded_by) REFERENCES membership (organization_id, id)
) {table};
CREATE INDEX attachment_loose ON attachment (organization_id, created_at) WHERE linked_at IS NULL;

-- What an attachment belongs to: an account, an owner, a contact and so on, by the word of its id. Who reaches one of its
-- accounts or owners may see it.
CREATE TABLE attachment_link (
  organization_id {uuid} NOT NULL,
  attachment_id {uuid} NOT NULL,
  subject_kind {text} NOT NULL,
  subject_id {uuid} NOT NULL,
  linked_by {uuid},
  linked_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, attachment_id, subject_kind, subject_id),
  FOREIGN KEY (organization_id, attachment_id) REFERENCES attachment (organization_id, id)
) {table};
CREATE INDEX attachment_link_by_subject ON attachment_link (organization_id, subject_kind, subject_id);
