import { Interface, toBeHex, toQuantity } from "ethers";

import { DAY } from "../../model/units.js";
import { listSeats } from "../../protocol/committees/seats.js";
import { inventAccount } from "../../rehearsal/snapshot.js";
import { readSafe } from "../../safe/readSafe.js";
import { toConfig } from "../../protocol/state/decode.js";
import { connectProtocol } from "../../protocol/contracts.js";
import { KINDS, type KindName } from "../manifest/parts.js";
import type { Mutant, Patient } from "./mutant.js";
import { fieldOf, partAt, sendAs, variablesOf, writeField } from "./surgery.js";

const TOKEN = new Interface(["function delegate(address)", "function transfer(address,uint256)"]);

/** Votes that move, by delegation and by transfer. */
export async function movedVotes({ input }: Patient): Promise<Mutant[]> {
  const { token, bodies } = input.addresses;
  const [majority = "", minority = ""] = input.tokenHolders;
  const mutants: Mutant[] = [];
  const move = (name: string, matters: boolean, from: string, method: string, args: readonly unknown[]): Mutant => ({
    operator: "votes moved",
    name,
    matters,
    parts: [],
    apply: (patient) => sendAs(patient, from, token, TOKEN.encodeFunctionData(method, args)),
  });
  const share = 5_000_000n * 10n ** 18n; // [token units], a twentieth of all
  for (const { label, value } of listSeats(bodies)) {
    const safe = await readSafe(value, input.provider);
    const owner = safe.kind === "safe" ? (safe.owners[0] ?? "") : "";
    mutants.push(
      move(`voter 1 delegates to an owner of the ${label}`, true, minority, "delegate", [owner]),
      move(`a twentieth goes to an owner of the ${label}`, true, majority, "transfer", [owner, share]),
      move(`a hundredth of that goes to an owner of the ${label}`, false, majority, "transfer", [owner, share / 100n]),
      move(`voter 1 delegates to the ${label}`, true, minority, "delegate", [value]),
    );
  }
  mutants.push(
    move("voter 1 delegates to voter 0", false, minority, "delegate", [majority]),
    move("voter 1 delegates to a stranger", false, minority, "delegate", [inventAccount("mallory")]),
    move("voter 0 gives a thousand votes away", false, majority, "transfer", [inventAccount("mallory"), 10n ** 21n]),
    move("voter 0 delegates to nobody", false, majority, "delegate", [toBeHex(0n, 20)]),
  );
  return mutants;
}

