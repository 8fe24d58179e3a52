// Real clients over a bad line: bytes that trickle, answers that are cut off, connections that die.
import net from "node:net";
import assert from "node:assert/strict";
import { createClient as createSse } from "graphql-sse";
import { createClient as createWs } from "graphql-ws";
import WebSocket from "ws";
import { connectionParams, headers, listen, stream, test, url } from "./server.js";

const target = new URL(url);

/** A proxy in front of the server; `tamper` sees each chunk that the server sends, with the number of the connection. */
async function proxy(tamper) {
  let connections = 0;
  const server = net.createServer((client) => {
    const number = ++connections;
    const upstream = net.connect(Number(target.port || 80), target.hostname);
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
    client.pipe(upstream);
    upstream.on("data", (chunk) => tamper(chunk, client, number));
    upstream.on("end", () => client.end());
    client.on("close", () => upstream.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return { url: `http://127.0.0.1:${port}${target.pathname}`, connections: () => connections, close: () => server.close() };
}

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
