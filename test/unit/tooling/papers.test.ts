import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect } from "chai";

const PAGES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", ...list("docs", ".md")];

function list(folder: string, ...extensions: string[]): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return entries.filter((name) => extensions.some((one) => name.endsWith(one))).map((name) => path.join(folder, name));
}

const read = (file: string): string => readFileSync(file, "utf8");

/** The anchors that the headings of a page have on the hosting platform. */
const anchorsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ +(.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

describe("the papers", () => {
  it("link to what is there", () => {
    const broken = PAGES.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(([link, target = "", anchor]) => {
        const file = target === "" ? page : path.join(path.dirname(page), target);
        const isThere = existsSync(file) && (anchor === undefined || anchorsOf(file).includes(anchor));
        return isThere ? [] : [`${page}: ${link}`];
      }),
    );
    expect(broken).to.deep.equal([]);
  });

  it("begin with a README that can be read at one sitting", () => {
    expect(read("README.md").trimEnd().split("\n").length).to.be.below(150);
  });

  it("name every room of the library", () => {
    const rows = [...read("CONTRIBUTING.md").matchAll(/^\| (`.*?) +\|/gm)].map(([, rooms = ""]) => rooms).join();
    const rooms = readdirSync("src").filter((room) => !rows.includes(`\`${room}\``));
    expect(rooms).to.deep.equal([]);
  });

  it("say of every package what it is needed for", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<
      string,
      Record<string, string>
    >;
    const said = read("docs/decisions/0010-dependencies.md");
    const families = ["@nomicfoundation/", "@types/", "@eslint/js"]; // parts of what is named
    const silent = Object.keys({ ...dependencies, ...devDependencies })
      .filter((name) => !families.some((family) => name.startsWith(family)))
      .filter((name) => !said.includes(`\`${name}\``));
    expect(silent).to.deep.equal([]);
  });

  it("tell gas and bytes as the snapshots have them", () => {
    const kept = new Set(
      ["snapshots/gas.json", "snapshots/size.json"].flatMap((file) => read(file).match(/\d+/g) ?? []),
    );
    const cells = [...read("docs/gas.md").matchAll(/^\|[^|]*\|([^|]*)\|.*$/gm)].map(([, cell = ""]) => cell);
    const figures = cells.flatMap((cell) => cell.match(/\d{1,3}(?:,\d{3})+/g) ?? []);
    expect(figures).to.not.be.empty;
    expect(figures.filter((figure) => !kept.has(figure.replaceAll(",", "")))).to.deep.equal([]);
  });

  it("define no word that the code does not use", () => {
    const code = [...list("contracts", ".sol"), ...list("src", ".ts"), ...list("tasks", ".ts")].map(read).join("\n");
    const words = [...read("docs/glossary.md").matchAll(/^\|[^|]*\|[^|]*\|([^|]*)\|$/gm)]
      .flatMap(([, column = ""]) => [...column.matchAll(/`([\w.]+)`/g)])
      .flatMap(([, word = ""]) => word.split("."));
    expect(words).to.not.be.empty;
    expect(words.filter((word) => !new RegExp(`\\b${word}\\b`).test(code))).to.deep.equal([]);
  });
});
