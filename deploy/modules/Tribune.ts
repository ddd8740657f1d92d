import { isAddress } from "ethers";

import { hasStandIns } from "../../src/config/pool.js";
import { isAdopting, isExample, type DaoConfig } from "../../src/config/schema.js";
import { localPool, networkPool } from "./parts/pool.js";
import { buildProtocol, type Shape } from "./parts/protocol.js";
import { buildExampleVault, buildLocalExampleVault, buildTestExampleVault, existingVault } from "./parts/vaults.js";

/** Leaves what redeems at once and what redeems on request. */
const STANDARD_VESSEL = "StandardVessel";

/** The whole system of a configuration: which contracts there are depends on the file, their order does not. */
export function buildTribune(dao: DaoConfig) {
  const shape = shapeOf(dao);
  const hasBreaker = shape.pausables !== undefined;
  switch (dao.vault.kind) {
    case "local-example":
      return buildProtocol(buildLocalExampleVault(hasBreaker), STANDARD_VESSEL, shape);
    case "test-example":
      return buildProtocol(buildTestExampleVault(hasBreaker), STANDARD_VESSEL, shape);
    case "example":
      return buildProtocol(buildExampleVault(hasBreaker), STANDARD_VESSEL, shape);
    case "pool":
      return buildProtocol(hasStandIns(dao.vault) ? localPool : networkPool, STANDARD_VESSEL, shape);
    case "erc4626":
    case "erc7540":
      return buildProtocol(existingVault, STANDARD_VESSEL, shape);
    case "own":
      return buildProtocol(existingVault, isAddress(dao.vault.vessel) ? undefined : dao.vault.vessel, shape);
  }
}

const shapeOf = (dao: DaoConfig): Shape => shaped(isAdopting(dao), dao);

const shaped = (isAdoption: boolean, { emergency, circuitBreaker, tiebreaker, vault }: DaoConfig): Shape => ({
  isAdoption,
  hasEmergency: emergency !== undefined,
  pausables:
    circuitBreaker === undefined
      ? undefined
      : { isVaultAmong: isExample(vault), others: (circuitBreaker.pausables ?? []).length },
  hasTiebreaker: tiebreaker !== undefined,
});
