// Rules of taste and of Relay for schema.graphql, and for what the phone sends. By hand, from the root:
//   tests/schema/node_modules/.bin/eslint --config tests/schema/eslint.config.js schema.graphql mobile-contract/operations --ext .graphql
import { fileURLToPath } from "node:url";
import graphql from "@graphql-eslint/eslint-plugin";

const here = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
// The plugin keeps the first configuration that it sees, for all files.
const parserOptions = { graphQLConfig: { schema: here("schema.graphql"), documents: here("mobile-contract/operations/*.graphql") } };
const preset = (name) => graphql.configs[`flat/${name}`].rules;

/** Types that are no things of their own: they are read with what they belong to, and have no id to be cached by. */
const values = [
  "Arrears", // of an account, as of today
  "CommunityBooksBehind", // of a community, as of today
  "ContactBrief", // the newest contact of a worklist entry
  "Holder", // a party in its place on an account; `partyId` says which
  "PageInfo", // Relay says what is in it
  "Problem", // one thing wrong with an input
  "WorklistCount", // one per reason
  "DunningPause", // what stands against an account now
  "StewardLoad", // one per steward; `stewardId` says whose
  "Tickler", // a view of follow-ups, which have ids
  "TicklerCard",
  "TicklerSlot",
  "UnassignedLoad", // what lies with nobody, as of today
  "WorklistAccount", // an account on the list; the account has the id
  "AgeingBucket", // figures of a day: a line of them
  "ChargePenalty",
  "NotKnown",
  "Penalty",
  "StatementEntry", // an entry beside its running balance; `entryId` says which
  "CalendarDay", // a day of a year that is published
  "CalendarYear",
  "CasePolicy", // what a community allows, as of now
  "CollectionPolicy", // what a community wants, as of now
  "HoldLimit",
  "SightingAssessment", // what was stated when sightings were switched on
  "ContactAbout", // what a contact was about; the account has the id
  "ContactAmendment", // what a contact said before
  "ImportHeading", // a part of a run of an import, which has the id
  "ImportProblem",
  "ImportTally",
  "LookUpHit", // an account that was found, and by what
  "PaymentDetails", // how a community is paid
  "PaymentInstructions", // a text
  "Share", // a fraction
  "TransferNote", // what to know of a transfer
  "Watermark", // what was said of a community; its sequence says which
];

/**
 * The engine prints the directives of the specification with the schema. They are not ours to describe or to use, so no rule
 * sees them. Their lines stay, empty, so that the others keep their numbers.
 */
const withoutBuiltIn = {
  preprocess: (text) => [
    text.replace(/^"""\n[^"]*\n"""\ndirective @(include|skip|specifiedBy|deprecated|oneOf)\b.*$/gm, (found) => found.replace(/[^\n]/g, "")),
  ],
  postprocess: (messages) => messages.flat(),
};

const rules = {
  ...preset("schema-recommended"),
  ...preset("schema-relay"),

  // Everything is described, not only types and root fields: it is what a client's author reads.
  "@graphql-eslint/require-description": [
    "error",
    { types: true, DirectiveDefinition: true, rootField: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true },
  ],
  // What has an id can be cached by it. Payloads, connections and edges are shapes around things.
  "@graphql-eslint/strict-id-in-types": [
    "error",
    { acceptedIdNames: ["id"], acceptedIdTypes: ["ID"], exceptions: { types: values, suffixes: ["Payload", "Connection", "Edge"] } },
  ],
  // Lists are read forward: there is no `last` and no `before`.
  "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
  "@graphql-eslint/relay-edge-types": [
    "error",
    {
      withEdgeSuffix: true,
      // Short lists that come whole (holders, promises, problems) have no pages and so no edges.
      listTypeCanWrapOnlyEdgeType: false,
      // What a list shows may be a view (a hit, a line of a statement) that is no thing of its own.
      shouldImplementNode: false,
    },
  ],

  // A contact names the contact point that was used; the field is called what the thing is called.
  "@graphql-eslint/no-typename-prefix": "off",

  // From the preset schema-all. Its others are not ours: the alphabet instead of the order of work; no mutations and
  // subscriptions at all; a field `query` in each payload; nullable payloads; a date argument that @deprecated does not have.
  "@graphql-eslint/input-name": "error",
  "@graphql-eslint/no-scalar-result-type-on-mutation": "error",
  "@graphql-eslint/require-nullable-fields-with-oneof": "error",
  "@graphql-eslint/require-type-pattern-with-oneof": "error",
};

export default [
  {
    files: ["schema.graphql"],
    plugins: { "@graphql-eslint": graphql, ours: { processors: { withoutBuiltIn } } },
    processor: "ours/withoutBuiltIn",
    languageOptions: { parser: graphql.parser, parserOptions },
    rules,
  },
  {
    files: ["mobile-contract/operations/*.graphql"],
    plugins: { "@graphql-eslint": graphql },
    languageOptions: { parser: graphql.parser, parserOptions },
    rules: preset("operations-recommended"),
  },
];
