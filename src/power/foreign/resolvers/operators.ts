import { id } from "ethers";

import { addressIn } from "../../../protocol/topics.js";
import { immediately, type Power, type Resolver } from "../types.js";

const OPERATOR_SET = id("OperatorSet(address,address,bool)");
const ERC7540_OPERATOR = "0xe3bc4e65";

/** ERC-7540: whoever may redeem what somebody else has in a vault. Of contracts alone: what people allow is their own. */
export const resolveOperators: Resolver = async (reader, address) => {
  if ((await reader.ask(address, "supportsInterface", [ERC7540_OPERATOR])) !== true) return undefined;
  const logs = await reader.place.readLogs(address, [OPERATOR_SET]);
  const accountIn = (topic: string | undefined): string => addressIn(topic);
  const pairs = new Map(
    logs.map(({ topics }) => [topics.slice(1, 3).join(), [accountIn(topics[1]), accountIn(topics[2])] as const]),
  );
  const powers: Power[] = [];
  for (const [controller, operator] of pairs.values()) {
    if ((await reader.ask(address, "isOperator", [controller, operator])) !== true) continue;
    if ((await reader.code(controller)) === "0x") continue;
    reader.meet(controller);
    powers.push({
      rule: `what ${reader.nameOf(controller)} has in ${reader.nameOf(address)}`,
      ...{ effect: "changes", contract: address, by: "requestRedeem" },
      seat: {
        name: `operator of ${reader.nameOf(controller)} in ${reader.nameOf(address)}`,
        members: [immediately(operator)],
      },
    });
  }
  return { kind: "ERC-7540 vault", powers };
};
