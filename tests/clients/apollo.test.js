// Apollo Client 4, over HTTP and over WebSocket, with and without persisted operations.
import { createHash } from "node:crypto";
import assert from "node:assert/strict";
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client/core";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { connectionParams, headers, stream, test, url, wsUrl } from "./server.js";

const cache = () => new InMemoryCache();
const http = () => new HttpLink({ uri: url, headers });

/** Data of the subscription's results, without the names that the client adds. */
function listen(client) {
  return new Promise((resolve, reject) => {
    const values = [];
    const subscription = client.subscribe({ query: gql(stream.query) }).subscribe({
      next: ({ data }) => {
        // More may be under way when the client lets go.
        if (!stream.ends && values.length === stream.first.length) return;
        values.push(JSON.parse(JSON.stringify(data, (key, value) => (key === "__typename" ? undefined : value))));
        if (stream.ends || values.length < stream.first.length) return;
        queueMicrotask(() => subscription.unsubscribe());
        resolve(values);
      },
      error: reject,
      complete: () => resolve(values),
    });
  });
}

test("a query over HTTP", async () => {
  const client = new ApolloClient({ link: http(), cache: cache() });
  const { data } = await client.query({ query: gql`{ __typename }` });
  assert.ok(data.__typename);
});

test("a refused document carries its code", async () => {
  const client = new ApolloClient({ link: http(), cache: cache() });
  const error = await client.query({ query: gql`{ thereIsNoSuchField }` }).catch((error) => error);
  assert.ok(CombinedGraphQLErrors.is(error));
  assert.equal(error.errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
});

test("an unknown hash is followed by the text", async () => {
  const sha256 = (text) => createHash("sha256").update(text).digest("hex");
  const link = new PersistedQueryLink({ sha256 }).concat(http());
  const client = new ApolloClient({ link, cache: cache() });
  const { data } = await client.query({ query: gql`query Named { __typename }` });
  assert.ok(data.__typename);
});

test("a subscription over HTTP, in parts", async () => {
  const client = new ApolloClient({ link: http(), cache: cache() });
  assert.deepEqual(await listen(client), stream.first);
});

test("a subscription over WebSocket", async () => {
  const socket = createClient({ url: wsUrl, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
  const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: cache() });
  assert.deepEqual(await listen(client), stream.first);
  client.stop();
  await socket.dispose();
});
