// urql 6: queries as JSON, subscriptions as server-sent events by the same exchange.
import assert from "node:assert/strict";
import { Client, fetchExchange } from "@urql/core";
import { headers, stream, test, url } from "./server.js";

const client = () => new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers }, fetchSubscriptions: true, preferGetMethod: false });

test("a query", async () => {
  const { data, error } = await client().query("{ __typename }", {}).toPromise();
  assert.equal(error, undefined);
  assert.ok(data.__typename);
});

test("a refused document carries its code", async () => {
  const { error } = await client().query("{ thereIsNoSuchField }", {}).toPromise();
  assert.equal(error.graphQLErrors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
});

test("a subscription over server-sent events", async () => {
  const values = await new Promise((resolve) => {
    const values = [];
    const { unsubscribe } = client()
      .subscription(stream.query, {})
      .subscribe((result) => {
        assert.equal(result.error, undefined);
        values.push(result.data);
        // urql repeats the last value when the stream has completed.
        if (!result.hasNext || (!stream.ends && values.length === stream.first.length)) {
          // Not while a result is on its way: urql loses the error of its own abort then, and Node ends the process for it.
          setTimeout(() => unsubscribe(), 200);
          resolve(values);
        }
      });
  });
  assert.deepEqual(values.slice(0, stream.first.length), stream.first);
});
