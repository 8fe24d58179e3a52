// The phone's operations run on this schema: today's, and those of every release that is still out there.
import { test } from "node:test";
import assert from "node:assert/strict";
import { NoDeprecatedCustomRule, parse, specifiedRules, validate } from "graphql";
import { files, schema } from "./contract.js";

const told = (errors) => errors.map(({ message, locations }) => `${locations?.[0].line}: ${message}`);

for (const [name, text] of files("operations", ".graphql")) {
  test(`${name} is valid and uses nothing deprecated`, () => {
    const document = parse(text);
    assert.deepEqual(told(validate(schema, document, [...specifiedRules, NoDeprecatedCustomRule])), []);
    const operations = document.definitions.filter(({ kind }) => kind === "OperationDefinition");
    assert.deepEqual(operations.map((operation) => operation.name?.value), [name]);
  });
}

for (const [version, text] of files("released", ".json")) {
  test(`the operations of ${version} are still valid`, () => {
    for (const { name, body } of JSON.parse(text).operations) assert.deepEqual(told(validate(schema, parse(body))), [], name);
  });
}
