import { Interface } from "ethers";

import { formatAmount } from "../../protocol/format.js";
import { ruleName, type Composition } from "../compose/compose.js";
import { partsOf, type Formula } from "../core/index.js";
import { KINDS, partsOf as partsOfSystem, type Part } from "../manifest/parts.js";
import type { HoldingReport } from "../report.js";
import type { World } from "../world/world.js";

const ERC20 = new Interface([
  "function balanceOf(address) view returns (uint256)",
  "function decimals() view returns (uint8)",
  "function symbol() view returns (string)",
]);
const ERC4626 = new Interface([
  "function asset() view returns (address)",
  "function totalAssets() view returns (uint256)",
]);
const ETHER = { symbol: "ETH", decimals: 18 } as const;

/** What an address holds. */
export type Holding = HoldingReport & { readonly address: string };

/** What the system's contracts hold, before anybody is given ether to be played: of the vault's asset and shares, the DAO's tokens and ether: where it can be read. */
export async function readHoldings({ snapshot, addresses }: Pick<World, "snapshot" | "addresses">): Promise<Holding[]> {
  const parts = partsOfSystem(addresses);
  const ask = async (to: string, abi: Interface, view: string, args: readonly unknown[] = []): Promise<unknown> => {
    const answer = await snapshot.call({ to, data: abi.encodeFunctionData(view, args) });
    if (!answer.ok || answer.data === "0x") return undefined;
    return abi.decodeFunctionResult(view, answer.data)[0] as unknown;
  };
  const told = async (token: string) => {
    const symbol = await ask(token, ERC20, "symbol");
    const decimals = await ask(token, ERC20, "decimals");
    return { symbol: typeof symbol === "string" ? symbol : token, decimals: Number(decimals ?? 0n) };
  };
  const found: Holding[] = [];
  const add = (part: Part, { symbol, decimals }: { symbol: string; decimals: number }, amount: unknown) => {
    if (typeof amount !== "bigint" || amount === 0n) return;
    const { name, address } = part;
    found.push({ address, holder: `the ${name}`, token: symbol, amount: String(amount), decimals });
  };
  const asset = await ask(addresses.vault, ERC4626, "asset");
  const tokens = [addresses.token, addresses.vault, ...(typeof asset === "string" ? [asset] : [])];
  for (const part of parts) {
    // Of a vault everything counts, wherever it is invested.
    if (part.address === addresses.vault && typeof asset === "string") {
      add(part, await told(asset), await ask(part.address, ERC4626, "totalAssets"));
      continue;
    }
    for (const token of tokens) {
      if (token !== part.address) add(part, await told(token), await ask(token, ERC20, "balanceOf", [part.address]));
    }
    add(part, ETHER, BigInt((await snapshot.request("eth_getBalance", [part.address, "latest"])) as string));
  }
  return found;
}

/** Says what a change of a rule may cost. */
export class CostTeller {
  constructor(
    private readonly world: Pick<World, "parts">,
    private readonly composition: Pick<Composition, "effects" | "whole">,
    private readonly holdings: readonly Holding[],
  ) {}

  /** What the manifest says; else everything held by whoever the change gives power over, which is an upper bound. */
  tell(rule: string): string {
    const dot = rule.indexOf(".");
    const contract = rule.slice(0, dot);
    const kind = Object.values(KINDS).find(({ manifest }) => manifest.contract === contract);
    const declared = kind?.manifest.costs?.[rule.slice(dot + 1)];
    if (declared !== undefined) return declared;
    const reached = this.#reach(rule, contract);
    const told = this.holdings
      .filter(({ address }) => reached.has(address))
      .map(({ holder, amount, decimals, token }) => `${formatAmount(BigInt(amount), decimals)} ${token} of ${holder}`);
    return told.length === 0 ? "nothing that can be read" : `at most ${told.join(", ")}`;
  }

  /** The rule's contract; whoever one can act as by it; and whatever rules those change. */
  #reach(rule: string, contract: string): Set<string> {
    const { effects, whole } = this.composition;
    const addressOf = (name: string) =>
      this.world.parts.filter((part) => KINDS[part.name].manifest.contract === name).map(({ address }) => address);
    const reached = new Set(addressOf(contract));
    const actors = new Set(
      (whole.escalations ?? []).filter(({ through }) => leansOn(through, ruleName(rule))).map(({ gains }) => gains),
    );
    for (const { caller, rule: changed } of effects) {
      if (!actors.has(`act as ${caller}`)) continue;
      reached.add(caller);
      for (const address of addressOf(changed.slice(0, changed.indexOf(".")))) reached.add(address);
    }
    return reached;
  }
}

const leansOn = (formula: Formula, power: string): boolean =>
  (formula.kind === "power" && formula.power === power) || partsOf(formula).some((part) => leansOn(part, power));
