import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** The votes, all of them: the allocations are minted by the constructor, nothing later. */
export const newToken = buildModule("Token", (m) => {
  const allocations = m.getParameter<{ holder: string; amount: bigint }[]>("allocations");
  const token = m.contract("GovernanceToken", [
    m.getParameter<string>("name"),
    m.getParameter<string>("symbol"),
    allocations,
  ]);
  return { token };
});

/** That of a DAO which exists. */
export const existingToken = buildModule("Token", (m) => ({
  token: m.contractAt("GovernanceToken", m.getParameter<string>("address"), { id: "token" }),
}));
