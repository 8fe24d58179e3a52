-- The special days that were published for a year, as a company imported them. Append-only: of a year the highest version
-- holds; a year without a row goes by what the program carries.
CREATE TABLE calendar_list (
  organization_id {uuid} NOT NULL REFERENCES organization (id),
  version {int} NOT NULL,
  year {int} NOT NULL,
  days {json} NOT NULL,
  set_by {uuid},
  recorded_at {moment} NOT NULL,
  PRIMARY KEY (organization_id, version, year)
) {table};
