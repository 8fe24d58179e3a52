-- Whose worklists a change of an account touches: also theirs who were given a step of it.
CREATE INDEX follow_up_given ON follow_up (organization_id, account_id) WHERE assignee_id IS NOT NULL;
