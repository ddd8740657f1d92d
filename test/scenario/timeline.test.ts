import { expect } from "chai";

import { createTimeline } from "../../src/scenarios/render/timeline.js";
import { wrap } from "../../src/terminal/wrap.js";
import type { Entry } from "../../src/scenarios/scenarioReport.js";

const entry = (overrides: Partial<Entry> = {}): Entry => ({
  chapter: "",
  at: 4_589_000,
  timestamp: 1_800_000_000,
  kind: "lock",
  actor: "staker 1",
  action: "locks",
  decided: [],
  state: "VetoSignalling",
  support: { now: "80000000000000000", max: "99999999999999999" },
  ...overrides,
});

describe("timeline", () => {
  function listen(colors: boolean) {
    const lines: string[] = [];
    const busy: string[] = [];
    const listener = createTimeline({ print: (line) => lines.push(line), colors, busy: (what) => busy.push(what) });
    return { listener, lines, busy };
  }

  it("tells when, R_max cut off, who, and what", () => {
    const { listener, lines } = listen(false);
    listener.onEntry(entry());
    expect(lines[0]).to.match(/^┌─ VetoSignalling ─+$/);
    expect(lines[1]).to.equal("│   53 d 02:43  9.99 %  staker 1    locks");
  });

  it("names a state once, when it begins", () => {
    const { listener, lines } = listen(false);
    listener.onEntry(entry());
    listener.onEntry(entry());
    listener.onEntry(entry({ state: "RageQuit" }));
    expect(lines.filter((line) => line.startsWith("┌"))).to.have.lengthOf(2);
  });

  it("marks refusals", () => {
    const { listener, lines } = listen(false);
    listener.onEntry(entry({ kind: "refused", decided: ["refused: ExecutionClosed"] }));
    expect(lines.at(-1)).to.match(/^│ +✗ refused: ExecutionClosed$/);
  });

  it("shows neither band nor R where there is no gate", () => {
    const { listener, lines } = listen(false);
    listener.onEntry(entry({ state: null, support: null }));
    expect(lines).to.deep.equal(["    53 d 02:43          staker 1    locks"]);
  });

  it("says where a gate is replaced, or taken away", () => {
    const { listener, lines } = listen(false);
    listener.onEntry(entry());
    listener.onEntry(entry({ state: "FallbackGate", support: null }));
    listener.onEntry(entry({ state: null, support: null }));
    const titles = lines.filter((line) => line.startsWith("┌")).map((line) => line.replace(/ ─+$/, ""));
    expect(titles).to.deep.equal(["┌─ VetoSignalling", "┌─ fallback gate", "┌─ no gate"]);
  });

  it("breaks a long name within its column", () => {
    const { listener, lines } = listen(false);
    listener.onEntry(entry({ actor: "sub-committee 1", action: "agrees", decided: ["a quorum"] }));
    expect(lines.slice(1)).to.deep.equal([
      "│   53 d 02:43  9.99 %  sub-        agrees",
      "│                       committee 1 ↳ a quorum",
    ]);
  });

  it("is coloured where colours are wanted", () => {
    const { listener, lines } = listen(true);
    listener.onEntry(entry());
    expect(lines[0]?.startsWith("\u001b[33m┌")).to.equal(true);
  });

  it("clears what it was busy with before it goes on", () => {
    const { listener, busy } = listen(false);
    listener.onBusy("Deploying …");
    listener.onEntry(entry());
    listener.onEntry(entry());
    expect(busy).to.deep.equal(["Deploying …", ""]);
  });

  it("breaks lines between words, keeps hexadecimal ones whole, and cuts others that are longer than a line", () => {
    expect(wrap("one two three", 7)).to.deep.equal(["one two", "three"]);
    expect(wrap("0x1234567890 it", 7)).to.deep.equal(["0x1234567890", "it"]);
    expect(wrap("incomprehensible", 7)).to.deep.equal(["incompr", "ehensib", "le"]);
  });
});
