-- So many promises may follow one that was not kept, for the same debt.
ALTER TABLE collection_policy ADD COLUMN most_repromises {int} NOT NULL DEFAULT 3;
-- So many breaks in a row escalate.
ALTER TABLE collection_policy ADD COLUMN breaks_to_escalate {int} NOT NULL DEFAULT 2;
-- Minutes after which account details that were sent are confirmed.
ALTER TABLE collection_policy ADD COLUMN confirm_minutes {int} NOT NULL DEFAULT 30;
-- Whether a visit needs a signature or photo.
ALTER TABLE collection_policy ADD COLUMN visit_proof {bool} NOT NULL DEFAULT FALSE;
