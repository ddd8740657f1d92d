import type { Provider } from "ethers";

/** Sends a request of any name to its node. */
export interface Sender {
  send(method: string, params: readonly unknown[]): Promise<unknown>;
}

export const canSend = (provider: Provider): provider is Provider & Sender =>
  "send" in provider && typeof provider.send === "function";
