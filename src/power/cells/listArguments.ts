import { ZeroAddress } from "ethers";

import { partNamed, type World } from "../world/world.js";
import { readView, type KindName } from "../manifest/parts.js";

/** Arguments that somebody may call a function with, at least in some mode. */
export type Arguments = readonly unknown[];
export type ListArguments = (world: World) => Arguments[] | Promise<Arguments[]>;

export const nothing: ListArguments = () => [[]];

/** What a view of the first part of a kind answers; undefined if there is none. */
export async function readOf(world: World, name: KindName, view: string, args: Arguments = []): Promise<unknown> {
  const part = partNamed(world, name);
  return part === undefined ? undefined : (await readView(world.snapshot, part, view, args))[0];
}

export const richest = (list: readonly { readonly address: string }[]): string => list[0]?.address ?? ZeroAddress;

export const erc20 = (ownerOf: (world: World) => string): Readonly<Record<string, ListArguments>> => ({
  transfer: ({ stranger }) => [[stranger, 1n]],
  transferFrom: (world) => [[ownerOf(world), world.stranger, 1n]],
  approve: ({ stranger }) => [[stranger, 1n]],
});

/** Another figure than the one that stands there, so that the call is seen to change something. */
export const differing =
  (part: KindName, view: string, one: bigint, other: bigint): ListArguments =>
  async (world) => [[(await readOf(world, part, view)) === one ? other : one]];
