import { globSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import { expect } from "chai";
import { build, type Plugin } from "esbuild";

/** What a page may take to load of it. [bytes, compressed] */
const LIMIT = 100_000;

/** A page deploys nothing: it can leave out the code that the generated factories carry. */
const withoutCode: Plugin = {
  name: "without-code",
  setup: (bundling) => {
    bundling.onLoad({ filter: /\/types\/factories\/.*__factory\.ts$/ }, ({ path }) => ({
      loader: "ts",
      contents: readFileSync(path, "utf8").replace(/"0x6[01][0-9a-f]{60,}"/g, '"0x"'),
    }));
  },
};

/** Fails where a browser has not got what is imported. */
async function bundle(files: readonly string[]): Promise<Uint8Array> {
  const contents = files.map((file, index) => `export * as part${index} from "./${file}";`).join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    minify: true,
    platform: "browser",
    format: "esm",
    target: "es2023",
    write: false,
    logLevel: "silent",
    plugins: [withoutCode],
  });
  const [bundled] = outputFiles;
  if (bundled === undefined) throw new Error("esbuild has written nothing");
  return bundled.contents;
}

describe("src/protocol", () => {
  it("runs in a browser, all of it", async () => {
    const files = globSync("src/protocol/**/*.ts").map((file) => file.replaceAll("\\", "/"));
    expect(files.length).to.be.greaterThan(10);
    expect((await bundle(files)).length).to.be.greaterThan(100_000);
  });

  it("is small enough for a page, which imports tribune/protocol", async function () {
    const bundled = await bundle(["src/entries/protocol.ts"]);
    const size = gzipSync(bundled).length;
    if (this.test)
      this.test.title += `: ${Math.round(size / 1000)} kB compressed, ${Math.round(bundled.length / 1000)} kB as it is`;
    expect(size).to.be.lessThan(LIMIT);
  });

  it("is not alone there: the prover, src/staking, asks for nothing that only Node has either", async () => {
    const files = globSync("src/staking/**/*.ts").map((file) => file.replaceAll("\\", "/"));
    expect(files.length).to.be.greaterThan(10);
    expect((await bundle(files)).length).to.be.greaterThan(100_000);
  });

  it("would not pass with something that only Node has", async () => {
    const thrown = await bundle(["src/deployment/record.ts"]).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    expect(thrown).to.contain('Could not resolve "node:');
  });
});
