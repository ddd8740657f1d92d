import type { TribuneAddresses } from "../../protocol/addresses.js";
import { cloneCode } from "../../protocol/clones.js";
import type { Part } from "../manifest/parts.js";
import type { Account, World } from "../world/world.js";
import type { StorageKnowledge } from "../storage/difference.js";
import { HEIR, type Staking } from "./staking.js";

const VAULT = "operator vault";

/** The parts of a system, the vaults of all operators in the place of what they are clones of; the newcomer's first. */
export function withVaults(parts: readonly Part[], staking: Staking | undefined): Part[] {
  const vaults = staking?.operators.map(({ vault }): Part => ({ name: VAULT, address: vault })) ?? [];
  return parts.flatMap((part) => (part.name === VAULT ? vaults : [part]));
}

/** Whether a part is one that is tried: of the vaults of operators the newcomer's, whose code all others have, too. */
export const isTried = ({ name, address }: Part, { staking }: Pick<World, "staking">): boolean =>
  name !== VAULT || address === staking?.operators[0].vault;

/** The code that the vault of an operator has. [hex] */
export const cloneOfOperator = ({ pool, vault }: TribuneAddresses, id: bigint): string | undefined =>
  pool && cloneCode(pool.operatorVault, [vault, pool.registry, id]);

export const namesOfOperators = (staking: Staking | undefined): Account[] =>
  staking === undefined
    ? []
    : [
        ...staking.operators.flatMap(({ id, owner, vault }) => [
          { name: `the vault of operator ${id}`, address: vault },
          { name: `the owner of operator ${id}`, address: owner },
        ]),
        { name: "whom an operator was offered to", address: HEIR },
      ];

/** Vaults of operators keep things where what they are clones of does. */
export function knowingVaults(
  knowledge: StorageKnowledge,
  { staking, addresses }: { readonly staking: Staking | undefined; readonly addresses: TribuneAddresses },
): StorageKnowledge {
  const vaults = new Set(staking?.operators.map(({ vault }) => vault));
  const implementation = addresses.pool?.operatorVault ?? "";
  return {
    ...knowledge,
    layoutOf: (account, code) => knowledge.layoutOf(vaults.has(account) ? implementation : account, code),
  };
}
