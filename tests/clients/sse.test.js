// Server-sent events in the distinct-connections mode.
import assert from "node:assert/strict";
import { createClient } from "graphql-sse";
import { collect, headers, listen, stream, test, url } from "./server.js";

const client = () => createClient({ url, headers, retryAttempts: 0 });

test("a subscription gives its values", async () => {
  const results = await listen(client());
  assert.deepEqual(results.map(({ data }) => data), stream.first);
});

test("a query is a stream of one", async () => {
  const [result, ...more] = await collect(client(), { query: "{ __typename }" });
  assert.ok(result.data.__typename);
  assert.equal(more.length, 0);
});

test("a refused document is a result with errors", async () => {
  const [result] = await collect(client(), { query: "{ thereIsNoSuchField }" });
  assert.equal(result.errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
  assert.ok(!("data" in result));
});

test("the last event has an empty data line", async () => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream", ...headers },
    body: JSON.stringify({ query: "{ __typename }" }),
  });
  assert.equal(response.headers.get("content-type").split(";")[0], "text/event-stream");
  assert.match(await response.text(), /^event: next\ndata: \{"data":.*\}\n\nevent: complete\ndata:\n\n$/);
});
