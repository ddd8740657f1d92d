import { expect } from "chai";
import { Interface, ZeroAddress } from "ethers";

import {
  adoptionCalls,
  adoptionRoles,
  markingCall,
  markOf,
  returningCalls,
  unmarkingCall,
  type AdoptionPlan,
} from "../../../src/protocol/adoption.js";
import { acceptancesOf, givingCalls, type Handover } from "../../../src/protocol/handovers.js";
import { ROLES } from "../../../src/protocol/roles.js";

const at = (digit: string): string => `0x${digit.padStart(40, "0")}`;
const [GOVERNOR, OLD, NEW, VAULT, ROLED, MANAGER, COUNCIL] = ["1", "2", "3", "4", "5", "6", "7"].map(at) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const WAITING = `0x${"ab".repeat(32)}`;
const DAY = 86_400n;

const HOLDINGS: Handover[] = [
  { kind: "role", target: ROLED, role: ROLES.admin, isAdmin: true },
  { kind: "ownership in two steps", target: VAULT },
  { kind: "role", target: ROLED, role: ROLES.proposer, isAdmin: false },
  { kind: "manager role", target: MANAGER, role: 0n, delay: 0n },
];
const plan: AdoptionPlan = {
  ...{ governor: GOVERNOR, oldTimelock: OLD, newTimelock: NEW, delay: 4n * DAY, holdings: HOLDINGS },
  roles: {
    ...{ proposers: [GOVERNOR, COUNCIL], cancellers: [GOVERNOR, COUNCIL], executors: [ZeroAddress] },
    ...{ admin: ROLES.admin, admins: [COUNCIL] },
  },
};

const ABI = new Interface([
  "function transferOwnership(address)",
  "function grantRole(bytes32,address)",
  "function grantRole(uint64,address,uint32)",
  "function revokeRole(bytes32,address)",
  "function renounceRole(bytes32,address)",
  "function renounceRole(uint64,address)",
  "function beginDefaultAdminTransfer(address)",
  "function acceptOwnership()",
  "function schedule(address,uint256,bytes,bytes32,bytes32,uint256)",
  "function cancel(bytes32)",
  "function cancelAllOperations()",
  "function updateTimelock(address)",
]);
const NAMES = new Map([
  ...([
    [GOVERNOR, "governor"],
    [OLD, "old"],
    [NEW, "new"],
    [VAULT, "vault"],
    [ROLED, "roled"],
  ] as const),
  ...([
    [MANAGER, "manager"],
    [COUNCIL, "council"],
    [ZeroAddress, "anybody"],
    [ROLES.admin, "admin"],
  ] as const),
  ...([
    [ROLES.proposer, "proposer"],
    [ROLES.canceller, "canceller"],
    [ROLES.executor, "executor"],
  ] as const),
]);
const inWords = (calls: ReturnType<typeof adoptionCalls>): string[] =>
  calls.map(({ target, data }) => {
    const call = ABI.parseTransaction({ data });
    const args = (call?.args.toArray() ?? []).map((one: unknown) => NAMES.get(String(one)) ?? String(one));
    return `${NAMES.get(target) ?? target}.${call?.name}(${call?.name === "schedule" ? args[0] : args.join(" ")})`;
  });

describe("an adoption", () => {
  it("withdraws first, grants before it renounces, admins last, and moves the Governor at the very end", () => {
    expect(inWords(adoptionCalls(plan))).to.deep.equal([
      "new.cancelAllOperations()",
      "roled.grantRole(admin new)",
      "vault.transferOwnership(new)",
      "roled.grantRole(proposer new)",
      "manager.grantRole(0 new 0)",
      "roled.renounceRole(proposer old)",
      "roled.renounceRole(admin old)",
      "manager.renounceRole(0 old)",
      "new.schedule(vault)",
      "new.renounceRole(proposer old)",
      "new.renounceRole(canceller old)",
      "old.grantRole(proposer new)",
      "old.grantRole(canceller new)",
      "old.grantRole(executor new)",
      "old.revokeRole(proposer governor)",
      "old.revokeRole(proposer council)",
      "old.revokeRole(canceller governor)",
      "old.revokeRole(canceller council)",
      "old.revokeRole(executor anybody)",
      "old.grantRole(admin new)",
      "old.revokeRole(admin council)",
      "governor.updateTimelock(new)",
    ]);
  });

  it("goes back the same way, and leaves the new timelock nothing in the old one", () => {
    const words = inWords(returningCalls({ ...plan, delay: 2n * DAY, waiting: [WAITING] }));
    expect(words.slice(0, 4)).to.deep.equal([
      `old.cancel(${WAITING})`,
      "roled.grantRole(admin old)",
      "vault.transferOwnership(old)",
      "roled.grantRole(proposer old)",
    ]);
    expect(words).to.include("old.schedule(vault)");
    expect(words.slice(-7)).to.deep.equal([
      "old.renounceRole(proposer new)",
      "old.renounceRole(canceller new)",
      "old.renounceRole(executor new)",
      "old.renounceRole(admin new)",
      "new.grantRole(proposer old)",
      "new.grantRole(canceller old)",
      "governor.updateTimelock(old)",
    ]);
  });

  it("waits with an acceptance for as long as the contract itself does", () => {
    const handover: Handover = { kind: "default admin", target: ROLED, delay: 5n * DAY };
    const schedules = adoptionCalls({ ...plan, holdings: [handover] })
      .map(({ data }) => ABI.parseTransaction({ data }))
      .filter((call) => call?.name === "schedule");
    expect(schedules.map((call) => call?.args.at(-1) as bigint)).to.deep.equal([5n * DAY]);
    expect(acceptancesOf([handover]).length).to.equal(1);
  });

  it("takes up what was offered and not accepted, and offers it on", () => {
    expect(inWords(givingCalls([{ kind: "pending ownership", target: VAULT }], OLD, NEW))).to.deep.equal([
      "vault.acceptOwnership()",
      "vault.transferOwnership(new)",
    ]);
  });

  it("lets the old timelock propose and cancel until it renounces, and nobody else beside the Governor", () => {
    const proposers = adoptionRoles(plan).filter(([role]) => role === ROLES.proposer);
    expect(proposers.map(([, account]) => account)).to.deep.equal([OLD, GOVERNOR]);
    expect(adoptionRoles(plan).map(([role]) => role)).not.to.include(ROLES.admin);
  });

  it("marks each part with an operation of its own, which the next takes away", () => {
    expect(markOf(1).id).not.to.equal(markOf(2).id);
    expect(ABI.parseTransaction(markingCall(plan, 1))?.name).to.equal("schedule");
    expect(ABI.parseTransaction(unmarkingCall(plan, 1))?.args[0]).to.equal(markOf(1).id);
  });
});
