import { formatPercent, parseTokens } from "../../protocol/format.js";
import type { DaoDefinition } from "../schema.js";
import type { Allocation, Answers, Members, TokenAnswer } from "./answers.js";
import { fill, outlineFile, reasonOf, sectionOf, within, type Section } from "./outline.js";
import { describeInsiders } from "./read.js";

/** Where the reasons come from, and the figures. */
export interface Template {
  /** Text of config/default.ts, and of config/pool.ts: their comments are the reasons. */
  readonly standard: string;
  readonly pool: string;
  /** Whose figures are written. */
  readonly figures: DaoDefinition;
  /** What the pool begins with. */
  readonly poolVault: Extract<DaoDefinition["vault"], { kind: "pool" }>;
  /** From which the file imports `defineDao`. */
  readonly module: string;
  /** Said at the head of the file. */
  readonly remarks: readonly string[];
}

/** What prettier keeps a line to. */
const WIDTH = 120;

/** With the quotes that need fewer escapes. */
function quote(text: string): string {
  if (text.split('"').length <= text.split("'").length) return JSON.stringify(text);
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The file of a DAO, as prettier would write it. */
export function renderDao(answers: Answers, template: Template): string {
  const sections = outlineFile(template.standard);
  const kept = (key: string): string[] => {
    const { above, lines } = fill(sectionOf(sections, key), template.figures);
    return [...above, ...lines];
  };
  const units = template.standard.split("\n").find((line) => line.startsWith("// Durations: "));
  return [
    `import { defineDao } from ${JSON.stringify(template.module)};`,
    "",
    "// Written by npx hardhat tribune init, and yours from here on: each value stands with its unit and its reason.",
    ...(units === undefined ? [] : [units]),
    ...template.remarks.map((remark) => `// ${remark}`),
    "",
    "export default defineDao({",
    `  name: ${quote(answers.name)},`,
    "",
    ...(answers.token.kind === "new"
      ? [...renderToken(answers.token), ...kept("governor")]
      : renderExisting(answers.token)),
    ...kept("timelock"),
    ...kept("dualGovernance"),
    "",
    ...renderVault(answers, sections, template),
    ...renderBodies(answers, sections, template),
    "});",
    "",
  ].join("\n");
}

const renderExisting = ({ address, governor }: TokenAnswer & { readonly kind: "existing" }): string[] => [
  "  // They exist, and stay: the Governor counts this token's votes, and is to obey the new timelock.",
  `  token: { address: "${address}" },`,
  `  governor: { address: "${governor}" },`,
];

function renderToken({ name, symbol, allocations }: TokenAnswer & { readonly kind: "new" }): string[] {
  const supply = allocations.reduce((sum, { amount }) => sum + parseTokens(amount), 0n);
  return [
    "  token: {",
    `    name: ${quote(name)},`,
    `    symbol: ${quote(symbol)},`,
    "    // The whole supply, once and for all. [tokens]",
    `    // ${describeInsiders(allocations)}`,
    ...(allocations.some(({ vesting }) => vesting !== undefined)
      ? ["    // Tokens that vest do not vote until they are released."]
      : []),
    "    allocations: [",
    ...allocations.flatMap((allocation) => renderAllocation(allocation, supply)),
    "    ],",
    "  },",
  ];
}

function renderAllocation({ holder, amount, vesting, isInsider }: Allocation, supply: bigint): string[] {
  const part = formatPercent((parseTokens(amount) * 10n ** 18n) / supply);
  const reason = `// ${part}${isInsider ? ", an insider" : ""}`;
  const fields = `holder: "${holder}", amount: "${amount}"`;
  if (vesting === undefined) return [`      { ${fields} }, ${reason}`];
  const { start, duration, cliff } = vesting;
  return [
    `      ${reason}`,
    "      {",
    `        holder: "${holder}",`,
    `        amount: "${amount}",`,
    `        vesting: { start: "${start}", duration: "${duration}", cliff: "${cliff}" },`,
    "      },",
  ];
}

function renderVault({ vault }: Answers, standard: readonly Section[], template: Template): string[] {
  switch (vault.kind) {
    case "stand-in":
      return renderExample(standard, "local-example", "over stand-ins: local chains only");
    case "test":
      return renderExample(standard, "test-example", "over an asset that anybody mints, worth nothing: testnets");
    case "pool":
      return renderPool(template);
    case "erc4626":
      return existing(vault.kind, vault.address, "it exists, and redeems at once", undefined);
    case "erc7540":
      return existing(vault.kind, vault.address, "it exists, and redeems on request", undefined);
    case "own":
      return existing(vault.kind, vault.address, "it exists, and is left in a way of its own", vault.vessel);
  }
}

const renderExample = (standard: readonly Section[], kind: string, reason: string): string[] =>
  sectionOf(standard, "vault").lines.map((line) => line.replace(/^( {4}kind: ).*/, `$1"${kind}", // ${reason}`));

const existing = (kind: string, address: string, reason: string, vessel: string | undefined): string[] => [
  "  vault: {",
  `    kind: "${kind}", // ${reason}`,
  `    address: "${address}",`,
  ...(vessel === undefined ? [] : [`    vessel: ${quote(vessel)}, // knows that way`]),
  "  },",
];

function renderPool({ pool, poolVault }: Template): string[] {
  const section = sectionOf(outlineFile(pool), "vault");
  const lines = section.lines.join("\n");
  const [entities = ""] = /^ {4}entities: \[\n[^]*?^ {4}\],$/m.exec(lines) ?? [];
  if (entities === "") throw new Error("the template's pool has no entities");
  const written = [
    "    entities: [",
    ...poolVault.entities.flatMap(({ cap, operators }) => [
      "      {",
      `        cap: "${cap}",`,
      ...(operators.length === 1
        ? operators.map((operator) => `        operators: [${oneOperator(operator)}],`)
        : [
            "        operators: [",
            ...operators.map((operator) => `          ${oneOperator(operator)},`),
            "        ],",
          ]),
      "      },",
    ]),
    "    ],",
  ];
  return lines.replace(entities, () => written.join("\n")).split("\n");
}

const oneOperator = ({ owner, cap }: { owner: string; cap: string }): string => `{ owner: "${owner}", cap: "${cap}" }`;

function renderBodies(
  { emergency, circuitBreaker, tiebreaker }: Answers,
  standard: readonly Section[],
  { figures }: Template,
): string[] {
  const body = (key: string, committees: Readonly<Record<string, readonly string[]>>): string[] => {
    const { above, lines } = fill(sectionOf(standard, key), figures);
    const inner = within({ key, above, lines }).flatMap((section) => {
      const committee = committees[section.key];
      if (committee === undefined) return [...section.above, ...section.lines];
      const reason = committee.length > 1 ? reasonOf(section) : undefined;
      return [...section.above, ...(reason === undefined ? [] : [`    // ${reason}`]), ...committee];
    });
    // Of what stands above, only the paragraph that is about this body.
    const own = above.slice(above.lastIndexOf("", above.length - 2) + 1);
    return ["", ...own, lines[0] ?? "", ...inner, lines.at(-1) ?? ""];
  };
  const bodies = [
    ...(emergency === undefined
      ? []
      : body("emergency", {
          activationCommittee: renderMembers("activationCommittee: ", emergency.activation, 4),
          executionCommittee: renderMembers("executionCommittee: ", emergency.execution, 4),
        })),
    ...(circuitBreaker === undefined
      ? []
      : body("circuitBreaker", {
          sealCommittee: renderMembers("sealCommittee: ", circuitBreaker.seal, 4),
          resealCommittee: renderMembers("resealCommittee: ", circuitBreaker.reseal, 4),
        })),
    ...(tiebreaker === undefined
      ? []
      : body("tiebreaker", {
          subCommittees: [
            "    subCommittees: [",
            ...tiebreaker.subCommittees.flatMap((members) => renderMembers("", members, 6)),
            "    ],",
          ],
          quorum: [`    quorum: ${Math.floor(tiebreaker.subCommittees.length / 2) + 1}, // more than half of them`],
        })),
  ];
  return bodies.length === 0 ? [] : ["", ...BODIES_REMARK, ...bodies];
}

const BODIES_REMARK = [
  "  // Bodies whose powers end by themselves. Each committee is a Safe that is created with the deployment, or",
  '  // `safe: "0x…"` for one that exists and has these owners and this threshold. Nobody may sit in two that check each other.',
];

/** @param key `"activationCommittee: "`, or empty for an item of a list. */
function renderMembers(key: string, { owners, threshold }: Members, indent: number): string[] {
  const space = " ".repeat(indent);
  const quoted = owners.map((owner) => `"${owner}"`);
  const line = `${space}  owners: [${quoted.join(", ")}],`;
  return [
    `${space}${key}{`,
    ...(line.length <= WIDTH
      ? [line]
      : [`${space}  owners: [`, ...quoted.map((owner) => `${space}    ${owner},`), `${space}  ],`]),
    `${space}  threshold: ${threshold},`,
    `${space}},`,
  ];
}
