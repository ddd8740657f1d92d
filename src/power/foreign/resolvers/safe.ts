import { concat, zeroPadValue, ZeroAddress } from "ethers";

import { ISafe__factory } from "../../../../types/index.js";
import { SENTINEL } from "../../../safe/secrets.js";
import { atLeast } from "../../core/index.js";
import { encode, STRANGER, type Reader } from "../reader.js";
import { doesOf, immediately, type Played, type Power, type Resolver, type Seat } from "../types.js";

/** What of a Safe matters here, of whichever version. */
interface Multisig {
  readonly owners: readonly string[];
  readonly threshold: number;
  readonly modules: readonly string[];
  readonly guard?: string | undefined;
  readonly notices: readonly string[];
  readonly gaps: readonly string[];
}

const MODULES_READ = 50n;
const SAFE = ISafe__factory.createInterface();
const FROM_MODULE = "execTransactionFromModule(address,uint256,bytes,uint8)";
/** Nothing, sent to nobody, without a refund. */
const NOTHING = [STRANGER, 0n, "0x", 0, 0n, 0n, 0n, ZeroAddress, ZeroAddress] as const;

/** Safes: k of n owners, and every module alone. */
export const resolveSafe: Resolver = async (reader, address) => {
  const safe = await readMultisig(reader, address);
  if (safe === undefined) return undefined;
  const { owners, threshold, modules } = safe;
  const name = reader.nameOf(address);
  const seat: Seat = {
    name: `${threshold} of the ${owners.length} owners of ${name}`,
    members: owners.map(immediately),
    needs: (actAs) => atLeast(threshold, owners.map(actAs)),
  };
  const powers: Power[] = [
    {
      ...{ rule: doesOf(name), effect: "changes", contract: address, by: "execTransaction", seat },
      proof: { kind: "play", play: (now) => playOwners(now, address, safe) },
    },
  ];
  if (modules.length > 0) {
    const data = encode(FROM_MODULE, [STRANGER, 0n, "0x", 0]);
    powers.push({
      ...{ rule: doesOf(name), effect: "changes", contract: address, by: "execTransactionFromModule" },
      seat: { name: `module of ${name}`, members: modules.map(immediately) },
      proof: { kind: "steps", steps: () => [{ to: address, data }] },
    });
  }
  const { guard, notices, gaps } = safe;
  if (guard === undefined) return { kind: "Safe", powers, notices, gaps };
  const guarding: Seat = { name: `guard of ${name}`, members: [immediately(guard)] };
  powers.push({ ...{ rule: doesOf(name), effect: "blocks", contract: address, by: "its guard" }, seat: guarding });
  return { kind: "Safe", powers, parts: [{ address: guard, name: `the guard of ${name}` }], notices, gaps };
};

async function readMultisig(reader: Reader, address: string): Promise<Multisig | undefined> {
  const threshold = await reader.amount(address, "getThreshold");
  const owners = (await reader.ask(address, "getOwners")) as string[] | undefined;
  if (threshold === undefined || owners === undefined || owners.length === 0) return undefined;
  const name = reader.nameOf(address);
  const known = await reader.safe(address);
  if (known.kind === "safe") {
    const { fallbackHandler, secrets } = known;
    return {
      ...known,
      notices: [...(fallbackHandler === undefined ? [] : [`${name} answers unknown calls by ${fallbackHandler}.`])],
      gaps: secrets === "none" ? [] : [`${name} may have agreements, owners or modules that no list names.`],
    };
  }
  const page = (await reader.ask(address, "getModulesPaginated", [SENTINEL, MODULES_READ])) as
    [string[], string] | undefined;
  return {
    ...{ owners: [...owners], threshold: Number(threshold), modules: [...(page?.[0] ?? [])], notices: [] },
    gaps: [`${name} looks like a Safe, but ${known.reason}: its lists are believed.`],
  };
}

/** As many owners as it takes agree, and it works; one of them fewer, and it does not. */
async function playOwners({ snapshot }: Reader, address: string, { owners, threshold }: Multisig): Promise<Played> {
  const nonce = await snapshot.call({ to: address, data: SAFE.encodeFunctionData("nonce") });
  if (!nonce.ok) return { why: `its nonce cannot be read: ${nonce.why}`, says: "" };
  const asked = await snapshot.call({
    to: address,
    data: SAFE.encodeFunctionData("getTransactionHash", [...NOTHING, BigInt(nonce.data)]),
  });
  if (!asked.ok) return { why: `its transaction has no hash: ${asked.why}`, says: "" };
  const agreeing = [...owners].sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1)).slice(0, threshold);
  const signatures = concat(agreeing.map((owner) => concat([zeroPadValue(owner, 32), `0x${"00".repeat(32)}01`])));
  const call = {
    from: STRANGER,
    to: address,
    data: SAFE.encodeFunctionData("execTransaction", [...NOTHING, signatures]),
  };
  return await snapshot.branch(async () => {
    for (const [index, owner] of agreeing.entries()) {
      const tried = await snapshot.call(call);
      if (tried.ok) return { why: `${index} owners are enough, of ${threshold} that it asks for`, says: "" };
      const sent = await snapshot.send({
        from: owner,
        to: address,
        data: SAFE.encodeFunctionData("approveHash", [asked.data]),
      });
      if (!sent.ok) return { why: `${owner} cannot agree: ${sent.why}`, says: "" };
    }
    const done = await snapshot.call(call);
    if (!done.ok) return { why: `its owners agreed, and it refuses: ${done.why}`, says: "" };
    return { why: undefined, says: `${threshold} owners executed a transaction; ${threshold - 1} did not.` };
  });
}
