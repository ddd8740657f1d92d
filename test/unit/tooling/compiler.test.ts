import { createRequire } from "node:module";

import { expect } from "chai";
import hre from "hardhat";

interface Soljson {
  cwrap(name: string, returns: "string", takes: []): () => string;
}

describe("the compiler", () => {
  for (const [profileName, profile] of Object.entries(hre.config.solidity.profiles)) {
    it(`of profile ${profileName} is the version the configuration names`, () => {
      for (const { version, path } of profile.compilers) {
        if (path === undefined) throw new Error(`compiler ${version} has no path and would be downloaded`);
        const soljson = createRequire(import.meta.url)(path) as Soljson;
        const actual = soljson.cwrap("solidity_version", "string", [])();
        expect(actual.split("+")[0]).to.equal(version);
      }
    });
  }
});
