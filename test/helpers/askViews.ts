import { Contract, FunctionFragment, Interface, type InterfaceAbi, type Provider } from "ethers";

/** Functions without arguments that an ABI promises for reading, and whether the contract at `address` answers each. */
export async function askViews(
  address: string,
  abi: InterfaceAbi,
  provider: Provider,
): Promise<ReadonlyMap<string, boolean>> {
  const contract = new Contract(address, abi, { provider });
  const views = new Interface(abi).fragments.filter(
    (one): one is FunctionFragment => one instanceof FunctionFragment && one.constant && one.inputs.length === 0,
  );
  const answers = views.map(async ({ name }) => {
    const isAnswered = await contract
      .getFunction(name)
      .staticCall()
      .then(
        () => true,
        () => false,
      );
    return [name, isAnswered] as const;
  });
  return new Map(await Promise.all(answers));
}
