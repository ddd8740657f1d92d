import type { DaoConfig } from "../../src/config/schema.js";
import { buildProtocol, type Shape } from "./parts/protocol.js";
import { buildExampleVault, buildLocalExampleVault, existingVault } from "./parts/vaults.js";

/** The whole system of a configuration: which contracts there are depends on the file, their order does not. */
export function buildTribune(dao: DaoConfig) {
  const shape = shapeOf(dao);
  const hasBreaker = shape.pausables !== undefined;
  switch (dao.vault.kind) {
    case "local-example":
      return buildProtocol(buildLocalExampleVault(hasBreaker), "ERC4626Vessel", shape);
    case "example":
      return buildProtocol(buildExampleVault(hasBreaker), "ERC4626Vessel", shape);
    case "erc4626":
      return buildProtocol(existingVault, "ERC4626Vessel", shape);
    case "erc7540":
      return buildProtocol(existingVault, "ERC7540Vessel", shape);
  }
}

const shapeOf = ({ emergency, circuitBreaker, tiebreaker, vault }: DaoConfig): Shape => ({
  hasEmergency: emergency !== undefined,
  pausables:
    circuitBreaker === undefined
      ? undefined
      : { isVaultAmong: vault.kind === "example" || vault.kind === "local-example", others: (circuitBreaker.pausables ?? []).length }, // prettier-ignore
  hasTiebreaker: tiebreaker !== undefined,
});
