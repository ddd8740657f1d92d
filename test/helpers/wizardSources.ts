import { readFileSync } from "node:fs";

import wizard from "@openzeppelin/wizard";
import { Interface } from "ethers";
import solc from "solc";

/** What can be deployed of a source. */
export interface Made {
  readonly abi: Interface;
  readonly bytecode: string;
}

/** A source by its contract's name. */
export type Sources = Readonly<Record<string, string>>;

export type Clock = "timestamp" | "blocknumber";
export type Access = "ownable" | "roles" | "managed";
export type Proxy = "uups" | "transparent" | "none";

export const tokenSource = (name: string, votes: Clock): string =>
  wizard.erc20.print({ ...wizard.erc20.defaults, name, symbol: "WIZ", votes, premint: "1000" });

export const governorSource = (
  name: string,
  options: { readonly clockMode: Clock; readonly storage?: boolean; readonly isUpgradeable?: boolean },
): string =>
  wizard.governor.print({
    ...wizard.governor.defaults,
    ...{ name, clockMode: options.clockMode, storage: options.storage ?? false },
    upgradeable: options.isUpgradeable === true ? "uups" : false,
  });

export const ownedSource = (name: string, access: Access, proxy: Proxy): string =>
  wizard.custom.print({
    ...wizard.custom.defaults,
    ...{ name, access, pausable: true, upgradeable: proxy === "none" ? false : proxy },
  });

/** The same Governor with OpenZeppelin's guardian, which the wizard has no box for. */
export function withGuardian(source: string, guardian: string): string {
  const extension = "@openzeppelin/contracts/governance/extensions/GovernorProposalGuardian.sol";
  return source
    .replace("\ncontract ", `import {GovernorProposalGuardian} from "${extension}";\n\ncontract `)
    .replace(" is Governor,", " is Governor, GovernorProposalGuardian,")
    .replace(
      "GovernorTimelockControl(_timelock)\n    {}",
      `GovernorTimelockControl(_timelock) { ${SETTING(guardian)} }`,
    )
    .replace(/\}\s*$/, `${VALIDATION}}\n`);
}

const SETTING = (guardian: string): string => `_setProposalGuardian(${guardian});`;
const VALIDATION = `
    function _validateCancel(uint256 id, address caller)
        internal view override(Governor, GovernorProposalGuardian) returns (bool)
    {
        return super._validateCancel(id, caller);
    }
`;

const compile = solc.compile as (input: string, callbacks: { readonly import: (file: string) => unknown }) => string;

/** Compiles sources with the project's compiler, and what they import from OpenZeppelin. */
export function compileSources(sources: Sources): ReadonlyMap<string, Made> {
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(Object.entries(sources).map(([name, content]) => [`${name}.sol`, { content }])),
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: "cancun",
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
    },
  };
  const read = (file: string) => ({ contents: readFileSync(`node_modules/${file}`, "utf8") });
  const output = JSON.parse(compile(JSON.stringify(input), { import: read })) as {
    readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
    readonly contracts: Record<string, Record<string, { abi: string[]; evm: { bytecode: { object: string } } }>>;
  };
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  return new Map(
    Object.keys(sources)
      .flatMap((file) => Object.entries(output.contracts[`${file}.sol`] ?? {}))
      .map(([name, { abi, evm }]) => [name, { abi: new Interface(abi), bytecode: `0x${evm.bytecode.object}` }]),
  );
}
