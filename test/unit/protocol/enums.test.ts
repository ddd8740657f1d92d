import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { GOVERNANCE_STATES, GovernanceState } from "../../../src/model/types.js";
import {
  ESCROW_PHASES,
  EXIT_ENDS,
  memberOf,
  OPERATOR_STATUSES,
  OperationState,
  TIEBREAKER_ACTIONS,
  TiebreakerAction,
} from "../../../src/protocol/enums.js";

/** The members of a contract's enumeration, in their order. */
function readEnum(file: string, name: string): string[] {
  const source = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  const members = new RegExp(`\\benum ${name}\\s*\\{([^}]*)\\}`).exec(source)?.[1];
  if (members === undefined) throw new Error(`${file} has no enum ${name}`);
  return members.split(",").map((member) => member.trim());
}

const TIMELOCK_CONTROLLER = fileURLToPath(
  import.meta.resolve("@openzeppelin/contracts/governance/TimelockController.sol"),
);

describe("enumerations", () => {
  const lists: [file: string, name: string, members: readonly string[]][] = [
    ["contracts/types/GovernanceState.sol", "GovernanceState", GOVERNANCE_STATES],
    ["contracts/types/EscrowPhase.sol", "EscrowPhase", ESCROW_PHASES],
    ["contracts/types/ExitEnd.sol", "ExitEnd", EXIT_ENDS],
    ["contracts/types/Staking.sol", "OperatorStatus", OPERATOR_STATUSES],
    ["contracts/interfaces/ITiebreakerCommittee.sol", "Action", TIEBREAKER_ACTIONS],
    [TIMELOCK_CONTROLLER, "OperationState", Object.keys(OperationState)],
  ];
  for (const [file, name, members] of lists) {
    it(`have the members of ${name}, in its order`, () => {
      expect(members).to.deep.equal(readEnum(file, name));
    });
  }

  it("number their members as the chain does", () => {
    expect(GOVERNANCE_STATES.map((name) => GovernanceState[name])).to.deep.equal([0, 1, 2, 3, 4]);
    expect(TIEBREAKER_ACTIONS.map((name) => TiebreakerAction[name])).to.deep.equal([0n, 1n, 2n]);
    expect(OperationState).to.deep.equal({ Unset: 0n, Waiting: 1n, Ready: 2n, Done: 3n });
  });

  it("have no name for a number that no member has", () => {
    expect(memberOf(EXIT_ENDS, 4n)).to.equal("ClockRanOut");
    expect(() => memberOf(EXIT_ENDS, 5n)).to.throw("has no member 5");
  });
});