/** What a DAO, its stakers and time do every day: nothing of it may raise an alarm. */
export function everydayLife({ input }: Patient): Mutant[] {
  const { addresses } = input;
  const { timelock, gate, governor, vault, escrow, bodies } = addresses;
  const staker = input.shareHolders[0] ?? "";
  const mutant = (name: string, parts: readonly KindName[], apply: Mutant["apply"]): Mutant => ({
    operator: "everyday life",
    name,
    matters: false,
    parts,
    apply,
  });
  const call = (patient: Patient, from: string, part: KindName, to: string, method: string, args: unknown[] = []) =>
    sendAs(patient, from, to, KINDS[part].abi.encodeFunctionData(method, args));
  const does = (name: string, part: KindName, to: string, method: string, args: unknown[]): Mutant =>
    mutant(name, [part], (patient) => call(patient, timelock, part, to, method, args));
  // By storage: the Governor takes such a call only within a decision.
  const sets = (name: string, variable: string, value: bigint): Mutant =>
    mutant(name, ["governor"], async (patient) => {
      const part = partAt(patient, "governor");
      const found = variablesOf(patient, part).find((one) => one.name === variable);
      const field = found && fieldOf(part.address, found);
      if (field === undefined) throw new Error(`the Governor has no ${variable}`);
      await writeField(patient, field, value);
    });
  const wait = (days: bigint): Mutant =>
    mutant(`${days} days pass`, ["timelock", "breaker"], async ({ input: { snapshot } }) => {
      await snapshot.travelTo((await snapshot.now()) + days * DAY);
    });
  const changedConfig = (name: string, change: (config: ReturnType<typeof toConfig>) => unknown): Mutant =>
    mutant(name, ["gate"], async (patient) => {
      const contracts = connectProtocol(patient.input.addresses, patient.input.provider);
      const config = change(toConfig(await contracts.gate.currentConfig()));
      await call(patient, timelock, "gate", gate, "setConfig", [config]);
    });
  return [
    does("the base delay is a day longer", "timelock", timelock, "updateDelay", [5n * DAY]),
    does("the base delay is a day shorter", "timelock", timelock, "updateDelay", [3n * DAY]),
    does("the tiebreaker waits for two years", "timelock", timelock, "setTiebreaker", [
      bodies.tiebreaker?.committee,
      730n * DAY,
    ]),
    does("the tiebreaker waits for half a year", "timelock", timelock, "setTiebreaker", [
      bodies.tiebreaker?.committee,
      182n * DAY,
    ]),
    does("no emergency committees any more", "timelock", timelock, "setEmergencyProtection", [
      [toBeHex(0n, 20), toBeHex(0n, 20), 0n, 0n],
    ]),
    does("emergency mode lasts a week", "timelock", timelock, "setEmergencyProtection", [
      [bodies.emergency?.activationCommittee, bodies.emergency?.executionCommittee, 1_880_000_000n, 7n * DAY],
    ]),
    does("a lower fee", "vault", vault, "setFee", [10n ** 16n]),
    does("the strategy is left", "vault", vault, "abandonStrategy", []),
    sets("a longer vote", "_votingPeriod", 6n * DAY),
    sets("a longer time before a vote", "_votingDelay", 2n * DAY),
    sets("a lower threshold for proposals", "_proposalThreshold", 1n),
    does("a blocker that is the vault", "gate", gate, "setWithdrawalBlockers", [[vault]]),
    changedConfig("R1 is 2 %", ({ signalling, phases }) => ({
      signalling: { ...signalling, signallingThreshold: 2n * 10n ** 16n },
      phases,
    })),
    changedConfig("R2 is 15 %", ({ signalling, phases }) => ({
      signalling: { ...signalling, rageQuitThreshold: 15n * 10n ** 16n },
      phases,
    })),
    changedConfig("locks bind for a day", ({ signalling, phases }) => ({
      signalling,
      phases: { ...phases, minLock: DAY },
    })),
    mutant("a staker gives shares away", ["vault"], (patient) =>
      call(patient, staker, "vault", vault, "transfer", [inventAccount("heir"), 10n ** 18n]),
    ),
    mutant("a staker redeems some", ["vault"], (patient) =>
      call(patient, staker, "vault", vault, "redeem", [10n ** 18n, staker, staker]),
    ),
    mutant("a staker locks a little", ["escrow", "gate"], async (patient) => {
      await call(patient, staker, "vault", vault, "approve", [escrow, 10n ** 18n]);
      await call(patient, staker, "escrow", escrow, "lock", [10n ** 15n, 0n]);
    }),
    mutant("a staker lets a friend take shares", ["vault"], (patient) =>
      call(patient, staker, "vault", vault, "approve", [inventAccount("friend"), 10n ** 18n]),
    ),
    mutant("somebody pokes", ["gate"], (patient) => call(patient, inventAccount("poker"), "gate", gate, "poke")),
    mutant("fees accrue", ["vault"], (patient) => call(patient, inventAccount("poker"), "vault", vault, "accrueFee")),
    ...[timelock, escrow, vault, governor].map((account) =>
      mutant(`ETH lies at ${account}`, ["timelock"], async (patient) => {
        await patient.input.snapshot.request("hardhat_setBalance", [account, toQuantity(10n ** 18n)]);
      }),
    ),
    wait(30n),
    wait(200n),
    wait(370n),
    wait(800n),
    mutant("the seal has been used, and is over", ["breaker", "vault"], async (patient) => {
      const { circuitBreaker } = bodies;
      const data = KINDS.breaker.abi.encodeFunctionData("seal", [[vault]]);
      await sendAs(patient, circuitBreaker?.sealCommittee ?? "", circuitBreaker?.breaker ?? "", data);
      const { snapshot } = patient.input;
      await snapshot.travelTo((await snapshot.now()) + 15n * DAY);
    }),
    mutant("emergency mode has been entered, and is over", ["timelock"], async (patient) => {
      const data = KINDS.timelock.abi.encodeFunctionData("activateEmergencyMode", []);
      await sendAs(patient, bodies.emergency?.activationCommittee ?? "", timelock, data);
      const { snapshot } = patient.input;
      await snapshot.travelTo((await snapshot.now()) + 31n * DAY);
      const end = KINDS.timelock.abi.encodeFunctionData("endEmergencyMode", []);
      await sendAs(patient, inventAccount("poker"), timelock, end);
    }),
  ];
}
