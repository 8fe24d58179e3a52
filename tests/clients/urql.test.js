// urql 6: queries as JSON, subscriptions as server-sent events by the same exchange.
import { test } from "node:test";
import assert from "node:assert/strict";
import { Client, fetchExchange } from "@urql/core";
import { demo, headers, subscription, url } from "./server.js";

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
      .subscription(subscription, {})
      .subscribe((result) => {
        assert.equal(result.error, undefined);
        values.push(result.data);
        // urql repeats the last value when the stream has completed.
        if (!result.hasNext) {
          queueMicrotask(() => unsubscribe());
          resolve(values);
        }
      });
  });
  assert.ok(values.length >= 1);
  if (demo) assert.deepEqual([...new Set(values.map(({ count }) => count))], [1, 2, 3]);
});
