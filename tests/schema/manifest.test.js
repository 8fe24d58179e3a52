// mobile-contract/persisted-operations.json is what the files of operations/ and released/ say.
import { test } from "node:test";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { getOperationAST, parse } from "graphql";
import { manifestOf, written } from "../../mobile-contract/manifest.mjs";
import { files, root } from "./contract.js";

const text = readFileSync(`${root}mobile-contract/persisted-operations.json`, "utf8");
const manifest = JSON.parse(text);

test("it is what `make manifest` writes", () => {
  assert.ok(text === written(), "persisted-operations.json is old: make manifest");
});

test("it has Apollo's format", () => {
  assert.equal(manifest.format, "apollo-persisted-query-manifest");
  assert.equal(manifest.version, 1);
});

test("each id is the hash of its body, which is one operation with that name and type", () => {
  for (const { id, name, type, body } of manifest.operations) {
    assert.equal(id, createHash("sha256").update(body).digest("hex"));
    const operation = getOperationAST(parse(body));
    assert.deepEqual([operation?.name?.value, operation?.operation], [name, type]);
  }
});

test("each file of operations/ is in it, letter for letter", () => {
  for (const [name, body] of files("operations", ".graphql")) {
    assert.ok(manifest.operations.some((operation) => operation.name === name && operation.body === body), name);
  }
});

test("a file that is not one operation of its name is refused", () => {
  const refused = (name, body) => assert.throws(() => manifestOf([[name, body]]), /must hold one operation named/);
  refused("A", "query B { viewer { id } }\n");
  refused("A", "{ viewer { id } }\n");
  refused("A", "query A { viewer { id } }\nquery B { viewer { id } }\n");
  assert.equal(manifestOf([["A", "query A { viewer { ...F } }\nfragment F on Viewer { id }\n"]]).operations.length, 1);
});
