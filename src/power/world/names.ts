import type { World } from "./world.js";

/** Names of accounts as the report has them. */
export function namesOf({ accounts }: Pick<World, "accounts">): (address: string) => string {
  const names = new Map(accounts.map(({ address, name }) => [address, name]));
  return (address) => names.get(address) ?? address;
}
