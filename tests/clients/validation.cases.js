// Documents for the demo schema, by the rule of the specification that they try; most break it, some are the nearest that is allowed.

export const documents = {
  syntax: [
    "{", "}", "{ hello ", "query { }", "{ hello(name: ) }", "{ hello() }", "query ($a: Int = ) { hello }", "{ ...on }", "fragment on on Query { hello }",
    "{ hello @ }", '{ hello(name: "unterminated) }', "{ double(number: 01) }", "{ double(number: 1.) }", "{ double(number: .5) }", "{ hello(name: \"\\x\") }",
    "{ hello } }", "query Q($a) { hello }", "{ ... }", "notAKeyword { hello }", "{ hello: }", "query { hello } garbage", '{ hello(name: "\\uD800") }', "{ double(number: 1a) }",
  ],
  executableDefinitions: ["{ hello } type T { a: Int }", "{ hello } extend type Query { a: Int }", "schema { query: Query }", "{ hello } directive @a on FIELD", "{ hello } scalar X"],
  operationNames: ["query A { hello } query A { total }", "query A { hello } mutation A { add(by: 1) }", "query A { hello }"],
  loneAnonymousOperation: ["{ hello } query B { total }", "{ hello } { total }", "{ hello } mutation M { add(by: 1) }"],
  singleRootSubscription: [
    "subscription { count(to: 1) endless }",
    "subscription { ...F } fragment F on Ticker { count(to: 1) endless }",
    "subscription { __typename }",
    "subscription { a: count(to: 1) b: count(to: 1) }",
  ],
  operationTypes: ["subscription S { nothing }"],
  fieldsOnCorrectType: [
    "{ nothing }", "{ human { nothing } }", "{ pets { lives } }", "{ pets { barks name } }", "{ finds { name } }", "{ finds { __typename } }", "{ pets { __typename name } }",
    "{ human { ... on Human { nothing } } }", "mutation { hello }", "{ add(by: 1) }", "{ __nothing }", "mutation { __schema { queryType { name } } }", "{ human { __schema { queryType { name } } } }",
    "{ hello: nothing }", "fragment F on Cat { barks } { pets { ...F } }",
  ],
  mergingFields: [
    "{ a: hello a: total }", '{ hello(name: "a") hello(name: "b") }', "{ hello hello }", '{ hello hello(name: "b") }', "{ human { number: number number: friend { number } } }",
    "{ pets { ... on Cat { a: name } ... on Dog { a: barks } } }", "{ pets { ... on Cat { a: lives } ... on Dog { a: barks } } }", "{ pets { ... on Cat { a: name } ... on Dog { a: name } } }",
    "{ human { friend { number } } human { friend { number: friend { number } } } }", "{ a: human { number } a: human { x: number } }", "{ a: human { x: number } a: human { x: friend { number } } }",
    "{ ...A ...B } fragment A on Query { x: hello } fragment B on Query { x: total }", "{ human { friends(first: 1) { number } friends(first: 2) { number } } }",
    "query ($a: Int, $b: Int) { human { friends(first: $a) { number } friends(first: $b) { number } } }", "query ($a: Int) { human { friends(first: $a) { number } friends(first: $a) { x: number } } }",
    "{ human { friend { friends { x: number } } friend { friends { x: friend { number } } } } }",
    "{ human { ...A } human { ...B } } fragment A on Human { x: number } fragment B on Human { x: maybe }",
  ],
  leafSelections: ["{ human }", "{ hello { x } }", "{ pets }", "{ finds }", "{ human { number { x } } }", "{ human { friend } }", "{ people { edges } }", "{ total { __typename } }"],
  argumentNames: ["{ hello(nothing: 1) }", "{ hello @include(nothing: true) }", "{ hello @skip(if: true, unless: false) }", "{ human { friends(last: 1) { number } } }", "{ hello(Name: \"a\") }"],
  argumentUniqueness: ['{ hello(name: "a", name: "b") }', "{ hello @skip(if: true, if: false) }", "{ double(number: 1, number: 1) }"],
  requiredArguments: ["{ double }", "{ double(number: null) }", "{ hello @include }", "mutation { add }", "subscription { count }", "{ double(number: 1) }"],
  fragmentNames: ["{ ...F } fragment F on Query { hello } fragment F on Query { total }"],
  fragmentTypes: ["{ ...F } fragment F on Nothing { hello }", "{ ... on Nothing { hello } }"],
  fragmentsOnComposites: ["{ ...F } fragment F on Int { hello }", "{ ... on Colour { hello } }", "{ ...F } fragment F on Filter { name }", "{ ... on String { hello } }"],
  unusedFragments: ["{ hello } fragment F on Query { hello }", "{ ...A } fragment A on Query { hello } fragment B on Query { ...A }"],
  fragmentTargets: ["{ ...Nothing }", "{ human { ...Nothing } }"],
  fragmentCycles: [
    "{ ...A } fragment A on Query { ...A }", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "{ human { ...A } } fragment A on Human { friend { ...A } }",
    "{ ...A } fragment A on Query { ... on Query { ...B } hello } fragment B on Query { human { ...C } } fragment C on Human { friend { ...C } }",
  ],
  possibleSpreads: ["{ pets { ... on Human { number } } }", "{ human { ... on Cat { lives } } }", "{ finds { ...F } } fragment F on Human { number }", "{ finds { ... on Pet { name } } }", "{ human { ... on Pet { name } } }", "{ ... on Mutation { add(by: 1) } }"],
  valuesOfCorrectType: [
    '{ double(number: "1") }', "{ double(number: 1.5) }", "{ double(number: true) }", "{ double(number: 2147483648) }", "{ double(number: [1]) }", "{ double(number: RED) }", "{ double(number: {a: 1}) }",
    "{ hello(name: 1) }", "{ hello(name: RED) }", '{ echo(colour: "RED") }', "{ echo(colour: BLUE) }", "{ echo(colour: 1) }", "{ echo(colour: RED) }", "{ echo(filter: 1) }", '{ echo(filter: "x") }',
    "{ echo(filter: {nothing: 1}) }", '{ echo(filter: {size: "1"}) }', "{ echo(filter: {size: null}) }", "{ echo(filter: {tags: [1]}) }", '{ echo(filter: {tags: "one"}) }', '{ echo(filter: {tags: ["a", null]}) }',
    "{ hello @include(if: 1) }", '{ hello @skip(if: "true") }', "{ hello @skip(if: null) }", "query ($a: Int = \"1\") { echo(number: $a) }", "query ($a: Colour = BLUE) { echo(colour: $a) }", "query ($a: Filter = {nothing: 1}) { echo(filter: $a) }",
    '{ echo(day: "2026-11-22") }', "{ echo(number: null) }", "{ echo(filter: null) }", "{ echo(filter: {}) }",
  ],
  inputFieldUniqueness: ['{ echo(filter: {name: "a", name: "b"}) }', "query ($a: Filter = {size: 1, size: 2}) { echo(filter: $a) }"],
  directives: [
    "{ hello @nothing }", "query @nothing { hello }", "query @skip(if: true) { hello }", "{ hello @skip(if: false) @skip(if: false) }", "{ ... @skip(if: false) @skip(if: false) { hello } }", "{ hello @deprecated }",
    "query ($a: Int @skip(if: true)) { echo(number: $a) }", "{ ...F } fragment F on Query @include(if: true) { hello }", "mutation @include(if: true) { add(by: 1) }", "{ hello @skip(if: false) @include(if: true) }",
  ],
  variableUniqueness: ["query ($a: Int, $a: Int) { echo(number: $a) }", "query ($a: Int, $a: String) { echo(number: $a) }"],
  variableTypes: ["query ($a: Nothing) { echo(number: $a) }", "query ($a: Human) { echo(number: $a) }", "query ($a: Pet) { hello }", "query ($a: [Find]) { hello }"],
  definedVariables: [
    "{ echo(number: $a) }", "query A { echo(number: $a) } query B($a: Int) { echo(number: $a) }", "query ($b: Int) { echo(number: $a) x: echo(number: $b) }", "{ ...F } fragment F on Query { echo(number: $a) }",
    "{ echo(filter: {size: $a}) }", "{ echo(filter: {tags: [$a]}) }", "{ hello @include(if: $a) }",
  ],
  usedVariables: ["query ($a: Int) { hello }", "query ($a: Int, $b: Int) { echo(number: $a) }", "query A($a: Int) { hello } query B($a: Int) { echo(number: $a) }", "query ($a: Int) { ...F } fragment F on Query { echo(number: $a) }"],
  variablesInPosition: [
    "query ($a: Int) { double(number: $a) }", "query ($a: Int = 1) { echo(filter: {size: $a}) }", "query ($a: String) { echo(number: $a) }", "query ($a: Int) { hello(name: $a) }", "query ($a: [String]) { echo(text: $a) }",
    "query ($a: Boolean) { hello @include(if: $a) }", "query ($a: Boolean = null) { hello @include(if: $a) }", "query ($a: Boolean) { ... @skip(if: $a) { hello } }", "query ($a: Boolean! = true) { hello @include(if: $a) }", "query ($a: String) { echo(filter: {tags: [$a]}) }", "query ($a: String! = \"a\") { echo(filter: {tags: [$a]}) }", "query ($a: String) { ...F } fragment F on Query { echo(filter: {tags: [$a]}) }", "query ($a: [String!]) { echo(filter: {tags: $a}) }", "query ($a: [String]) { echo(filter: {tags: $a}) }",
    "query ($a: Int = null) { double(number: $a) }", "query ($a: String) { echo(colour: $a) }", "query ($a: ID) { hello(name: $a) }", "query ($a: Int) { ...F } fragment F on Query { hello(name: $a) }", "query ($a: Int) { echo(filter: {size: $a}) }",
  ],
};

