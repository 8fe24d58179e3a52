-- Why an account is left alone, from one day through another. Nothing ends by itself unseen: the day after the last hold has
-- a follow-up of its own, the waking up.
CREATE TABLE hold (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  reason {text} NOT NULL,
  from_on {day} NOT NULL,
  until_on {day} NOT NULL,
  note {text},
  source_id {uuid},
  state {text} NOT NULL,
  placed_by {uuid},
  placed_at {moment} NOT NULL,
  ended_by {uuid},
  ended_at {moment},
  ended_note {text},
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id)
) {table};
CREATE INDEX hold_by_account ON hold (organization_id, account_id, until_on);
CREATE INDEX hold_to_end ON hold (organization_id, until_on) WHERE state = 'IN_FORCE';

-- What a community allows of holds, follow-ups, escalations and sightings. Append-only: the highest version holds, and a
-- community without a row goes by the presets.
CREATE TABLE case_policy (
  organization_id {uuid} NOT NULL,
  community_id {uuid} NOT NULL,
  version {int} NOT NULL,
  rest_day_rule {text} NOT NULL,
  follow_up_horizon_days {int} NOT NULL,
  snoozes {int} NOT NULL,
  rounds_a_day {int} NOT NULL,
  escalation_workdays {int} NOT NULL,
  hold_limits {json} NOT NULL,
  sightings {bool} NOT NULL,
  sighting_days {int} NOT NULL,
  set_by {uuid},
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, community_id, version),
  FOREIGN KEY (organization_id, community_id) REFERENCES community (organization_id, id)
) {table};

-- Whose it is when it is not the steward's; the day that was wanted before holds and rest days moved it; the first date it
-- ever had; how it ended.
ALTER TABLE follow_up ADD COLUMN assignee_id {uuid};
ALTER TABLE follow_up ADD COLUMN wanted_on {day};
ALTER TABLE follow_up ADD COLUMN first_on {day};
ALTER TABLE follow_up ADD COLUMN snoozes {int} NOT NULL DEFAULT 0;
ALTER TABLE follow_up ADD COLUMN ended_by {uuid};
ALTER TABLE follow_up ADD COLUMN ended_note {text};
CREATE INDEX follow_up_of_assignee ON follow_up (organization_id, assignee_id, due_at)
  WHERE state = 'OPEN' AND assignee_id IS NOT NULL;
