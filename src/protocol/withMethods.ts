import type { Provider } from "ethers";

/** A provider that does some things in another way; contracts that it runs do so as well. */
export function withMethods<Base extends Provider>(provider: Base, methods: Partial<Provider>): Base {
  const view: Base = new Proxy<Base>(provider, {
    get: (_, name) => {
      // Contracts look for the provider of their runner.
      if (name === "provider") return view;
      if (Object.hasOwn(methods, name)) return methods[name as keyof Provider];
      const value: unknown = Reflect.get(provider, name);
      return typeof value === "function" ? (value.bind(provider) as unknown) : value;
    },
  });
  return view;
}
