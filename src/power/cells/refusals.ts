import { isError, zeroPadValue, type Interface } from "ethers";

import { WHOLE } from "../../model/units.js";
import { TiebreakerAction } from "../../protocol/enums.js";
import { MIN_LOCK_CAP } from "../../model/configChecks.js";
import type { PhaseConfig, SignallingConfig } from "../../model/types.js";
import { batchArguments, singleArguments } from "../../protocol/operations/operation.js";
import { toConfig } from "../../protocol/state/decode.js";
import { KINDS, type KindName, type Part } from "../manifest/parts.js";
import { namesOf } from "../world/names.js";
import { partNamed, type World } from "../world/world.js";

/** A call that nobody may make, not even whom the function asks for. */
interface Refusal {
  readonly part: KindName;
  /** A name, or a signature where several have it. */
  readonly method: string;
  readonly args: (world: World) => readonly unknown[] | Promise<readonly unknown[]>;
  /** What whoever passes has done, in words that follow a name: "prolongs emergency protection past its hard end". */
  readonly says: string;
}

/** The last byte of a signature's `s`, or of its bytes, is another one. */
const spoil = (signature: readonly unknown[]): readonly unknown[] => {
  const last = String(signature.at(-1));
  const byte = (Number.parseInt(last.slice(-2), 16) ^ 1).toString(16).padStart(2, "0");
  return [...signature.slice(0, -1), `${last.slice(0, -2)}${byte}`];
};

/** The configuration of the gate with one value replaced. */
const config =
  (changed: { signalling?: Partial<SignallingConfig>; phases?: Partial<PhaseConfig> }): Refusal["args"] =>
  async ({ contracts }) => {
    const { signalling, phases } = toConfig(await contracts.gate.currentConfig());
    return [{ signalling: { ...signalling, ...changed.signalling }, phases: { ...phases, ...changed.phases } }];
  };

const terms =
  (protection: bigint, mode: bigint): Refusal["args"] =>
  async ({ contracts: { timelock }, stranger, addresses }) => [
    [
      stranger,
      addresses.timelock,
      (await timelock.PROTECTION_HARD_END()) + protection,
      (await timelock.EMERGENCY_LIMIT()) + mode,
    ],
  ];

/** What every deployment refuses to everybody. Each function has a call that works, among the cells or the decisions. */
const REFUSALS: readonly Refusal[] = [
  {
    part: "timelock",
    method: "updateDelay",
    args: async ({ contracts }) => [(await contracts.timelock.DELAY_FLOOR()) - 1n],
    says: "sets a base delay below its floor",
  },
  {
    part: "timelock",
    method: "updateDelay",
    args: async ({ contracts }) => [(await contracts.timelock.DELAY_CEILING()) + 1n],
    says: "sets a base delay above its ceiling",
  },
  {
    part: "timelock",
    method: "setEmergencyProtection",
    args: terms(1n, 0n),
    says: "prolongs emergency protection past its hard end",
  },
  {
    part: "timelock",
    method: "setEmergencyProtection",
    args: terms(0n, 1n),
    says: "lets emergency mode last longer than its limit",
  },
  {
    part: "timelock",
    method: "setTiebreaker",
    args: async ({ contracts, stranger }) => [stranger, (await contracts.timelock.TIEBREAKER_FLOOR()) - 1n],
    says: "lets the tiebreaker in before its floor",
  },
  {
    part: "timelock",
    method: "setTiebreaker",
    args: async ({ contracts, stranger }) => [stranger, (await contracts.timelock.TIEBREAKER_CEILING()) + 1n],
    says: "keeps the tiebreaker out past its ceiling",
  },
  {
    part: "timelock",
    method: "schedule",
    args: async ({ contracts, decisions }) => [
      ...singleArguments(decisions.unscheduled),
      (await contracts.timelock.getMinDelay()) - 1n,
    ],
    says: "schedules with less than the base delay",
  },
  {
    part: "timelock",
    method: "executeBatch",
    args: ({ decisions }) => batchArguments(decisions.unscheduled),
    says: "executes what was never scheduled",
  },
  {
    part: "gate",
    method: "setConfig",
    args: config({ signalling: { signallingThreshold: WHOLE } }),
    says: "sets a signalling threshold that nobody reaches",
  },
  {
    part: "gate",
    method: "setConfig",
    args: config({ signalling: { rageQuitThreshold: WHOLE + 1n } }),
    says: "sets a rage quit threshold above 100 %",
  },
  {
    part: "gate",
    method: "setConfig",
    args: config({ signalling: { minDuration: 0n } }),
    says: "lets signalling end before the base delay",
  },
  {
    part: "gate",
    method: "setConfig",
    args: config({ phases: { minLock: MIN_LOCK_CAP + 1n } }),
    says: "binds those who object for longer than the cap",
  },
  { part: "vault", method: "setFee", args: () => [WHOLE], says: "takes all of the vault's gains" },
  { part: "vault", method: "permit", args: ({ signed }) => spoil(signed.sharePermit), says: "uses a bad signature" },
  { part: "token", method: "permit", args: ({ signed }) => spoil(signed.permit), says: "uses a bad signature" },
  { part: "governor", method: "castVoteBySig", args: ({ signed }) => spoil(signed.vote), says: "uses a bad signature" },
  {
    part: "tiebreaker",
    method: "setMembers",
    args: ({ stranger }) => [[stranger], 1n],
    says: "makes one member the whole tiebreaker",
  },
  {
    part: "tiebreaker",
    method: "approve",
    args: ({ stranger }) => [TiebreakerAction.Resume, zeroPadValue(stranger, 32)],
    says: "approves the end of a pause that the breaker knows nothing of",
  },
  { part: "breaker", method: "seal", args: ({ addresses }) => [[addresses.escrow]], says: "pauses what was not named" },
];

/** Undefined where nothing lies beyond a limit, since it is the end of its type: that limit itself is looked at elsewhere. */
function encode(abi: Interface, method: string, args: readonly unknown[]): string | undefined {
  try {
    return abi.encodeFunctionData(method, args);
  } catch (error) {
    if (isError(error, "INVALID_ARGUMENT")) return undefined;
    throw error;
  }
}

/** What somebody was let through with that nobody may do, in sentences; in the state that `world` is in. */
export async function readRefusals(
  world: World,
  isLookedAt: (part: Part, signature: string) => boolean = () => true,
): Promise<string[]> {
  const name = namesOf(world);
  const made: { readonly refusal: Refusal; readonly target: string; readonly data: string }[] = [];
  for (const refusal of REFUSALS) {
    const part = partNamed(world, refusal.part);
    if (part === undefined) continue;
    const { abi } = KINDS[refusal.part];
    const signature = abi.getFunction(refusal.method)?.format("sighash") ?? "";
    if (!isLookedAt(part, signature)) continue;
    const args = await refusal.args(world);
    const data = encode(abi, refusal.method, args);
    if (data !== undefined) made.push({ refusal, target: part.address, data });
  }
  const found = new Map<Refusal, string[]>();
  if (made.length === 0) return [];
  for (const { address } of world.accounts) {
    const passed = await world.prober.try(address, made);
    made.forEach(({ refusal }, index) => {
      if (passed[index] === true) found.set(refusal, [...(found.get(refusal) ?? []), name(address)]);
    });
  }
  return [...found].map(([{ part, method, says }, who]) => {
    const others = who.length > 1 ? ` (and ${who.length - 1} more)` : "";
    return `${who[0] ?? ""}${others} ${says}, by ${part}.${method}.`;
  });
}
