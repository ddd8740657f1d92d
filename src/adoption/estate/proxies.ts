import { erc1967Slot } from "../../power/storage/wellKnown.js";
import type { Ground, Part } from "./types.js";

const [IMPLEMENTATION, ADMIN, BEACON] = ["implementation", "admin", "beacon"].map(erc1967Slot) as [
  bigint,
  bigint,
  bigint,
];

/** ERC-1967: whoever exchanges the code is an admin, the beacon's owner, or, for UUPS, whom the code itself asks. */
export async function readProxy(
  { reader, oldTimelock, newTimelock }: Ground,
  target: string,
): Promise<Part | undefined> {
  const name = reader.nameOf(target);
  const beacon = await reader.slot(target, BEACON);
  if (beacon !== undefined) {
    const code = await reader.address(beacon, "implementation");
    if (code !== undefined) reader.delegates(target, code);
    reader.name(beacon, `the beacon of ${name}`);
    return { kind: "beacon proxy", parts: [beacon] };
  }
  const implementation = await reader.slot(target, IMPLEMENTATION);
  if (implementation === undefined) return undefined;
  reader.delegates(target, implementation);
  const admin = await reader.slot(target, ADMIN);
  if (admin === undefined) return { kind: "UUPS proxy" };
  if (admin === oldTimelock) return { kind: "transparent proxy", handovers: [{ kind: "proxy admin", target }] };
  if (admin === newTimelock) return { kind: "transparent proxy" };
  reader.name(admin, `the proxy admin of ${name}`);
  if ((await reader.code(admin)) !== "0x") return { kind: "transparent proxy", parts: [admin] };
  const sentence = `${reader.nameOf(admin)} exchanges the code of ${name}: the adoption changes nothing about it.`;
  return { kind: "transparent proxy", others: [{ key: `proxy admin of ${target}: ${admin}`, sentence }] };
}
