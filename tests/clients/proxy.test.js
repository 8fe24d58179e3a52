// Real clients over a bad line: bytes that trickle, answers that are cut off, connections that die.
import assert from "node:assert/strict";
import { createClient as createSse } from "graphql-sse";
import { createClient as createWs } from "graphql-ws";
import WebSocket from "ws";
import { proxy } from "./line.js";
import { connectionParams, headers, listen, stream, test } from "./server.js";

const trickle = (chunk, client) => {
  for (let at = 0; at < chunk.length; at += 3) client.write(chunk.subarray(at, at + 3));
};

/** Lets the first connection die at the first chunk that holds a result. */
const dieOnce = (chunk, client, number) => {
  if (number === 1 && chunk.includes('"data"')) client.destroy();
  else client.write(chunk);
};

const overWs = (address) =>
  createWs({ url: address.replace("http", "ws"), webSocketImpl: WebSocket, connectionParams, retryWait: () => Promise.resolve() });
const overSse = (address) => createSse({ url: address, headers, retry: () => Promise.resolve() });

for (const [name, make] of [["graphql-ws", overWs], ["graphql-sse", overSse]]) {
  for (const [line, tamper, connections] of [["trickles", trickle, 1], ["dies once", dieOnce, 2]]) {
    test(`${name} gets its results over a line that ${line}`, async () => {
      const line = await proxy(tamper);
      const client = make(line.url);
      const results = await listen(client);
      assert.deepEqual(results.map(({ data }) => data), stream.first);
      assert.equal(line.connections(), connections);
      client.dispose();
      line.close();
    });
  }
}
