-- What a run is going to write of waivers, chunk by chunk: signed as in adjustment, a reversal points at what it reverses.
CREATE TABLE staged_adjustment (
  organization_id {uuid} NOT NULL,
  import_id {uuid} NOT NULL,
  chunk {int} NOT NULL,
  id {uuid} NOT NULL,
  account_id {uuid} NOT NULL,
  kind {text} NOT NULL,
  charge_id {uuid} NOT NULL,
  amount_fen {int} NOT NULL,
  effective_on {day} NOT NULL,
  reverses_id {uuid},
  PRIMARY KEY (organization_id, import_id, chunk, id)
) {table};
