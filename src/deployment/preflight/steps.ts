import { FutureType, type Future, type IgnitionModule } from "@nomicfoundation/ignition-core";
import { Interface, type InterfaceAbi } from "ethers";

import { SAFE_CONTRACTS } from "../../safe/canonical.js";
import type { DaoConfig } from "../../config/schema.js";
import { listSeats } from "../../protocol/committees/seats.js";
import { encodeSetup } from "../../safe/createSafe.js";
import type { Modules } from "../deployTribune.js";
import { vestingAllocations } from "../parameters.js";
import { estimateCall, estimateCreation, estimateSafe, type CreatedCode } from "./gas.js";

/** A transaction as it is handed to a node. */
export interface SentRequest {
  readonly to?: string | null | undefined;
  /** [hex] */
  readonly data?: string | undefined;
}

/** A transaction of a deployment. */
export interface Step {
  /** The contract that it creates, or contract and function that it calls. */
  readonly name: string;
  readonly isCreation: boolean;
  /** What it uses, with some to spare. [gas] */
  readonly gas: bigint;
  /** Whether an earlier run has got it onto the chain. */
  readonly isDone: boolean;
  /** Whether a transaction is one of this step's, or of another step of the same name. */
  readonly isOf: (sent: SentRequest) => boolean;
}

/** A compiled contract that is deployed, or called. */
export interface PlannedCode extends CreatedCode {
  readonly abi: InterfaceAbi;
}

/** What an earlier run has left. */
export interface Earlier {
  /** Futures of the journals whose transactions are confirmed. */
  readonly confirmed: ReadonlySet<string>;
  /** Paths of the committees whose Safes stand. */
  readonly seated: ReadonlySet<string>;
}

/** Every transaction of a deployment, in no order but the Safes', which come first. */
export async function planSteps(
  dao: DaoConfig,
  { buildVesting, buildTribune }: Modules,
  readArtifact: (contractName: string) => Promise<PlannedCode>,
  earlier: Earlier,
): Promise<Step[]> {
  const count = vestingAllocations(dao).length;
  const built = [...(count === 0 ? [] : [buildVesting(count)]), buildTribune(dao)];
  const futures = new Map(built.flatMap(listFutures).map((future) => [future.id, future]));
  const steps = [...futures.values()].map(async (future): Promise<Step[]> => {
    const isDone = earlier.confirmed.has(future.id);
    switch (future.type) {
      case FutureType.NAMED_ARTIFACT_CONTRACT_DEPLOYMENT: {
        const code = await readArtifact(future.contractName);
        const gas = estimateCreation(future.contractName, code, dao);
        const isOf = ({ to, data = "0x" }: SentRequest) => !to && data.startsWith(code.bytecode);
        return [{ name: future.contractName, isCreation: true, gas, isDone, isOf }];
      }
      case FutureType.CONTRACT_CALL: {
        const { functionName } = future;
        const { contractName } = future.contract;
        const { abi } = await readArtifact(contractName);
        const selector = Interface.from(abi).getFunction(functionName)?.selector;
        if (selector === undefined) throw new Error(`${contractName} has no function ${functionName}`);
        const isOf = ({ to, data = "0x" }: SentRequest) => Boolean(to) && data.startsWith(selector);
        const name = `${contractName}.${functionName}`;
        return [{ name, isCreation: false, gas: estimateCall(functionName), isDone, isOf }];
      }
      default:
        return [];
    }
  });
  return [...planSafes(dao, earlier), ...(await Promise.all(steps)).flat()];
}

function planSafes(dao: DaoConfig, { seated }: Earlier): Step[] {
  return listSeats(dao)
    .filter(({ value: { safe } }) => safe === undefined)
    .map(({ path, label, value }): Step => {
      const setup = encodeSetup(value).slice(2);
      const isOf = ({ to, data = "" }: SentRequest) =>
        to?.toLowerCase() === SAFE_CONTRACTS.proxyFactory.address.toLowerCase() && data.includes(setup);
      const gas = estimateSafe(value.owners.length);
      return { name: `Safe, ${label}`, isCreation: true, gas, isDone: seated.has(path), isOf };
    });
}

const listFutures = ({ futures, submodules }: IgnitionModule): Future[] => [
  ...[...submodules].flatMap(listFutures),
  ...futures,
];
