import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import type { Addressable } from "ethers";

import { rememberingLogs } from "../../../src/power/foreign/openPlace.js";
import type { Place } from "../../../src/power/foreign/reader.js";
import type { ForeignReport } from "../../../src/power/foreign/report.js";
import { survey } from "../../../src/power/foreign/survey.js";
import { Snapshot } from "../../../src/rehearsal/snapshot.js";

/** A chain on which somebody else's contracts stand, and how they are looked at. */
export interface ForeignWorld {
  readonly connection: NetworkConnection;
  readonly ethers: NetworkConnection["ethers"];
  /** Pays for everything, and should hold nothing in the end. */
  readonly deployer: HardhatEthersSigner;
  readonly alice: HardhatEthersSigner;
  readonly bob: HardhatEthersSigner;
  readonly carol: HardhatEthersSigner;
  readonly survey: (
    contracts: Readonly<Record<string, Addressable | string>>,
    more?: Pick<Place, "interfaces" | "prices"> & { readonly identities?: ReadonlyMap<string, string> },
  ) => Promise<ForeignReport>;
}

export async function createForeignWorld(): Promise<ForeignWorld> {
  const connection = await network.create();
  const { ethers } = connection;
  const [deployer, alice, bob, carol] = await ethers.getSigners();
  if (deployer === undefined || alice === undefined || bob === undefined || carol === undefined) {
    throw new Error("too few accounts");
  }
  const named = { deployer, alice, bob, carol };
  const readChain = async (method: string, params: readonly unknown[]): Promise<unknown> =>
    (await connection.provider.request({ method, params: [...params] })) as unknown;
  return {
    ...{ connection, ethers, ...named },
    survey: async (contracts, { identities, ...more } = {}) => {
      const block = await ethers.provider.getBlockNumber();
      const place: Place = {
        snapshot: new Snapshot(connection.provider),
        provider: ethers.provider,
        safeProvider: ethers.provider,
        readLogs: rememberingLogs(readChain, 0, block),
        secondsPerBlock: 12,
        ...more,
      };
      return await survey({
        place,
        listed: await Promise.all(
          Object.entries(contracts).map(async ([name, contract]) => ({
            name,
            address: typeof contract === "string" ? contract : await contract.getAddress(),
          })),
        ),
        accounts: Object.entries(named).map(([name, { address }]) => ({ name, address })),
        ...(identities !== undefined && { identities }),
      });
    },
  };
}

/** Findings without what may be reworded: who, what, how fast. */
export const inShort = ({ findings }: ForeignReport, world: ForeignWorld): string[] => {
  const names = new Map(
    (["deployer", "alice", "bob", "carol"] as const).map((name) => [world[name].address, name as string]),
  );
  return findings
    .map(({ actor, effect, rule, seconds, status }) => {
      const who = actor === undefined ? "anybody" : (names.get(actor) ?? actor);
      return `${who} ${effect} ${rule}${seconds === 0 ? "" : ` after ${seconds} s`}${status === "proven" ? "" : `, ${status}`}`;
    })
    .sort();
};
