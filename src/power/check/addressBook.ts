import { Interface } from "ethers";

import {
  IERC20Metadata__factory,
  IERC4626__factory,
  ISafe__factory,
  TimelockController__factory,
  TribuneGovernor__factory,
} from "../../../types/index.js";
import { abiOf } from "../../export/listContracts.js";
import type { TribuneAddresses } from "../../protocol/addresses.js";
import { listSeats } from "../../protocol/committees/seats.js";
import { KINDS, partsOf, type Part } from "../manifest/parts.js";

/** A contract of a deployment, by the name that people give it. */
export interface Entry {
  /** "timelock", "vesting wallet 1", "seal committee" */
  readonly name: string;
  readonly address: string;
  readonly abi: Interface;
  /** Where the audit knows it: its functions are called there one by one, and its variables are declared. */
  readonly part: Part | undefined;
}

/** What a DAO that existed before has brought along: of anybody's code, as far as OpenZeppelin's standards go. */
const existing = ({ token, governor }: TribuneAddresses, oldTimelock: string): Entry[] => [
  { name: "token", address: token, abi: new Interface(abiOf("IERC20Votes")), part: undefined },
  { name: "governor", address: governor, abi: TribuneGovernor__factory.createInterface(), part: undefined },
  { name: "old timelock", address: oldTimelock, abi: TimelockController__factory.createInterface(), part: undefined },
];

/** Every contract of a deployment; an address stands there once. */
export function addressBook(addresses: TribuneAddresses): Entry[] {
  const { vault, example, pool, bodies, vestingWallets, oldTimelock } = addresses;
  const other = (
    name: string,
    address: string | undefined,
    factory: { readonly createInterface: () => Interface },
  ): Entry[] => (address === undefined ? [] : [{ name, address, abi: factory.createInterface(), part: undefined }]);
  const nameOf = ({ name, address }: Part): string =>
    name === "vesting wallet" && vestingWallets.length > 1 ? `${name} ${vestingWallets.indexOf(address)}` : name;
  const entries = [
    ...partsOf(addresses).map((part): Entry => ({
      name: nameOf(part),
      address: part.address,
      abi: KINDS[part.name].abi,
      part,
    })),
    ...(oldTimelock === undefined ? [] : existing(addresses, oldTimelock)),
    ...other("vault", vault, IERC4626__factory),
    ...other("asset", example?.asset ?? pool?.weth, IERC20Metadata__factory),
    ...other("market", example?.market, IERC4626__factory),
    ...listSeats(bodies).flatMap(({ label, value }) => other(label, value, ISafe__factory)),
  ];
  const known = new Map<string, Entry>();
  for (const entry of entries) if (!known.has(entry.address)) known.set(entry.address, entry);
  return [...known.values()];
}

/** `"the timelock"`; the address alone where it is nobody of the book. */
export function nameIn(book: readonly Entry[], address: string): string {
  const entry = book.find((one) => one.address === address);
  return entry === undefined ? address : `the ${entry.name}`;
}
