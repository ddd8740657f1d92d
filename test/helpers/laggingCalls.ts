import type { BlockTag, Provider } from "ethers";

import { withMethods } from "../../src/protocol/withMethods.js";
import { nodeError } from "./failingProvider.js";

/**
 * Nodes behind one address, of which some end at block `end`: they answer of that one, unless they are asked for another.
 * @param knowOthers Whether whoever is asked for a later block has it.
 */
export function laggingCalls(provider: Provider, end: number, knowOthers: boolean): Provider {
  const blockFor = (tag: BlockTag | null | undefined): BlockTag => {
    if (knowOthers || tag === undefined || tag === null || tag === end) return tag ?? end;
    throw nodeError(-32000, "header not found");
  };
  return withMethods(provider, {
    call: async (request) => await provider.call({ ...request, blockTag: blockFor(request.blockTag) }),
    getCode: async (address, tag) => await provider.getCode(address, blockFor(tag)),
  });
}
