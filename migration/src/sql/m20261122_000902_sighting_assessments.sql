-- The assessment that was stated when sightings were switched on: where it lies, and its day. Both or neither.
ALTER TABLE case_policy ADD COLUMN assessment_reference {text};
ALTER TABLE case_policy ADD COLUMN assessed_on {day};
