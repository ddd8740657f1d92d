import type { NetworkConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { VaultAnswer } from "../../src/config/init/answers.js";
import type { Asker } from "../../src/config/init/asker.js";
import { visible } from "../../src/protocol/visible.js";

/** Where a vault that exists is: asked once, unless `--network` says it; undefined where no network is configured. */
export async function chooseNetwork(hre: HardhatRuntimeEnvironment, asker: Asker): Promise<string | undefined> {
  const { networks } = hre.config;
  // Undefined unless given, whatever Hardhat's type says.
  const given = hre.globalOptions.network as string | undefined;
  if (given !== undefined) return given;
  const names = Object.keys(networks).filter((name) => networks[name]?.type === "http");
  const [first] = names;
  if (first === undefined) return undefined;
  const byDefault = names.includes("mainnet") ? "mainnet" : first;
  const choices = names.map((name) => ({ value: name, name }));
  return await asker.select("On which network is the vault?", choices, byDefault);
}

/**
 * What is done with the file next.
 * @param network Where a vault that exists is, by its name and as it is configured.
 */
export function nextSteps(
  file: string,
  vault: VaultAnswer["kind"],
  network?: { readonly name: string; readonly config: NetworkConfig | undefined },
): string[] {
  const run = (verb: string, name: string) => `  npx hardhat tribune ${verb} --dao ${visible(file)} --network ${name}`;
  switch (vault) {
    case "stand-in":
    case "pool":
      return ["Try it on a local chain:", "  npx hardhat node --hostname 127.0.0.1", run("deploy", "localhost")];
    case "test":
      return ["Deploy it on a testnet, once the holders are people whom you know:", run("deploy", "hoodi")];
    case "erc4626":
    case "erc7540":
    case "own": {
      const name = network?.name ?? "<the vault's network, from hardhat.config.ts>";
      const url = urlVariableOf(network?.config);
      const { hasAccount, variable } = accountOf(network?.config);
      return [
        `Rehearse an exit over the vault, on a copy of its chain${url === undefined ? ":" : "; put the URL of a node there first:"}`,
        ...(url === undefined ? [] : [`  npx hardhat keystore set ${url}`]),
        run("rehearse", name),
        hasAccount
          ? "Then deploy it there:"
          : `Then deploy it there, once hardhat.config.ts names an account for ${network?.name ?? "that network"}:`,
        ...(variable === undefined ? [] : [`  npx hardhat keystore set ${variable}`]),
        run("deploy", name),
      ];
    }
  }
}

/** A value of the configuration that is kept elsewhere: under which name; undefined where it stands there itself. */
const nameOf = (value: object): string | undefined => ("name" in value ? String(value.name) : undefined);

const urlVariableOf = (config: NetworkConfig | undefined): string | undefined =>
  config?.type === "http" ? nameOf(config.url) : undefined;

/** Whether the network has an account to deploy from, as far as its configuration says; and what its key is kept as. */
function accountOf(config: NetworkConfig | undefined) {
  const accounts = config?.type === "http" ? config.accounts : "remote";
  const [first] = Array.isArray(accounts) ? accounts : [];
  // A node of one's own signs for its accounts.
  const isOwn = config?.type === "http" && urlVariableOf(config) === undefined;
  return { hasAccount: isOwn || accounts !== "remote", variable: first === undefined ? undefined : nameOf(first) };
}
