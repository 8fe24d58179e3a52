// What graphql-js refuses is refused here, and what it lets run runs: documents of every validation rule, on the demo schema.
import assert from "node:assert/strict";
import { buildClientSchema, getIntrospectionQuery, getOperationAST, getVariableValues, MaxIntrospectionDepthRule, parse, specifiedRules, validate } from "graphql";
import { demo, post, test } from "./server.js";
import { documents, gaps, variables } from "./validation.cases.js";

// Rules that graphql-js has beside those of the specification.
const rules = specifiedRules.filter((rule) => rule !== MaxIntrospectionDepthRule);

function verdict(schema, query) {
  try {
    return validate(schema, parse(query), rules).map(({ message }) => message);
  } catch (error) {
    return [error.message];
  }
}

const skip = demo ? false : "the cases are for the demo schema";

test("documents", { skip }, async (t) => {
  const { body } = await post({ query: getIntrospectionQuery() });
  const schema = buildClientSchema(body.data);
  for (const [rule, queries] of Object.entries(documents)) {
    await t.test(rule, async () => {
      for (const query of queries) {
        const expected = verdict(schema, query);
        const { body } = await post({ query });
        const refused = !("data" in body);
        assert.equal(refused, expected.length > 0, `${query}\n graphql-js: ${expected}\n ours: ${JSON.stringify(body)}`);
      }
    });
  }
});

test("known gaps are errors of the field, with a code", { skip }, async () => {
  for (const query of gaps) {
    const { body } = await post({ query });
    assert.equal(body.data, null, query);
    assert.equal(body.errors[0].extensions.code, "BAD_USER_INPUT", query);
  }
});

test("variables", { skip }, async () => {
  const { body } = await post({ query: getIntrospectionQuery() });
  const schema = buildClientSchema(body.data);
  for (const [query, values] of variables) {
    const definitions = getOperationAST(parse(query)).variableDefinitions;
    const { errors } = getVariableValues(schema, definitions, values);
    const { status, body } = await post({ query, variables: values });
    const refused = !("data" in body);
    const told = `${query} ${JSON.stringify(values)}\n graphql-js: ${errors}\n ours: ${JSON.stringify(body)}`;
    assert.equal(refused, errors !== undefined, told);
    assert.equal(status, refused ? 400 : 200, told);
    if (refused) assert.equal(body.errors[0].extensions.code, "BAD_USER_INPUT", told);
  }
});
