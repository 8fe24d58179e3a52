// How the page talks to the API: queries and mutations over POST, subscriptions over a
// WebSocket with graphql-transport-ws. What the headers editor holds goes along with both.
import { getOperationAST } from 'graphql';
import { createClient } from 'graphql-ws';

export function createFetcher(url, socketUrl) {
  return (request, { headers, documentAST } = {}) =>
    isSubscription(documentAST, request.operationName)
      ? subscribe(socketUrl, request, headers)
      : post(url, request, headers);
}

function isSubscription(document, operationName) {
  return Boolean(document) && getOperationAST(document, operationName)?.operation === 'subscription';
}

async function post(url, request, headers) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...withoutEmpty(headers),
    },
    body: JSON.stringify(request),
  });
  const body = await response.text();
  try {
    return JSON.parse(body);
  } catch {
    return failed(`${response.status} ${response.statusText}: ${body.slice(0, 500)}`);
  }
}

// A socket per subscription: each signs in with the headers of its own tab. It is not opened
// again by itself, so that the person sees why it closed.
function subscribe(socketUrl, request, headers) {
  const client = createClient({
    url: socketUrl,
    connectionParams: authorization(headers),
    retryAttempts: 0,
  });
  return {
    subscribe: (sink) => ({
      unsubscribe: client.subscribe(request, {
        next: (result) => sink.next(result),
        complete: () => sink.complete(),
        error: (problem) => report(problem, sink),
      }),
    }),
  };
}

// The server refuses an operation with a list of errors, and a connection by closing it.
function report(problem, sink) {
  if (Array.isArray(problem)) {
    sink.next({ errors: problem });
  } else if (problem instanceof CloseEvent) {
    sink.next(failed(`The socket was closed: ${problem.code} ${problem.reason}`.trim()));
  } else {
    sink.next(failed(String(problem?.message ?? problem)));
  }
  sink.complete();
}

// What is not an answer of the API is shown in the shape of one; an Error would bring its stack.
function failed(message) {
  return { errors: [{ message }] };
}

// A browser cannot set headers on a WebSocket, so the token goes into connection_init.
function authorization(headers) {
  const entry = Object.entries(withoutEmpty(headers)).find(
    ([name]) => name.toLowerCase() === 'authorization',
  );
  return entry && { authorization: entry[1] };
}

// The headers editor begins with an empty `Authorization` to be filled in; until then it is not sent.
function withoutEmpty(headers = {}) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
}
