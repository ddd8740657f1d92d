import { readdirSync, readFileSync } from "node:fs";

import { expect } from "chai";

interface Source {
  readonly file: string;
  readonly lines: readonly string[];
}

function readSources(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sol"))
    .map((name) => ({ file: `${folder}/${name}`, lines: readFileSync(`${folder}/${name}`, "utf8").split("\n") }));
}

/** The comment right above line `index`. */
function commentAbove({ lines }: Source, index: number): string {
  const comment: string[] = [];
  for (let above = index - 1; lines[above]?.trimStart().startsWith("///") === true; --above) {
    comment.unshift(lines[above] ?? "");
  }
  return comment.join("\n");
}

/** Every line that `pattern` matches, with what stands above it. */
const find = (folder: string, pattern: RegExp) =>
  readSources(folder).flatMap((source) =>
    source.lines.flatMap((line, index) =>
      pattern.test(line) ? [{ place: `${source.file}:${index + 1}`, line, comment: commentAbove(source, index) }] : [],
    ),
  );

const placesOf = (found: readonly { readonly place: string }[]): string[] => found.map(({ place }) => place);

/** Arguments that count something. */
const hasFigure = (line: string): boolean => /\buint\d*\b/.test(line);

describe("comments of contracts", () => {
  const errors = find("contracts", /^\s*error \w+\(/);

  it("say of every error when it is raised", () => {
    expect(errors.length).to.be.greaterThan(150);
    expect(placesOf(errors.filter(({ comment }) => !/\/\/\/ @notice .{10}/.test(comment)))).to.deep.equal([]);
  });

  it("say of every error with a figure what it counts, unless it is a number, an index or an identifier", () => {
    const COUNTS = /\b(count|index|epoch|number|round|sequence|quorum|approvals|running|id|\w+Id|place|entity)\b/;
    const bare = errors.filter(({ line, comment }) => hasFigure(line) && !COUNTS.test(line) && !comment.includes("["));
    expect(placesOf(bare)).to.deep.equal([]);
  });

  it("say of every mock what it stands for", () => {
    const mocks = find("contracts/mocks", /^(abstract )?contract \w+/).filter(({ place }) => !place.includes("/real/"));
    expect(placesOf(mocks.filter(({ comment }) => !comment.includes("@notice Stands for ")))).to.deep.equal([]);
  });
});
