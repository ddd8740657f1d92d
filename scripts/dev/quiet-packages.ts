import type { SolidityHooks } from "hardhat/types/hooks";

/**
 * Leaves out the compiler's warnings about packages: nobody here can mend them, and they hide those about our own code.
 * Errors are shown, wherever they are.
 */
export default (): Promise<Partial<SolidityHooks>> =>
  Promise.resolve({
    invokeSolc: async (context, compiler, input, config, next) => {
      const output = await next(context, compiler, input, config);
      const isAboutPackage = (message = ""): boolean => /-->\s+npm\//.test(message);
      const errors = output.errors?.filter(
        ({ severity, formattedMessage }) => severity === "error" || !isAboutPackage(formattedMessage),
      );
      return errors === undefined ? output : { ...output, errors };
    },
  });
