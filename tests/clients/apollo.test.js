// Apollo Client 4, over HTTP and over WebSocket, with and without persisted operations.
import { createHash } from "node:crypto";
import { test } from "node:test";
import assert from "node:assert/strict";
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client/core";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { connectionParams, demo, headers, subscription, url, wsUrl } from "./server.js";

const cache = () => new InMemoryCache();
const http = () => new HttpLink({ uri: url, headers });

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
  const values = await new Promise((resolve, reject) => {
    const values = [];
    client
      .subscribe({ query: gql(subscription) })
      .subscribe({ next: ({ data }) => values.push(data), error: reject, complete: () => resolve(values) });
  });
  assert.ok(values.length >= 1);
  if (demo) assert.deepEqual(values.map(({ count }) => count), [1, 2, 3]);
});

test("a subscription over WebSocket", async () => {
  const socket = createClient({ url: wsUrl, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
  const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: cache() });
  const values = await new Promise((resolve, reject) => {
    const values = [];
    client
      .subscribe({ query: gql(subscription) })
      .subscribe({ next: ({ data }) => values.push(data), error: reject, complete: () => resolve(values) });
  });
  assert.ok(values.length >= 1);
  if (demo) assert.deepEqual(values.map(({ count }) => count), [1, 2, 3]);
  client.stop();
  await socket.dispose();
});
