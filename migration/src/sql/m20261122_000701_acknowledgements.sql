-- That a reminder was seen is told to all devices of its recipient: it takes a number of the same sequence. Insert only.
CREATE TABLE reminder_acknowledgement (
  organization_id {uuid} NOT NULL,
  recipient_id {uuid} NOT NULL,
  sequence {int} NOT NULL,
  reminder_id {uuid} NOT NULL,
  acknowledged_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, recipient_id, sequence),
  UNIQUE (organization_id, reminder_id),
  FOREIGN KEY (organization_id, recipient_id) REFERENCES membership (organization_id, id),
  FOREIGN KEY (organization_id, reminder_id) REFERENCES reminder (organization_id, id)
) {table};
