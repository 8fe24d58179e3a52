-- What falls due at the same hour is claimed in batches by id: without the id each batch would sort all that is left.
DROP INDEX follow_up_to_remind;
CREATE INDEX follow_up_to_remind ON follow_up (organization_id, due_at, id)
  WHERE state = 'OPEN' AND reminds AND reminded_revision < revision;
