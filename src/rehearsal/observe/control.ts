import { dataSlice, id, ZeroHash } from "ethers";

import { addressIn } from "../../protocol/topics.js";
import { formatDuration } from "../../protocol/format.js";
import { ask, askAddress, askNumber, supports } from "../ask.js";
import type { Control, Subject } from "../rehearsalFacts.js";
import type { Snapshot } from "../snapshot.js";

/** Where proxies keep what they run, and who may change it (ERC-1967). */
const slotOf = (name: string): string =>
  `0x${(BigInt(id(`eip1967.proxy.${name}`)) - 1n).toString(16).padStart(64, "0")}`;
const IMPLEMENTATION = slotOf("implementation");
const ADMIN = slotOf("admin");
const BEACON = slotOf("beacon");
const ACCESS_CONTROL = "0x7965db0b";

/** Functions with which somebody may stop, close, list, or take. */
const POWERS = [
  "pause()",
  "setPaused(bool)",
  "pauseAll()",
  "shutdown()",
  "shutdownStrategy()",
  "emergencyShutdown()",
  "close()",
  "initiateClosing()",
  "freeze(address)",
  "freezeAccount(address)",
  "blacklist(address)",
  "addBlackList(address)",
  "addToBlacklist(address)",
  "addToBlacklist(address,bool)",
  "denylist(address)",
  "block(address)",
  "setWhitelist(address,bool)",
  "addToWhitelist(address)",
  "addToWhitelist(address[])",
  "setAllowed(address,bool)",
  "allow(address,bool)",
  "updateMember(address,uint64)",
  "forcedTransfer(address,address,uint256)",
  "forceTransfer(address,address,uint256)",
  "seize(address,address,uint256)",
  "confiscate(address)",
  "wipeFrozenAddress(address)",
  "destroyBlackFunds(address)",
  "redistributeLockedAmount(address,address)",
  "setGate(address)",
  "setHook(address)",
  "setFee(uint256)",
  "setExitFee(uint256)",
].map((signature) => ({ signature, selector: dataSlice(id(signature), 0, 4).slice(2) }));

/** Who rules vault, share and asset, as far as they say. */
export async function observeControl(snapshot: Snapshot, { vault, share, asset }: Subject): Promise<Control[]> {
  const controls = [await readControl(snapshot, vault, "vault")];
  if (share.address !== vault) controls.push(await readControl(snapshot, share.address, "share"));
  controls.push(await readControl(snapshot, asset.address, "asset"));
  return controls;
}

async function readControl(snapshot: Snapshot, address: string, role: Control["role"]): Promise<Control> {
  const direct = await readSlot(snapshot, address, IMPLEMENTATION);
  const beacon = await readSlot(snapshot, address, BEACON);
  const implementation =
    direct ?? (beacon === undefined ? undefined : await askAddress(snapshot, beacon, "implementation"));
  const admin = (await readSlot(snapshot, address, ADMIN)) ?? (beacon && (await askAddress(snapshot, beacon, "owner")));
  const hasRoles = await supports(snapshot, address, ACCESS_CONTROL);
  const code = `${await snapshot.code(address)}${implementation === undefined ? "" : await snapshot.code(implementation)}`;
  const paused = await ask(snapshot, address, "paused");
  const party = async (account: string | undefined) =>
    account === undefined ? null : { address: account, kind: await describeParty(snapshot, account) };
  return {
    address,
    role,
    implementation: implementation ?? null,
    beacon: beacon ?? null,
    admin: await party(admin),
    isUups: implementation !== undefined && (await ask(snapshot, implementation, "proxiableUUID")).told,
    owner: await party(await askAddress(snapshot, address, "owner")),
    authority: await party(await askAddress(snapshot, address, "authority")),
    hasRoles,
    roleAdmin: hasRoles ? await party(await askAddress(snapshot, address, "getRoleMember", [ZeroHash, 0n])) : null,
    paused: paused.told ? paused.value === true : null,
    // A dispatcher compares with each selector.
    powers: POWERS.filter(({ selector }) => code.includes(`63${selector}`)).map(({ signature }) => signature),
  };
}

async function readSlot(snapshot: Snapshot, address: string, slot: string): Promise<string | undefined> {
  const value = await snapshot.storage(address, slot);
  return BigInt(value) === 0n ? undefined : addressIn(value);
}

async function describeParty(snapshot: Snapshot, account: string): Promise<string> {
  if ((await snapshot.code(account)) === "0x") return "an account with one key";
  const threshold = await askNumber(snapshot, account, "getThreshold");
  const owners = await ask(snapshot, account, "getOwners");
  if (threshold.told && owners.told) return `a Safe, ${threshold.value} of ${(owners.value as string[]).length}`;
  const delay = await askNumber(snapshot, account, "getMinDelay");
  if (delay.told) return `a timelock of ${formatDuration(delay.value)}`;
  const owner = await askAddress(snapshot, account, "owner");
  return owner === undefined ? "a contract" : `a contract that ${owner} owns`;
}
