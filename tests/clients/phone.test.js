// The phone's operations against the program, as the phone sends them: by documentId, over lines that die, each act once.
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import assert from "node:assert/strict";
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client/core";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { proxy } from "./line.js";
import { connectionParams, demo, headers, post, test as anyTest, url, wsUrl } from "./server.js";

const manifest = JSON.parse(readFileSync(new URL("../../mobile-contract/persisted-operations.json", import.meta.url), "utf8"));
const text = (name) => readFileSync(new URL(`../../mobile-contract/operations/${name}.graphql`, import.meta.url), "utf8");
const registered = (name) => manifest.operations.find((operation) => operation.name === name && operation.body === text(name));
const documentId = (name) => `sha256:${registered(name).id}`;

const test = (name, body) => anyTest(name, { skip: demo && "needs the program" }, body);
const code = ({ body }) => body.errors?.[0].extensions.code;

/** Runs an operation of the contract; an error fails the test. */
async function run(name, variables) {
  const { body } = await post({ documentId: documentId(name), variables });
  assert.equal(body.errors, undefined, `${name}: ${JSON.stringify(body.errors)}`);
  return body.data;
}

/** The account that is the furthest down on the worklist, and what one logs about it. */
async function contact(more = {}) {
  const { worklist } = await run("Worklist", { first: 100 });
  const account = worklist.edges.at(-1).node.accounts[0].account.id;
  const input = { idempotencyKey: randomUUID(), accountIds: [account], disposition: "NO_ANSWER", ...more };
  return { account, variables: { input } };
}

/** Another session of the steward. */
const signIn = async () => (await run("SignIn", { input: { mobile: "13900000001", password: "guanjia-demo" } })).signIn.token;

test("every operation of the manifest is registered, with and without the kind of its id", async () => {
  for (const { id, name } of manifest.operations) {
    for (const documentId of [id, `sha256:${id}`]) {
      const stranger = { authorization: "" };
      assert.notEqual(code(await post({ documentId }, stranger)), "PERSISTED_QUERY_NOT_FOUND", name);
    }
  }
  assert.equal(code(await post({ documentId: `sha256:${"0".repeat(64)}` })), "PERSISTED_QUERY_NOT_FOUND");
});

test("a query by GET has a tag, and is not sent again while nothing changed", async () => {
  const address = `${url}?${new URLSearchParams({ documentId: documentId("Viewer") })}`;
  const first = await fetch(address, { headers });
  assert.equal(first.status, 200);
  assert.equal(first.headers.get("cache-control"), "private, no-cache");
  assert.ok((await first.json()).data.viewer.id);
  const again = await fetch(address, { headers: { ...headers, "if-none-match": first.headers.get("etag") } });
  assert.equal(again.status, 304);
  assert.equal(await again.text(), "");
});

test("a mutation by GET is refused", async () => {
  const variables = JSON.stringify((await contact()).variables);
  const response = await fetch(`${url}?${new URLSearchParams({ documentId: documentId("LogContact"), variables })}`, { headers });
  assert.equal(response.status, 405);
});

test("Apollo Client sends the ids of the manifest and no text", async () => {
  const sent = [];
  const watched = (address, options) => {
    sent.push(JSON.parse(options.body));
    return fetch(address, options);
  };
  const link = new PersistedQueryLink({ generateHash: ({ definitions }) => registered(definitions[0].name.value).id });
  const client = new ApolloClient({ link: link.concat(new HttpLink({ uri: url, headers, fetch: watched })), cache: new InMemoryCache() });
  const { data } = await client.query({ query: gql(text("Viewer")), fetchPolicy: "no-cache" });
  assert.ok(data.viewer.id);
  assert.equal(sent.length, 1);
  assert.equal(sent[0].query, undefined);
});

test("an act whose answer is lost or which is sent twice is done once", async () => {
  const { account, variables } = await contact({ note: randomUUID() });
  const timeline = async () => (await run("AccountCard", { id: account })).node.timeline.filter(({ happening }) => happening === "CONTACTED");
  const before = (await timeline()).length;
  const line = await proxy((chunk, client, number) => (number === 1 ? client.destroy() : client.write(chunk)));
  const send = async () => {
    const options = { method: "POST", headers: { ...headers, "content-type": "application/json" } };
    const response = await fetch(line.url, { ...options, body: JSON.stringify({ documentId: documentId("LogContact"), variables }) });
    return (await response.json()).data.logContact;
  };
  await assert.rejects(send);
  const answers = await Promise.all([send(), send(), send()]);
  assert.deepEqual(answers[0].problems, []);
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  assert.equal((await timeline()).length, before + 1);
  line.close();
});

test("reminders go on after the last number over a line that dies again and again, and come when the clock moves", async () => {
  const clock = process.env.GUANJIA_CLOCK_FILE;
  await run("LogContact", (await contact({ next: { on: "2026-11-30" } })).variables);
  // Every second connection dies with its first result, before it or after it in turn.
  const line = await proxy((chunk, client, number) => {
    const dies = number % 2 === 1 && chunk.includes('"data"');
    if (!dies || number % 4 === 3) client.write(chunk);
    if (dies) client.end();
  });
  const seen = [];
  while (seen.length < 4) {
    const socket = createClient({ url: line.url.replace("http", "ws"), webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
    await new Promise((resolve) => {
      const variables = { after: seen.at(-1) ?? 0 };
      const stop = socket.subscribe(
        { query: "", documentId: documentId("Reminders"), variables },
        {
          next: ({ data }) => {
            if (seen.length === 4) return; // that of another test
            seen.push(data.reminders.sequence);
            if (seen.length === 3) writeFileSync(clock, "2026-11-30T09:00:00+08:00\n");
            if (seen.length === 4) queueMicrotask(() => stop());
          },
          error: resolve,
          complete: resolve,
        },
      );
    });
    await socket.dispose();
  }
  assert.deepEqual(seen, [1, 2, 3, 4]);
  assert.ok(line.connections() > 1);
  line.close();
});

test("a socket whose session is signed out is closed, and goes on with a new one", async () => {
  const tokens = [await signIn(), await signIn()];
  const closed = [];
  const socket = createClient({
    url: wsUrl,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ authorization: `Bearer ${tokens.shift()}` }),
    retryWait: () => Promise.resolve(),
    on: { closed: ({ code }) => closed.push(code) },
  });
  const ended = { authorization: `Bearer ${tokens[0]}` };
  await new Promise((resolve, reject) => {
    let signedOut;
    const stop = socket.subscribe(
      { query: "", documentId: documentId("Reminders"), variables: { after: 2 } },
      {
        next: () => {
          signedOut ??= post({ documentId: documentId("SignOut") }, ended).catch(reject);
          if (closed.length > 0) queueMicrotask(() => stop());
        },
        error: reject,
        complete: resolve,
      },
    );
  });
  assert.equal(closed[0], 4403);
  await socket.dispose();
});
