-- Days to come on which money that waits now settles something: the cached balances of these accounts change with the day,
-- and no entry comes for it.
CREATE TABLE settling_day (
  organization_id {uuid} NOT NULL,
  on_day {day} NOT NULL,
  account_id {uuid} NOT NULL,
  PRIMARY KEY (organization_id, on_day, account_id)
) {table};
