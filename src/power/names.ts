import type { Scene } from "./scene.js";

/** Names of accounts as the report has them. */
export function namesOf({ accounts }: Pick<Scene, "accounts">): (address: string) => string {
  const names = new Map(accounts.map(({ address, name }) => [address, name]));
  return (address) => names.get(address) ?? address;
}
