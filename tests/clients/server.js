// Which server the suite talks to, and what it may ask of it.
import { after, test as nodeTest } from "node:test";
import WebSocket from "ws";

const given = process.env.GRAPHQL_URL;
if (!given) {
  throw new Error("GRAPHQL_URL must be the address of a running server, such as http://127.0.0.1:4000/graphql");
}

/** Address over HTTP. */
export const url = given;
/** Address over WebSocket. */
export const wsUrl = given.replace(/^http/, "ws");
/** Bearer token, if the server wants one. */
export const token = process.env.GRAPHQL_TOKEN;
/** Whether the server is the demo of the front; otherwise it is the program with the demo company. */
export const demo = process.env.GRAPHQL_DEMO === "1";

/** What the suite listens to: a subscription, the data of its first results, and whether it ends after them by itself. */
export const stream = demo
  ? { query: "subscription Count { count(to: 3) }", first: [1, 2, 3].map((count) => ({ count })), ends: true }
  : { query: "subscription Reminders { reminders { sequence } }", first: [1, 2, 3].map((sequence) => ({ reminders: { sequence } })), ends: false };
/** A subscription that does not end by itself. */
export const endless = demo ? "subscription { endless }" : "subscription { reminders { sequence } }";

/** `test(name, options?, body)` of the runner; a test that hangs fails. */
export function test(name, ...rest) {
  const body = rest.pop();
  return nodeTest(name, { timeout: 30_000, ...rest[0] }, body);
}

// What a failed test left open must not keep the run waiting.
after(() => setTimeout(() => process.exit(), 2_000).unref());

/** Headers of a caller. */
export const headers = token ? { authorization: `Bearer ${token}` } : {};
/** Payload of `connection_init`. */
export const connectionParams = token ? { authorization: `Bearer ${token}` } : {};

/** Posts one operation and gives the decoded body. */
export async function post(body, more = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json", ...headers, ...more },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/**
 * Results of one operation, by a client with `subscribe(payload, sink)`: all until it completes, or as many as are wanted,
 * after which the client lets go.
 */
export function collect(client, payload, wanted = Infinity) {
  return new Promise((resolve, reject) => {
    const results = [];
    const stop = client.subscribe(payload, {
      next: (result) => {
        // More may be under way when the client lets go.
        if (results.length < wanted) results.push(result);
        if (results.length === wanted) queueMicrotask(() => stop());
      },
      error: reject,
      complete: () => resolve(results),
    });
  });
}

/** Results of the subscription that the suite listens to. */
export const listen = (client) => collect(client, { query: stream.query }, stream.ends ? Infinity : stream.first.length);

/** A raw socket whose messages and close can be awaited one after the other. */
export class RawSocket {
  constructor(protocols = ["graphql-transport-ws"], options = {}) {
    this.socket = new WebSocket(wsUrl, protocols, options);
    this.queue = [];
    this.waiting = [];
    this.socket.on("message", (data) => this.#push({ message: JSON.parse(data.toString()) }));
    this.socket.on("close", (code, reason) => this.#push({ code, reason: reason.toString() }));
    this.socket.on("error", (error) => this.#push({ error }));
    this.opened = new Promise((resolve) => this.socket.on("open", resolve));
  }

  #push(event) {
    const waiter = this.waiting.shift();
    if (waiter) waiter(event);
    else this.queue.push(event);
  }

  /** The next message, close or error. */
  next() {
    if (this.queue.length > 0) return Promise.resolve(this.queue.shift());
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  send(message) {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Opens the socket and is let in. */
  async init() {
    await this.opened;
    this.send({ type: "connection_init", payload: connectionParams });
    const { message } = await this.next();
    if (message?.type !== "connection_ack") throw new Error(`not acknowledged: ${JSON.stringify(message)}`);
    return this;
  }

  close() {
    this.socket.close();
  }
}
