// The public audit suite of GraphQL over HTTP: every audit, whether it says MUST, SHOULD or MAY.
import assert from "node:assert/strict";
import { serverAudits } from "graphql-http";
import { headers, test, url } from "./server.js";

const fetchFn = (address, options = {}) =>
  fetch(address, { ...options, headers: { ...headers, ...Object.fromEntries(new Headers(options.headers)) } });

const audits = serverAudits({ url, fetchFn });

test("the suite has the 61 audits that we know", () => {
  assert.equal(audits.length, 61);
});

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    assert.equal(result.status, "ok", result.reason);
  });
}
