import { expect } from "chai";
import { AbiCoder, id, zeroPadValue } from "ethers";

import { seatsBefore } from "../../../src/adoption/estate/seatsBefore.js";
import { moverOf } from "../../../src/adoption/underWay.js";
import type { Call } from "../../../src/protocol/calls.js";
import { ROLES } from "../../../src/protocol/roles.js";
import type { Log } from "../../../src/rehearsal/snapshot.js";

const at = (digit: string): string => `0x${digit.padStart(40, "0")}`;
const [GOVERNOR, OLD, NEW, COUNCIL, MALLORY] = ["1", "2", "3", "4", "5"].map(at) as [
  ...[string, string, string, string, string],
];
const MOVER = moverOf({ governor: GOVERNOR, newTimelock: NEW });
const OTHER: Call = { target: COUNCIL, value: 0n, data: "0x" };

const change = (event: "RoleGranted" | "RoleRevoked", account: string, transactionHash: string): Log => ({
  ...{ address: OLD, data: "0x", transactionHash },
  topics: [
    id(`${event}(bytes32,address,address)`),
    ROLES.proposer,
    ...[account, OLD].map((one) => zeroPadValue(one, 32)),
  ],
});
const grant = (account: string, transaction: string): Log => change("RoleGranted", account, transaction);
const revoke = (account: string, transaction: string): Log => change("RoleRevoked", account, transaction);
const executed = (operation: string, { target, value, data }: Call, transactionHash: string): Log => ({
  ...{ address: OLD, transactionHash },
  topics: [id("CallExecuted(bytes32,uint256,address,uint256,bytes)"), id(operation), zeroPadValue("0x00", 32)],
  data: AbiCoder.defaultAbiCoder().encode(["address", "uint256", "bytes"], [target, value, data]),
});
/** What an adoption does in the old timelock. */
const adoption = (transaction: string, seated: readonly string[]): Log[] => [
  executed("adoption", OTHER, transaction),
  ...seated.flatMap((one) => [revoke(one, transaction), executed("adoption", OTHER, transaction)]),
  executed("adoption", MOVER, transaction),
];
const proposersOf = (logs: readonly Log[]): string[] => [...(seatsBefore(logs, MOVER)?.get(ROLES.proposer) ?? [])];

describe("who had which seat in the old timelock before the adoption", () => {
  const begun = [grant(GOVERNOR, "made"), grant(COUNCIL, "made"), grant(MALLORY, "made")];

  it("is read as of the adoption, whenever the new timelock was made a proposer", () => {
    const late = [grant(NEW, "early"), revoke(MALLORY, "vote"), ...adoption("landed", [GOVERNOR, COUNCIL])];
    expect(proposersOf([...begun, ...late])).to.deep.equal([GOVERNOR, COUNCIL, NEW]);
    const between = [revoke(GOVERNOR, "trick"), grant(NEW, "trick"), grant(GOVERNOR, "trick")];
    expect(proposersOf([...begun, ...between, ...adoption("landed", [GOVERNOR])])).to.include(GOVERNOR);
  });

  it("counts what another operation did just before, in the same transaction, and nothing that came after", () => {
    const before = [revoke(MALLORY, "landed"), executed("vote", OTHER, "landed")];
    const after = [grant(MALLORY, "landed"), executed("later", OTHER, "landed"), grant(MALLORY, "much later")];
    const logs = [...begun, ...before, ...adoption("landed", [GOVERNOR, COUNCIL]), ...after];
    expect(proposersOf(logs)).to.deep.equal([GOVERNOR, COUNCIL]);
  });

  it("is read as of the last adoption of several", () => {
    const again = [grant(GOVERNOR, "back"), executed("back", OTHER, "back"), ...adoption("again", [GOVERNOR])];
    expect(proposersOf([...begun, ...adoption("landed", [GOVERNOR, COUNCIL, MALLORY]), ...again])).to.deep.equal([
      GOVERNOR,
    ]);
  });

  it("is not known where the old timelock has never moved the Governor there", () => {
    expect(seatsBefore([...begun, executed("vote", OTHER, "vote")], MOVER)).to.equal(undefined);
  });
});
