import type { Provider } from "ethers";

/** A node's error, as JSON-RPC has it. */
export const nodeError = (code: number, message: string): Error => Object.assign(new Error(message), { code });

/** One question to a provider: the name of its method, and what it was asked with. */
export interface Question {
  readonly method: string;
  readonly args: readonly unknown[];
}

/**
 * A provider whose node fails over some questions, and answers the others.
 * @param fails Told of every question.
 */
export function failingProvider<Base extends Provider>(
  provider: Base,
  fails: (question: Question) => boolean,
  error = nodeError(-32005, "limit exceeded"),
): Base {
  const failing: Base = new Proxy<Base>(provider, {
    get: (_, name) => {
      // Contracts look for the provider of their runner.
      if (name === "provider") return failing;
      const value: unknown = Reflect.get(provider, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown =>
        fails({ method: String(name), args }) ? Promise.reject(error) : Reflect.apply(value, provider, args);
    },
  });
  return failing;
}

/** Whether it is a call of a function, of one contract or of any. */
export const isCallOf =
  (selector: string, contract?: string) =>
  ({ method, args: [request] }: Question): boolean => {
    if (method !== "call") return false;
    const { to, data } = request as { readonly to?: string; readonly data?: string };
    return data?.startsWith(selector) === true && (contract === undefined || to === contract);
  };
