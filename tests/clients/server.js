// Which server the suite talks to, and what it may ask of it.
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
/** A subscription that gives one or more results and then completes. */
export const subscription = process.env.GRAPHQL_SUBSCRIPTION ?? "subscription Count { count(to: 3) }";
/** Whether the server is the demo of the front, whose schema the suite knows. */
export const demo = process.env.GRAPHQL_DEMO === "1";

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
