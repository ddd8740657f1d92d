import { formatEther, ZeroAddress } from "ethers";

import { DualGovernanceTimelock__factory } from "../../../types/index.js";
import { formatTime } from "../../protocol/format.js";
import type { Operation } from "../../protocol/operations/operation.js";
import { ROLES } from "../../protocol/roles.js";
import type { Snapshot } from "../../rehearsal/snapshot.js";
import { nameIn, type Entry } from "./addressBook.js";
import { findBehind, type CodeReader } from "./behind.js";
import type { DecodedCall } from "./decodeCalls.js";
import type { Effect } from "./effects.js";
import type { Reached, Stage } from "./enact.js";
import { findOpenInitialiser } from "./initialisers.js";
import { findDangerous } from "./opcodes.js";
import type { Warning } from "./report.js";

const bad = (kind: Warning["kind"], text: string): Warning => ({ kind, isFailure: true, text });
const look = (kind: Warning["kind"], text: string): Warning => ({ kind, isFailure: false, text });

/** A call whose effects were seen; undefined where an earlier one stopped it. */
export type PlayedCall = DecodedCall & { readonly effects: readonly Effect[] | undefined };

/** Who may decide, among ordinary calls: whoever reads of the one may overlook the other. */
export function warnOfMixture(calls: readonly PlayedCall[]): Warning[] {
  const powers = calls.map(({ effects }) => effects && [...new Set(effects.flatMap(({ power }) => power ?? []))]);
  const isOrdinary = powers.some((kinds) => kinds?.length === 0);
  const moving = powers.flatMap((kinds, index) => (kinds?.length ? [`call ${index} (${kinds.join(", ")})`] : []));
  if (!isOrdinary || moving.length === 0) return [];
  return [look("mixed", `Mixed: among ordinary calls ${moving.join(" and ")} moves who may decide.`)];
}

/** What it says of an operation that does not execute at once. */
export function warnOfPath({ refused, ...reached }: Reached): Warning[] {
  const found: Warning[] = [];
  if (refused !== undefined) {
    const what = refused.what === "schedule" ? "be scheduled" : "execute";
    found.push(
      look(
        "refused",
        `The gate would not let it ${what} at ${formatTime(refused.at)}${refused.state === undefined ? "" : `, in ${refused.state}`}: ${refused.why}.`,
      ),
    );
  }
  switch (reached.kind) {
    case "ready":
      break;
    case "expires":
      found.push(
        bad(
          "expires",
          `It expires at ${formatTime(reached.expiry)}, before anything lets it through: if nobody does anything but wait and poke.`,
        ),
      );
      break;
    case "unscheduled":
      found.push(bad("reverts", `The Governor cannot schedule it: ${reached.why}.`));
      break;
    case "reverts":
      found.push(bad("reverts", `It would revert: ${reached.why}.`));
      if (reached.why.startsWith("LastProposer")) {
        found.push(bad("last-proposer", "It removes the last proposer, which the timelock refuses."));
      }
  }
  return found;
}

/** @param call What executes it: carries what the timelock lacks. */
export function warnOfEther(value: bigint): Warning[] {
  if (value === 0n) return [];
  return [
    look("short-of-ether", `The timelock lacks ${formatEther(value)} ETH: whoever executes it has to send them.`),
  ];
}

/** Calls of accounts that have no code. */
export async function warnOfTargets(
  snapshot: Snapshot,
  calls: Operation["calls"],
  book: readonly Entry[],
): Promise<Warning[]> {
  const found: Warning[] = [];
  for (const [index, { target, data }] of calls.entries()) {
    if (data === "0x" || (await snapshot.code(target)) !== "0x") continue;
    found.push(
      bad("no-code", `Call ${index} calls ${nameIn(book, target)}, which has no code: nothing would happen there.`),
    );
  }
  return found;
}

/**
 * What the code could do of contracts that the audit does not know. Opcodes that can be reached are seen, not whether a
 * call reaches them.
 */
export async function warnOfCode(
  { snapshot, stranger }: Stage,
  accounts: Iterable<string>,
  book: readonly Entry[],
  reader: CodeReader,
): Promise<Warning[]> {
  const found: Warning[] = [];
  for (const account of new Set(accounts)) {
    if (book.some(({ address, part }) => address === account && part !== undefined)) continue;
    const behind = await findBehind(account, reader);
    for (const [depth, at] of behind.entries()) {
      const code = await snapshot.code(at);
      if (code === "0x") continue;
      const name = at === account ? nameIn(book, at) : `${at}, which ${nameIn(book, account)} delegates to,`;
      const opcodes = findDangerous(code);
      if (opcodes.length > 0) {
        const isProxy = depth < behind.length - 1;
        const why = isProxy
          ? "as proxies do; whoever may change what it delegates to can do anything there"
          : "code of others may run there";
        found.push(
          look(
            "foreign-code",
            `In the code of ${name} ${opcodes.join(" and ")} can be reached, by opcode: ${opcodes.includes("SELFDESTRUCT") ? "it may end" : why}.`,
          ),
        );
      }
      // What it delegates to runs on its own storage.
      const running = await snapshot.code(behind.at(-1) ?? at);
      const open = await findOpenInitialiser(snapshot, at, running, stranger);
      if (open !== undefined) found.push(bad("open-initialiser", `${capital(name)} ${open}.`));
    }
  }
  return found;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A code pointer to something that nobody knows anything of. */
export function warnOfPointers(effects: readonly Effect[], book: readonly Entry[]): Warning[] {
  return effects
    .filter(({ power, class: declared }) => power === "code pointer" && declared !== "unknown")
    .filter(({ after }) => after !== ZeroAddress && !book.some(({ address }) => address === after))
    .map(({ name, place, after }) =>
      bad(
        "unknown-code",
        `${capital(name)} obeys ${after} afterwards (${place}), of whose code the audit knows nothing.`,
      ),
    );
}

/**
 * Who may propose and execute afterwards. The snapshot is in the state after.
 * @param known Everybody who is asked: roles list nobody.
 */
export async function warnOfRoles(
  { provider, addresses }: Stage,
  effects: readonly Effect[],
  known: readonly string[],
): Promise<Warning[]> {
  const timelock = DualGovernanceTimelock__factory.connect(addresses.timelock, { provider });
  const isLost = (role: string, account?: string) =>
    effects.some(
      ({ contract, power, keys, after }) =>
        contract === addresses.timelock &&
        power === "role" &&
        after === "false" &&
        keys[0] === role &&
        (account === undefined || keys[1] === account),
    );
  const holds = async (role: string) => {
    const asked = await Promise.all(known.map((account) => timelock.hasRole(role, account)));
    return known.filter((_, index) => asked[index] === true);
  };
  const found: Warning[] = [];
  if (isLost(ROLES.proposer, addresses.governor)) {
    found.push(
      bad(
        "last-proposer",
        "The Governor may schedule nothing any more: what token holders decide has no way into the timelock.",
      ),
    );
  }
  if (isLost(ROLES.executor) && !(await timelock.hasRole(ROLES.executor, ZeroAddress))) {
    const left = await holds(ROLES.executor);
    found.push(
      bad(
        "last-executor",
        left.length === 0
          ? "Nobody who is known may execute anything any more."
          : "Not everybody may execute any more: whoever may can refuse.",
      ),
    );
  }
  return found;
}
