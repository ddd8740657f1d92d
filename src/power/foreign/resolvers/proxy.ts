import { getAddress, id } from "ethers";

import { encode, type Reader } from "../reader.js";
import { doesOf, immediately, type Power, type Resolved, type Resolver, type Seat } from "../types.js";
import { cloneOf } from "../../../protocol/clones.js";
import { erc1967Slot } from "../../storage/wellKnown.js";
import { ownerOf } from "./ownable.js";

const [IMPLEMENTATION, ADMIN, BEACON] = ["implementation", "admin", "beacon"].map(erc1967Slot) as [
  bigint,
  bigint,
  bigint,
];
const UPGRADE = "upgradeToAndCall(address,bytes)";

const codeOf = (name: string): string => `code of ${name}`;

/** ERC-1967: transparent, UUPS and beacon proxies. Every upgrade that is tried is one to the code that works already. */
export const resolveProxy: Resolver = async (reader, address) => {
  const beacon = await reader.slot(address, BEACON);
  if (beacon !== undefined) return await resolveBeacon(reader, address, beacon);
  const implementation = await reader.slot(address, IMPLEMENTATION);
  if (implementation === undefined) return await resolveOthers(reader, address);
  reader.delegates(address, implementation);
  const admin = await reader.slot(address, ADMIN);
  if (admin !== undefined) return await resolveTransparent(reader, address, implementation, admin);
  const uuid = await reader.ask(implementation, "proxiableUUID");
  const name = reader.nameOf(address);
  if (uuid === undefined) {
    const gaps = [`Who exchanges the code of ${name} is not known: it is a proxy, and of no kind that says how.`];
    return { kind: "ERC-1967 proxy", powers: [], gaps };
  }
  const data = encode(UPGRADE, [implementation, "0x"]);
  const power: Power = {
    ...{ rule: codeOf(name), effect: "changes", contract: address, by: "upgradeToAndCall", seat: undefined },
    gains: [{ what: { contract: address }, seconds: 0 }],
    proof: { kind: "steps", steps: () => [{ to: address, data }] },
  };
  return { kind: "UUPS proxy", powers: [power] };
};

/** Where proxies before ERC-1967 keep their code: ZeppelinOS's, and those of ERC-1822. */
const OLD_SLOTS = [BigInt(id("org.zeppelinos.proxy.implementation")), BigInt(id("PROXIABLE"))];

/** What delegates without ERC-1967. */
async function resolveOthers(reader: Reader, address: string): Promise<Resolved | undefined> {
  const target = cloneOf(await reader.code(address));
  if (target !== undefined) {
    reader.delegates(address, getAddress(target));
    return { kind: "minimal clone", powers: [] };
  }
  const name = reader.nameOf(address);
  const gaps = [`Who exchanges the code of ${name} is not read: it delegates in a way that no resolver knows.`];
  for (const slot of OLD_SLOTS) {
    if ((await reader.slot(address, slot)) !== undefined) return { kind: "older proxy", powers: [], gaps };
  }
  if ((await reader.ask(address, "facetAddresses")) !== undefined) return { kind: "diamond", powers: [], gaps };
  return undefined;
}

async function resolveTransparent(
  reader: Reader,
  address: string,
  implementation: string,
  admin: string,
): Promise<Resolved> {
  const name = reader.nameOf(address);
  reader.name(admin, `the proxy admin of ${name}`);
  // OpenZeppelin before 5.0 has both, and calls the code with empty data where there is none.
  const isOld = await reader.has(address, "upgradeTo(address)");
  const data = isOld ? encode("upgradeTo(address)", [implementation]) : encode(UPGRADE, [implementation, "0x"]);
  const upgrade: Power = {
    ...{ rule: codeOf(name), effect: "changes", contract: address, by: isOld ? "upgradeTo" : "upgradeToAndCall" },
    seat: { name: `proxy admin of ${name}`, members: [immediately(admin)] },
    gains: [{ what: { contract: address }, seconds: 0 }],
    proof: { kind: "steps", steps: () => [{ to: address, data }] },
  };
  const through = await throughAdmin(reader, address, implementation, admin);
  const parts = [{ address: admin, name: `the proxy admin of ${name}` }];
  return { kind: "transparent proxy", powers: [upgrade, ...through], parts };
}

/** A ProxyAdmin does nothing but upgrade, and its owner says when. */
async function throughAdmin(reader: Reader, proxy: string, implementation: string, admin: string): Promise<Power[]> {
  const owner = await reader.address(admin, "owner");
  const isOld = await reader.has(admin, "upgrade(address,address)");
  const isNew = await reader.has(admin, "upgradeAndCall(address,address,bytes)");
  if (owner === undefined || (!isOld && !isNew)) return [];
  const name = reader.nameOf(admin);
  const seat: Seat = { name: ownerOf(name), members: [immediately(owner)] };
  const data = isOld
    ? encode("upgrade(address,address)", [proxy, implementation])
    : encode("upgradeAndCall(address,address,bytes)", [proxy, implementation, "0x"]);
  const by = isOld ? "upgrade" : "upgradeAndCall";
  return [
    {
      ...{ rule: doesOf(name), effect: "changes", contract: admin, by, seat },
      proof: { kind: "steps", steps: () => [{ to: admin, data }] },
    },
  ];
}

async function resolveBeacon(reader: Reader, address: string, beacon: string): Promise<Resolved> {
  const name = reader.nameOf(address);
  const kind = "beacon proxy";
  reader.name(beacon, `the beacon of ${name}`);
  const parts = [{ address: beacon, name: `the beacon of ${name}` }];
  const implementation = await reader.address(beacon, "implementation");
  if (implementation === undefined) {
    return { kind, powers: [], parts, gaps: [`The beacon of ${name}, ${beacon}, names no code.`] };
  }
  reader.delegates(address, implementation);
  const owner = await reader.address(beacon, "owner");
  const data = encode("upgradeTo(address)", [implementation]);
  const power: Power = {
    ...{ rule: codeOf(name), effect: "changes", contract: beacon, by: "upgradeTo of the beacon" },
    seat: owner === undefined ? undefined : { name: ownerOf(reader.nameOf(beacon)), members: [immediately(owner)] },
    gains: [{ what: { contract: address }, seconds: 0 }],
    proof: { kind: "steps", steps: () => [{ to: beacon, data }] },
  };
  return { kind, powers: [power], parts };
}
