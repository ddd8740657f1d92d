import { buildModule } from "@nomicfoundation/ignition-core";

import { callNameOf } from "../../src/deployment/provideCommittees.js";
import type { SeatName } from "../../src/protocol/committees/seats.js";
import { SAFE_CONTRACTS } from "../../src/safe/canonical.js";
import { encodeSetup, type SafePlan } from "../../src/safe/createSafe.js";
import { ISafeProxyFactory__factory } from "../../types/index.js";

/** Safe's own, which is on the chain: only what calls take. */
const FACTORY = {
  _format: "hh3-artifact-1",
  contractName: "SafeProxyFactory",
  sourceName: "",
  abi: [...ISafeProxyFactory__factory.abi],
  bytecode: "0x",
  deployedBytecode: "0x",
  linkReferences: {},
  deployedLinkReferences: {},
};

/** A Safe for each committee, out of the contracts that Safe has on the chain. */
export const buildSafes = (plans: ReadonlyMap<SeatName, SafePlan>) =>
  buildModule("Safes", (m) => {
    const factory = m.contractAt("SafeProxyFactory", FACTORY, SAFE_CONTRACTS.proxyFactory.address);
    for (const [seat, plan] of plans) {
      const args = [SAFE_CONTRACTS.singletonL2.address, encodeSetup(plan), plan.salt];
      m.call(factory, "createProxyWithNonce", args, { id: callNameOf(seat) });
    }
    return {};
  });