// Known gaps: graphql-js refuses these before they run. Here they are refused while they run.
export const gaps = [
  // The front cannot read literals of custom scalars; the scalar refuses them when its field is run.
  '{ echo(day: "tomorrow") }',
];

const number = "query ($a: Int) { echo(number: $a) }";
const needed = "query ($a: Int!) { double(number: $a) }";
const colour = "query ($a: Colour) { echo(colour: $a) }";
const filter = "query ($a: Filter) { echo(filter: $a) }";

export const variables = [
  [number, { a: 1 }], [number, { a: "1" }], [number, { a: 1.5 }], [number, { a: 1.0 }], [number, { a: true }], [number, { a: 2147483648 }], [number, { a: [1] }], [number, { a: null }], [number, {}],
  [needed, {}], [needed, { a: null }], [needed, { a: 2 }], [needed, { a: {} }],
  [colour, { a: "RED" }], [colour, { a: "BLUE" }], [colour, { a: 1 }],
  [filter, { a: {} }], [filter, { a: { nothing: 1 } }], [filter, { a: { size: "1" } }], [filter, { a: { size: null } }], [filter, { a: { tags: ["a"] } }], [filter, { a: { tags: "a" } }], [filter, { a: { tags: [1] } }], [filter, { a: 1 }], [filter, { a: [] }],
  ["query ($a: String) { hello(name: $a) }", { a: 1 }], ["query ($a: String) { hello(name: $a) }", { a: "1" }],
  ["query ($a: Boolean!) { hello @include(if: $a) }", { a: "true" }], ["query ($a: Boolean!) { hello @include(if: $a) }", { a: true }],
  [number, { a: 1, unknown: 2 }],
];
