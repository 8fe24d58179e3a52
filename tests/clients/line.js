// A bad line between a client and the server.
import net from "node:net";
import { url } from "./server.js";

const target = new URL(url);

/** A proxy in front of the server; `tamper` sees each chunk that the server sends, with the number of the connection. */
export async function proxy(tamper) {
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
