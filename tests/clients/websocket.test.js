// graphql-transport-ws: the rules by raw socket, and the library that everybody uses as a real peer.
import assert from "node:assert/strict";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { RawSocket, collect, connectionParams, demo, endless, listen, stream, test, wsUrl } from "./server.js";

const query = { query: "{ __typename }" };

async function closesWith(code, socket) {
  for (;;) {
    const event = await socket.next();
    if (event.code !== undefined) {
      assert.equal(event.code, code, event.reason);
      return event;
    }
  }
}

test("a message that breaks the rules closes with 4400", async () => {
  for (const bad of ["", "[]", "{}", '{"type":"start","id":"1","payload":{"query":"{__typename}"}}', '{"type":"subscribe","id":1}']) {
    const socket = await new RawSocket().init();
    socket.send(bad);
    await closesWith(4400, socket);
  }
});

test("subscribe before the acknowledgement closes with 4401", async () => {
  const socket = new RawSocket();
  await socket.opened;
  socket.send({ type: "subscribe", id: "1", payload: query });
  await closesWith(4401, socket);
});

test("another subprotocol closes with 4406", async () => {
  const socket = new RawSocket([]);
  await closesWith(4406, socket);
});

test("an id in use closes with 4409", async () => {
  const socket = await new RawSocket().init();
  socket.send({ type: "subscribe", id: "1", payload: { query: endless } });
  socket.send({ type: "subscribe", id: "1", payload: { query: endless } });
  await closesWith(4409, socket);
});

test("a second connection_init closes with 4429", async () => {
  const socket = await new RawSocket().init();
  socket.send({ type: "connection_init" });
  await closesWith(4429, socket);
});

test("of several subprotocols ours is chosen and spoken", async () => {
  const socket = await new RawSocket(["graphql-ws", "graphql-transport-ws"]).init();
  assert.equal(socket.socket.protocol, "graphql-transport-ws");
  socket.send({ type: "subscribe", id: "1", payload: query });
  assert.equal((await socket.next()).message.type, "next");
  assert.deepEqual((await socket.next()).message, { id: "1", type: "complete" });
  socket.close();
});

test("a foreign origin is refused before there is a socket", async () => {
  const socket = new RawSocket(["graphql-transport-ws"], { headers: { origin: "https://evil.example" } });
  const { error } = await socket.next();
  assert.match(error.message, /403/);
});

test("ping is answered with its payload, before and after the acknowledgement", async () => {
  const socket = new RawSocket();
  await socket.opened;
  socket.send({ type: "ping", payload: { a: 1 } });
  assert.deepEqual((await socket.next()).message, { type: "pong", payload: { a: 1 } });
  await socket.init();
  socket.send({ type: "ping" });
  assert.deepEqual((await socket.next()).message, { type: "pong" });
  socket.close();
});

test("a refused document is an error message with a code, and the id is free again", async () => {
  const socket = await new RawSocket().init();
  socket.send({ type: "subscribe", id: "1", payload: { query: "{ thereIsNoSuchField }" } });
  const { message } = await socket.next();
  assert.equal(message.type, "error");
  assert.equal(message.payload[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
  socket.send({ type: "subscribe", id: "1", payload: query });
  assert.equal((await socket.next()).message.type, "next");
  socket.close();
});

const client = () => createClient({ url: wsUrl, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });

test("graphql-ws runs queries and subscriptions on one socket", async () => {
  const made = client();
  const [one, many] = await Promise.all([collect(made, query), listen(made)]);
  assert.equal(one.length, 1);
  assert.deepEqual(many.map(({ data }) => data), stream.first);
  await made.dispose();
});

test("graphql-ws comes back with a new token when the old one has run out", { skip: !demo && "needs the tokens of the demo" }, async () => {
  const tokens = ["short", "ann"];
  const made = createClient({
    url: wsUrl,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ authorization: `Bearer ${tokens.shift()}` }),
    retryWait: () => Promise.resolve(),
  });
  const values = [];
  await new Promise((resolve, reject) => {
    const stop = made.subscribe(
      { query: "subscription { endless }" },
      {
        next: ({ data }) => {
          values.push(data.endless);
          if (values.length === 2) stop();
        },
        error: reject,
        complete: resolve,
      },
    );
  });
  assert.deepEqual(values, [0, 0]);
  assert.equal(tokens.length, 0);
  await made.dispose();
});

test("graphql-ws is told of a refused document", async () => {
  const made = client();
  const refused = await collect(made, { query: "{ thereIsNoSuchField }" }).catch((errors) => errors);
  assert.equal(refused[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
  await made.dispose();
});
