-- Somebody is away and somebody else stands in for them. Days are inclusive. What follows from it stands in unit_assignment.
CREATE TABLE delegation (
  organization_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  absent_id {uuid} NOT NULL,
  stand_in_id {uuid} NOT NULL,
  from_on {day} NOT NULL,
  to_on {day} NOT NULL,
  reason {text},
  created_by {uuid},
  created_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, absent_id) REFERENCES membership (organization_id, id),
  FOREIGN KEY (organization_id, stand_in_id) REFERENCES membership (organization_id, id)
) {table};
CREATE INDEX delegation_by_end ON delegation (organization_id, to_on);

-- Whose unit it is while the steward of this period only stands in.
ALTER TABLE unit_assignment ADD COLUMN stands_in_for {uuid};
CREATE INDEX unit_assignment_by_unit ON unit_assignment (organization_id, unit_id, from_on);
CREATE INDEX unit_assignment_by_beginning ON unit_assignment (organization_id, from_on);
